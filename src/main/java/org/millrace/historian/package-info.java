/**
 * Writes, queries and keeps values; one writer per SQL dialect. Invariant: (tag, source time) is the key, writing twice stores once.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.historian;
