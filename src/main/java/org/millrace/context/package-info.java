/**
 * Business context of machines: which order, product, batch, shift and operator, as an ERP or MES says it.
 *
 * <p>{@link org.millrace.context.ContextFile} is the file, {@link org.millrace.context.ContextSource} what it reads by SQL or
 * REST, {@link org.millrace.context.ContextPoller} the thread that reads it again and again and keeps what changed with
 * the time from which it holds. Looking up is local: {@link org.millrace.store.AssetContext}. It knows no rules and no
 * Camel.
 *
 * <p>Invariants: a source that fails delays nobody, its last good answer stays until it is too old, then nothing is said
 * rather than something old; what was true at a source time stays so whenever it is asked.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.context;
