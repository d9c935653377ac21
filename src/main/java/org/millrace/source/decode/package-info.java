/**
 * Payload to readings: one decoder per format, no I/O.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.decode;
