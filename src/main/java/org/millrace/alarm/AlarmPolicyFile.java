package org.millrace.alarm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.rule.RuleFile.Escalation;
import org.millrace.rule.RuleFile.Severity;

/** How a plant, or a part of it, handles its alarms: {@code connectors-config/alarms.yaml}. */
@Kind("AlarmPolicy")
@Doc("How alarms are handled: shelving, groups, floods, chatter, escalation, maintenance windows.")
public record AlarmPolicyFile(
        @Doc("Unique id.") String id,

        @Doc(
                "Only assets whose path matches; * is one step, ** any number. Without it: all that no other policy names.")
        Optional<String> path,

        @Doc("What operators may shelve.") Optional<Shelve> shelve,
        @Doc("Alarms that come together are told as one.") Optional<Group> group,

        @Doc("More alarms than a person can read are told as one.")
        Optional<Flood> flood,

        @Doc("Alarms that come and go are calmed by an off-delay.")
        Optional<Chatter> chatter,

        @Doc("Whom to tell when nobody acts.") List<Escalation> escalate,

        @Doc("When alarms of machines under maintenance are not told.")
        List<Maintenance> maintenance,

        @Doc("A work order in progress mutes the alarms of its asset and failure mode.") @Default("true")
        boolean muteInProgress) {

    /** Field of ISA-95 that floods are counted by. */
    public enum Scope {
        SITE,
        AREA,
        LINE
    }

    public record Shelve(
            @Doc("The longest an alarm may be shelved, one-shot included (MaxTimeShelved).") @Default("8h")
            Duration max,

            @Doc("Shelving and taking out of service need a reason.") @Default("true")
            boolean requiresReason) {}

    public record Group(
            @Doc(
                    "Alarms that have these in common form a group: asset, line, area, site, enterprise, class or cmms.<key>.")
            @Default("[asset]")
            List<String> by,

            @Doc("How long after its first alarm others join a group; it is told when this has passed. 0s: no groups.")
            @Default("20s")
            Duration wait_,

            @Doc("The first alarm of a group stands for the others: they have its work order.") @Default("true")
            boolean firstOut,

            @Doc("Severities that never wait.") @Default("[critical]")
            List<Severity> never) {}

    public record Flood(
            @Doc("When a flood begins.") Start start,

            @Doc("A flood ends when fewer alarms than this came within the same time (ISA-18.2: 5).") @Default("5")
            int endBelow,

            @Doc("What floods are counted in.") @Default("area")
            Scope summarisePer,

            @Doc("Severities that are always told one by one.") @Default("[critical]")
            List<Severity> never) {}

    public record Start(
            @Doc("More alarms than this make a flood.") @Default("10")
            int count,

            @Doc("Within this time.") @Default("10m") Duration within) {}

    public record Chatter(
            @Doc("So many times active and back again.") @Default("3")
            int cycles,

            @Doc("Within this time.") @Default("1m") Duration within,

            @Doc("Least off-delay while it chatters; default: within.")
            Optional<Duration> offDelay,

            @Doc("Without a new alarm for this long it chatters no more.") @Default("10m")
            Duration quiet) {}

    public record Maintenance(
            @Doc("Id of the calendar that says when.") String calendar,

            @Doc("Only assets whose path matches; without it all of the policy.")
            Optional<String> path,

            @Doc("Only these rules; without it all.") List<String> rules) {}
}
