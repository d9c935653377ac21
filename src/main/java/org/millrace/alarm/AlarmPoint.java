package org.millrace.alarm;

import java.util.List;
import java.util.Optional;
import org.millrace.rule.BoundRule;
import org.millrace.rule.Condition;
import org.millrace.rule.RuleFile;
import org.millrace.signal.Micros;

/**
 * One alarm (a rule on an asset) with all that is set for it.
 *
 * @param area part of the plant its floods are counted in
 * @param group what it is grouped by, e.g. {@code asset=P-101}; empty when its policy has no groups
 * @param suppressWhen the condition of {@code suppress: { when: … }}
 * @param suppressors places in the plan of the alarms that suppress this one
 */
record AlarmPoint(
        int index,
        BoundRule bound,
        AlarmPolicyFile policy,
        String area,
        String group,
        Optional<Condition> suppressWhen,
        List<Integer> suppressors,
        List<Window> windows,
        List<RuleFile.Escalation> escalations) {

    /** A maintenance window that is for this alarm. */
    record Window(String id, WallCalendar calendar) {}

    String key() {
        return bound.stateKey();
    }

    String rule() {
        return bound.rule().id();
    }

    boolean confirms() {
        return bound.rule().alarm().map(RuleFile.Alarm::confirm).orElse(false);
    }

    boolean latches() {
        return bound.rule().alarm().map(RuleFile.Alarm::latch).orElse(false);
    }

    long realarm() {
        return bound.rule()
                .alarm()
                .flatMap(RuleFile.Alarm::realarm)
                .map(Micros::of)
                .orElse(0L);
    }
}
