/**
 * Secrets by reference.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.security;
