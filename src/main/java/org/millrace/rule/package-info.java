/**
 * Rules and alarms: a deterministic function of the journal. Pure: time comes from batches and ticks, never from a clock.
 *
 * <p>Invariant: same journal, same rules, same events, ids included.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.rule;
