/**
 * Explains a ticket, and a ticket that did not come: every step from the reading to the connector's answer, with the
 * version of the configuration under which it was made.
 *
 * <p>{@link org.millrace.why.Why} puts an {@link org.millrace.why.Explanation} together from the historian, the alarms, the
 * trace of the operational store and the dead letters; how a rule stood over time is replayed with the rule engine's own
 * state machine ({@link org.millrace.rule.RuleProbe}).
 *
 * <p>Knows no Camel and no HTTP; changes nothing. Invariant: what was not kept is said to be unknown, never guessed.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.why;
