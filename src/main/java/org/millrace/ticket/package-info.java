/**
 * Incident and work order: title, text, duration in words, trend picture. Pure.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.ticket;
