package org.millrace.alarm;

import java.time.Duration;
import java.util.Collection;
import org.millrace.config.DidYouMean;
import org.millrace.rule.RuleFile;

/** What one policy says, checked by itself. */
final class PolicyCheck {
    /** Where findings go. */
    interface Report {
        void error(String key, String message, String hint);
    }

    private final AlarmPolicyFile policy;
    private final Report report;

    PolicyCheck(AlarmPolicyFile policy, Report report) {
        this.policy = policy;
        this.report = report;
    }

    void check(Collection<String> calendars, Collection<String> rules) {
        policy.shelve().ifPresent(shelve -> positive("shelve.max", shelve.max(), "8h"));
        policy.group().ifPresent(this::group);
        policy.flood().ifPresent(this::flood);
        policy.chatter().ifPresent(this::chatter);
        for (int i = 0; i < policy.escalate().size(); i++) {
            escalation(policy.escalate().get(i), "escalate." + i, report);
        }
        for (int i = 0; i < policy.maintenance().size(); i++) {
            AlarmPolicyFile.Maintenance window = policy.maintenance().get(i);
            known("maintenance." + i + ".calendar", "calendar", window.calendar(), calendars);
            for (int r = 0; r < window.rules().size(); r++) {
                known("maintenance." + i + ".rules." + r, "rule", window.rules().get(r), rules);
            }
        }
    }

    private void known(String key, String what, String id, Collection<String> ids) {
        if (!ids.contains(id)) {
            report.error(
                    key,
                    "there is no " + what + " '" + id + "'",
                    ids.isEmpty() ? "add a file of kind: Calendar" : DidYouMean.hint(id, ids));
        }
    }

    private void group(AlarmPolicyFile.Group group) {
        for (int i = 0; i < group.by().size(); i++) {
            String field = group.by().get(i);
            if (!AssetFields.isKnown(field)) {
                report.error(
                        "group.by." + i,
                        "'" + field + "' is no field of assets",
                        DidYouMean.hint(field, AssetFields.KNOWN));
            }
        }
        if (group.wait_().isNegative()) {
            report.error("group.wait", "a time cannot be negative", "write e.g. 20s");
        }
    }

    private void flood(AlarmPolicyFile.Flood flood) {
        if (flood.start().count() < 1) {
            report.error("flood.start.count", "a flood begins with more than at least 1 alarm", "EEMUA 191 has 10");
        } else if (flood.endBelow() < 1 || flood.endBelow() > flood.start().count()) {
            report.error(
                    "flood.end_below",
                    "end_below must be from 1 to " + flood.start().count()
                            + ", or a flood would end as it begins, or never",
                    "ISA-18.2 has 5");
        }
        positive("flood.start.within", flood.start().within(), "10m");
    }

    private void chatter(AlarmPolicyFile.Chatter chatter) {
        if (chatter.cycles() < 2) {
            report.error("chatter.cycles", "one cycle is no chatter", "at least 2; usual is 3");
        }
        positive("chatter.within", chatter.within(), "1m");
        positive("chatter.quiet", chatter.quiet(), "10m");
        chatter.offDelay().ifPresent(time -> positive("chatter.off_delay", time, "1m"));
    }

    private void positive(String key, Duration time, String example) {
        positive(key, time, example, report);
    }

    static void positive(String key, Duration time, String example, Report report) {
        if (time.isZero() || time.isNegative()) {
            report.error(key, "the time must be longer than nothing", "write e.g. " + example);
        }
    }

    static void escalation(RuleFile.Escalation step, String key, Report report) {
        positive(key + ".after", step.after(), "15m", report);
        if (step.notify_().isBlank()) {
            report.error(key + ".notify", "nobody is named", "write e.g. notify: duty");
        }
    }
}
