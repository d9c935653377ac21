/**
 * The commands of ./hub.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.cli;
