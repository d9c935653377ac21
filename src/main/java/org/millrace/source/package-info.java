/**
 * Connections to the field behind one small SPI. Sources know nothing of sinks.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source;
