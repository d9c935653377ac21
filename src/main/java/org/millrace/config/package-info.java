/**
 * YAML with positions, bound to records; problems with file:line:column and hint. Knows no kind by name.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.config;
