/**
 * What becomes of an alarm once a rule has raised it: who is told, who is not and why. Pure, a deterministic function of
 * the journal: time comes from its entries, operators' words are entries too. Knows no Camel, SQL or HTTP.
 *
 * <p>{@link org.millrace.alarm.AlarmPlanner} makes an {@link org.millrace.alarm.AlarmPlan} of rules, policies and
 * calendars, or says what is wrong with them; {@link org.millrace.alarm.AlarmSystem} runs it around the
 * {@link org.millrace.rule.RuleEngine}: shelving, suppression, service, confirmation, re-alarm, escalation, first-out
 * groups, floods, chatter. {@link org.millrace.alarm.AlarmMetrics} measures how the alarms bear on people.
 *
 * <p>Invariants: a silenced alarm is evaluated and recorded all the same, only calls for attention are held back, never
 * the end of one already made; when the last silence of an active alarm ends it is told at once; critical alarms are
 * told at once whatever the flood; stopped and restored anywhere, the rest of the journal gives the same events.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.alarm;
