/**
 * Connections to the field behind one small SPI. Sources know nothing of sinks.
 *
 * <p>{@link org.millrace.source.Source} is a connection, {@link org.millrace.source.SourceBatch} what it hands over,
 * {@link org.millrace.source.Handover} waits until that is durable. {@link org.millrace.source.SourceMemory} is what a
 * source keeps over a restart; {@link org.millrace.source.Places} keeps in it where a reader of files or tables stands,
 * so that a batch is in the journal once. {@link org.millrace.source.Silence} tells a quiet counterpart from a dead one.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source;
