package org.millrace.why;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmPlan;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Silence;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.BoundRule;
import org.millrace.rule.RuleFile;
import org.millrace.store.Audit;
import org.millrace.store.OperationalStore;
import org.millrace.store.Trace;

/**
 * Why nobody was told of an alarm at a time: who silenced it, from when, until when, and why. What stands now comes from
 * the board, what stood then from the incident's events and the audit trail.
 */
final class Silences {
    private static final int MOST_AUDIT = 5_000;
    private static final long SECOND = 1_000_000L;

    /** @param text one clause; @param facts name to value, for people */
    record Reason(String text, Map<String, String> facts) {}

    /** @param parent incident that speaks for the alarm; empty when none does yet @param group what it is told with */
    private record Cover(String parent, String group) {}

    private final AlarmBoard board;
    private final AlarmPlan plan;
    private final OperationalStore store;

    Silences(AlarmBoard board, AlarmPlan plan, OperationalStore store) {
        this.board = board;
        this.plan = plan;
        this.store = store;
    }

    /**
     * Empty when people were told of the incident by then, or nothing was in the way.
     *
     * @param events of one incident, in order
     * @param time µs
     */
    List<Reason> of(BoundRule rule, List<AlarmEvent> events, long time) {
        List<AlarmEvent> until =
                events.stream().filter(event -> event.time() <= time).toList();
        AlarmEvent then = until.isEmpty() ? events.getFirst() : until.getLast();
        boolean told = until.stream().anyMatch(event -> event.handling().announced());
        if (told) {
            return List.of();
        }
        Optional<AlarmBoard.Entry> stands = then == events.getLast() ? standing(rule, then) : Optional.empty();
        List<Silence> silences =
                stands.map(AlarmBoard.Entry::silences).orElse(then.handling().silencedBy());
        Cover cover = stands.map(entry -> new Cover(entry.parent(), entry.group()))
                .orElse(new Cover(then.handling().parent(), then.handling().group()));
        List<Reason> reasons = new ArrayList<>();
        for (Silence silence : silences) {
            reasons.add(reason(silence, rule, then, events, time, cover));
        }
        return reasons;
    }

    /**
     * How it stands since its last event: a flood that begins after an alarm takes it in without an event of its own.
     */
    private Optional<AlarmBoard.Entry> standing(BoundRule rule, AlarmEvent last) {
        return board.find(rule.stateKey())
                .filter(entry -> entry.incident().equals(last.incident()))
                .filter(entry -> !entry.silences().isEmpty());
    }

    private Reason reason(
            Silence silence, BoundRule rule, AlarmEvent then, List<AlarmEvent> events, long time, Cover cover) {
        return switch (silence) {
            case SHELVED -> shelved(rule, events, time);
            case OUT_OF_SERVICE -> outOfService(rule, events, time);
            case SUPPRESSED -> suppressed(rule, then, events);
            case MAINTENANCE -> maintenance(rule, then);
            case MUTED -> muted(rule, then, events);
            case FLOOD -> covered("summarised in the " + cover.group() + ": told through incident ", cover);
            case GROUP_WAIT ->
                covered(
                        "held for a moment, so that what comes together ("
                                + cover.group()
                                + ") is told together"
                                + (cover.parent().isEmpty() ? "" : ", after incident "),
                        cover);
        };
    }

    private Reason shelved(BoundRule rule, List<AlarmEvent> events, long time) {
        Optional<AlarmBoard.Shelving> now = board.find(rule.stateKey())
                .map(AlarmBoard.Entry::shelving)
                .filter(shelving -> shelving.isOn() && shelving.since() <= time + SECOND);
        if (now.isPresent()) {
            AlarmBoard.Shelving s = now.get();
            String how = s.kind() == AlarmBoard.Kind.ONE_SHOT
                    ? "until it next returns to normal, " + Why.iso(s.until()) + " at the latest"
                    : Why.iso(s.until());
            return said("shelved", s.who(), s.since(), how, s.reason());
        }
        return fromAudit("shelved", "alarm.shelve", "alarm.unshelve", Type.UNSHELVED, rule, events, time);
    }

    private Reason outOfService(BoundRule rule, List<AlarmEvent> events, long time) {
        Optional<AlarmBoard.Service> now = board.find(rule.stateKey())
                .map(AlarmBoard.Entry::service)
                .filter(service -> service.out() && service.since() <= time + SECOND);
        if (now.isPresent()) {
            AlarmBoard.Service s = now.get();
            return said("taken out of service", s.who(), s.since(), "somebody puts it back", s.reason());
        }
        return fromAudit(
                "taken out of service",
                "alarm.out-of-service",
                "alarm.in-service",
                Type.IN_SERVICE,
                rule,
                events,
                time);
    }

    /** It is over by now: who began it is in the audit trail, its end in the incident or there. */
    private Reason fromAudit(
            String what, String begin, String end, Type ended, BoundRule rule, List<AlarmEvent> events, long time) {
        List<Audit.Row> rows = store.audit().latest(MOST_AUDIT).stream()
                .filter(row -> row.what().equals(begin) || row.what().equals(end))
                .filter(row -> concerns(row, rule, events))
                .toList(); // newest first
        Optional<Audit.Row> began = rows.stream()
                .filter(row -> row.what().equals(begin) && row.time() <= time + SECOND)
                .findFirst();
        long since = began.map(Audit.Row::time).orElse(0L);
        Optional<Long> audited = rows.reversed().stream()
                .filter(row -> row.what().equals(end) && row.time() >= since && since != 0)
                .map(Audit.Row::time)
                .findFirst();
        String until = events.stream()
                .filter(event -> event.type() == ended && event.hubTime() >= since)
                .findFirst()
                .map(event -> Why.iso(event.hubTime())
                        + (event.handling().comment().isEmpty()
                                ? ""
                                : " (" + event.handling().comment() + ")"))
                .or(() -> audited.map(Why::iso))
                .orElse("");
        String detail = began.map(Audit.Row::detail).orElse("");
        int words = detail.indexOf(": ");
        return said(
                what, began.map(Audit.Row::who).orElse(""), since, until, words < 0 ? "" : detail.substring(words + 2));
    }

    private static boolean concerns(Audit.Row row, BoundRule rule, List<AlarmEvent> events) {
        return row.detail().equals(rule.stateKey())
                || row.detail().startsWith(rule.stateKey() + ": ")
                || row.detail().startsWith(events.getFirst().incident());
    }

    private Reason suppressed(BoundRule rule, AlarmEvent then, List<AlarmEvent> events) {
        Optional<AlarmEvent> began = last(events, Type.SUPPRESSED, then);
        Optional<RuleFile.Suppress> suppress = rule.rule().alarm().flatMap(RuleFile.Alarm::suppress);
        String by = board.find(rule.stateKey())
                .map(AlarmBoard.Entry::suppressedBy)
                .filter(words -> !words.isEmpty())
                .or(() -> began.map(event -> event.handling().comment()).filter(words -> !words.isEmpty()))
                .or(() -> suppress.flatMap(RuleFile.Suppress::when))
                .or(() -> suppress.flatMap(RuleFile.Suppress::rule).map(id -> "an alarm of rule " + id))
                .orElse("");
        return said(
                "suppressed by design",
                "",
                began.orElse(then).hubTime(),
                ended(events, then).orElse("it no longer holds"),
                by);
    }

    private Reason maintenance(BoundRule rule, AlarmEvent then) {
        Optional<AlarmPlan.Maintenance> window = plan.maintenance(rule.stateKey(), then.hubTime());
        return said(
                "within a maintenance window",
                "",
                0,
                window.filter(w -> w.until() != Long.MAX_VALUE)
                        .map(w -> Why.iso(w.until()))
                        .orElse(""),
                window.map(w -> "calendar " + w.calendar())
                        .orElse("by the alarm policy of then; today's has no such window"));
    }

    private Reason muted(BoundRule rule, AlarmEvent then, List<AlarmEvent> events) {
        Optional<AlarmBoard.Mute> now = board.find(rule.stateKey())
                .map(AlarmBoard.Entry::mutedBy)
                .flatMap(order -> board.mutes().stream()
                        .filter(mute -> mute.order().equals(order))
                        .filter(mute -> mute.asset().equals(rule.asset().id()))
                        .findFirst());
        Optional<AlarmEvent> began = last(events, Type.SUPPRESSED, then);
        String order = now.map(mute -> mute.order() + (mute.system().isEmpty() ? "" : " in " + mute.system()))
                .or(() -> began.map(event -> event.handling().comment()).filter(words -> !words.isEmpty()))
                .orElse("");
        String until = ended(events, then)
                .or(() -> now.filter(mute -> mute.until() != 0).map(mute -> Why.iso(mute.until())))
                .orElse("the work is over");
        return said(
                "muted while work is in progress",
                now.map(AlarmBoard.Mute::who).orElse(""),
                began.map(AlarmEvent::hubTime).orElse(0L),
                until,
                order.isEmpty() ? "" : "work order " + order);
    }

    /** @param text ends where the incident's name follows, when it has a parent */
    private Reason covered(String text, Cover cover) {
        String parent = cover.parent();
        Map<String, String> facts = new LinkedHashMap<>();
        if (!parent.isEmpty()) {
            facts.put("incident", parent);
        }
        Optional<Trace.Row> order = store.trace().incident(parent).stream()
                .filter(row -> row.step() == Trace.Step.CALL
                        && (row.outcome().equals("created") || row.outcome().equals("updated")))
                .findFirst();
        order.ifPresent(row -> facts.put("work order", row.detail() + " in " + row.subject()));
        return new Reason(
                text
                        + parent
                        + order.map(row -> ", which has the work order " + row.detail() + " in " + row.subject())
                                .orElse(""),
                facts);
    }

    private static Optional<AlarmEvent> last(List<AlarmEvent> events, Type type, AlarmEvent upTo) {
        return events.stream()
                .filter(event -> event.type() == type && event.step() <= upTo.step())
                .reduce((first, second) -> second);
    }

    private static Optional<String> ended(List<AlarmEvent> events, AlarmEvent then) {
        return events.stream()
                .filter(event -> event.type() == Type.UNSUPPRESSED && event.step() > then.step())
                .findFirst()
                .map(event -> Why.iso(event.hubTime()));
    }

    /** @param since µs; 0 = not known */
    private static Reason said(String what, String who, long since, String until, String why) {
        Map<String, String> facts = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder(what);
        if (!who.isEmpty()) {
            text.append(" by ").append(who);
            facts.put("by", who);
        }
        if (since != 0) {
            text.append(" from ").append(Why.iso(since));
            facts.put("from", Why.iso(since));
        }
        if (!until.isEmpty()) {
            text.append(" until ").append(until);
            facts.put("until", until);
        }
        if (!why.isEmpty()) {
            text.append(": ").append(why);
            facts.put("reason", why);
        }
        return new Reason(text.toString(), facts);
    }
}
