/**
 * Rules and alarms: a deterministic function of the journal. Pure: time comes from batches and ticks, never from a
 * clock; knows no Camel, SQL or HTTP.
 *
 * <p>{@link org.millrace.rule.RuleCompiler} checks rule files against the plant and binds each to its assets
 * ({@link org.millrace.rule.BoundRule}); {@link org.millrace.rule.RuleEngine} runs them and gives
 * {@link org.millrace.rule.AlarmEvent}s. What a kind of rule compares with its limits is a {@code Measure} made by its
 * {@link org.millrace.rule.MeasureSpec}; {@link org.millrace.rule.DerivedTag}s are computed on the way. States and their
 * names follow OPC 10000-9 and ISA-18.2.
 *
 * <p>Invariants: same journal, same rules, same events, ids included, wherever the engine was stopped and restored. A
 * missing, stale, Bad or Uncertain input is unknown: it neither raises nor clears. A limit is entered strictly beyond
 * it; what is measured is state of fixed size that changes with samples only, so that no tick and no restart changes
 * what comes of it; the deadband counts for leaving only. Two limits of one incident are one chain of steps, so one work
 * order.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.rule;
