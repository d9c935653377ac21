package org.millrace;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmCommand;
import org.millrace.alarm.AlarmMetrics;
import org.millrace.alarm.AlarmPlan;
import org.millrace.config.Durations;
import org.millrace.console.ConsoleData.Outcome;
import org.millrace.rule.AlarmEvent;
import org.millrace.runtime.Commands;
import org.millrace.signal.Micros;
import org.millrace.store.Alarms;
import org.millrace.store.WorkOrders;

/** What operators say to alarms: checked, journalled, audited. What becomes of it, the rules decide from the journal. */
final class HubAlarms {
    private final Hub hub;

    HubAlarms(Hub hub) {
        this.hub = hub;
    }

    AlarmBoard board() {
        return hub.alarmBoard();
    }

    Outcome command(AlarmCommand command) {
        return switch (command) {
            case AlarmCommand.Acknowledge c -> incident(c.target(), "acknowledge", c, c.who(), c.comment());
            case AlarmCommand.Confirm c -> confirm(c);
            case AlarmCommand.Reset c -> reset(c);
            case AlarmCommand.Shelve c -> shelve(c);
            case AlarmCommand.Unshelve c ->
                entry(c.target()).filter(e -> e.shelving().isOn()).isEmpty()
                        ? unknownOr(c.target(), "it is not shelved")
                        : said(c, c.who(), "alarm.unshelve", c.target(), c.reason());
            case AlarmCommand.OutOfService c ->
                withReason(c.target(), c.reason())
                        .orElseGet(() -> said(c, c.who(), "alarm.out-of-service", c.target(), c.reason()));
            case AlarmCommand.InService c ->
                entry(c.target()).filter(e -> e.service().out()).isEmpty()
                        ? unknownOr(c.target(), "it is not out of service")
                        : said(c, c.who(), "alarm.in-service", c.target(), c.reason());
            case AlarmCommand.Mute c -> said(c, c.who(), "alarm.mute", c.asset() + " " + c.failureMode(), c.order());
            case AlarmCommand.Unmute c -> said(c, c.who(), "alarm.unmute", c.order(), "");
        };
    }

    private Outcome said(AlarmCommand command, String who, String what, String target, String words) {
        hub.journal().command(hub.now(), Commands.write(command)).join();
        hub.store().audit().record(hub.now(), who, what, words.isEmpty() ? target : target + ": " + words);
        return new Outcome.Done();
    }

    private Optional<AlarmBoard.Entry> entry(String target) {
        return board().find(target);
    }

    private Outcome unknownOr(String target, String why) {
        return alarmOf(target).isEmpty() ? new Outcome.NotFound("alarm " + target) : new Outcome.Refused(why);
    }

    /** {@code rule@asset} of an alarm or an open incident. */
    private Optional<String> alarmOf(String target) {
        return hub.configuration().alarms().knows(target)
                ? Optional.of(target)
                : hub.store()
                        .alarms()
                        .incident(target)
                        .map(alarm -> alarm.last().rule() + "@" + alarm.last().asset())
                        .filter(hub.configuration().alarms()::knows)
                        .filter(alarm -> !target.contains("/FLOOD@"));
    }

    private Outcome incident(String target, String what, AlarmCommand command, String who, String words) {
        String incident = entry(target).map(AlarmBoard.Entry::incident).orElse(target);
        Optional<Alarms.Alarm> alarm = hub.store().alarms().incident(incident);
        if (alarm.isEmpty()) {
            return new Outcome.NotFound("incident " + target);
        }
        return alarm.get().state() == Alarms.State.CLOSED
                ? new Outcome.Refused("the incident is over")
                : said(command, who, what, target, words);
    }

    private Outcome confirm(AlarmCommand.Confirm c) {
        return entry(c.target()).filter(AlarmBoard.Entry::confirmable).isEmpty()
                ? unknownOr(
                        c.target(), "there is nothing to confirm: it is not acknowledged, or its rule asks for none")
                : said(c, c.who(), "alarm.confirm", c.target(), c.comment());
    }

    private Outcome reset(AlarmCommand.Reset c) {
        return entry(c.target()).filter(AlarmBoard.Entry::resettable).isEmpty()
                ? unknownOr(
                        c.target(),
                        "it can't be reset: its rule must latch it, it must have returned to normal and be acknowledged")
                : said(c, c.who(), "alarm.reset", c.target(), c.comment());
    }

    private Outcome shelve(AlarmCommand.Shelve c) {
        Optional<Outcome> refused = withReason(c.target(), c.reason());
        if (refused.isPresent()) {
            return refused.get();
        }
        var max = hub.configuration()
                .alarms()
                .shelving(alarmOf(c.target()).orElse(""))
                .max();
        if (c.micros() > Micros.of(max)) {
            return new Outcome.Refused("an alarm may be shelved for at most " + Durations.format(max));
        }
        String how = c.oneShot() ? "until its next return" : c.micros() == 0 ? Durations.format(max) : seconds(c);
        return said(c, c.who(), "alarm.shelve", c.target(), how + ", " + c.reason());
    }

    private static String seconds(AlarmCommand.Shelve c) {
        return Durations.format(java.time.Duration.ofNanos(c.micros() * 1_000));
    }

    private Optional<Outcome> withReason(String target, String reason) {
        Optional<String> alarm = alarmOf(target);
        AlarmPlan plan = hub.configuration().alarms();
        if (alarm.isEmpty()) {
            return Optional.of(new Outcome.NotFound("alarm " + target));
        }
        return reason.isBlank() && plan.shelving(alarm.get()).requiresReason()
                ? Optional.of(new Outcome.Refused("a reason is needed"))
                : Optional.empty();
    }

    /** A work order of the desk has moved: while it is worked on, its alarms are not told. */
    void order(WorkOrders.WorkOrder order, String user) {
        if (order.state() == WorkOrders.State.IN_PROGRESS) {
            if (hub.configuration().alarms().mutesInProgress(order.asset())) {
                command(new AlarmCommand.Mute(
                        MuteCheck.DESK, order.number(), order.asset(), order.failureMode(), 0, user));
            }
        } else if (board().mutes().stream().anyMatch(mute -> mute.isOf(MuteCheck.DESK, order.number()))) {
            command(new AlarmCommand.Unmute(MuteCheck.DESK, order.number(), user));
        }
    }

    List<AlarmMetrics> metrics(long from, long to) {
        AlarmPlan plan = hub.configuration().alarms();
        Map<String, String> areas = new HashMap<>();
        List<AlarmEvent> open = hub.store().alarms().open().stream()
                .map(Alarms.Alarm::last)
                .filter(event -> !event.key().endsWith("/FLOOD"))
                .toList();
        return AlarmMetrics.of(
                hub.store().outbox().between(from, to),
                open,
                event -> areas.computeIfAbsent(
                        event.rule() + "@" + event.asset(), alarm -> area(plan.area(alarm), event)),
                from,
                to);
    }

    /** A rule that is gone has left its events behind. */
    private static String area(String planned, AlarmEvent event) {
        if (!planned.isEmpty()) {
            return planned;
        }
        String[] steps = event.assetPath().split("/");
        return String.join("/", List.of(steps).subList(0, Math.min(3, Math.max(1, steps.length - 1))));
    }
}
