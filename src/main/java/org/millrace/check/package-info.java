/**
 * Every kind of configuration, checked across files, offline; JSON Schemas.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.check;
