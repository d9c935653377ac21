package org.millrace.why;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.millrace.check.Configuration;
import org.millrace.historian.Historian;
import org.millrace.plant.Tag;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.BoundRule;
import org.millrace.signal.Micros;
import org.millrace.signal.SampleBatch;
import org.millrace.store.Alarms;
import org.millrace.store.OperationalStore;
import org.millrace.store.Trace;
import org.millrace.store.WorkOrders;
import org.millrace.ticket.Numbers;
import org.millrace.why.Explanation.Limit;
import org.millrace.why.Explanation.Mark;
import org.millrace.why.Explanation.Outcome;
import org.millrace.why.Explanation.Plot;
import org.millrace.why.Explanation.Step;

/** Why a work order is there: from the reading to the answer of the system that holds it. */
public final class Why {
    private static final long MINUTE = 60_000_000L;
    private static final long LONGEST_PLOT = 6 * 60 * MINUTE;
    private static final long WARM_UP = 60 * MINUTE;

    private final Configuration configuration;
    private final Historian historian;
    private final OperationalStore store;
    private final LongSupplier now;

    /** @param now µs since the epoch */
    public Why(Configuration configuration, Historian historian, OperationalStore store, LongSupplier now) {
        this.configuration = configuration;
        this.historian = historian;
        this.store = store;
        this.now = now;
    }

    /**
     * @param id number of a work order, here or in the system it was made in, or id of an incident
     * @return empty when there is no such thing
     */
    public Optional<Explanation> explain(String id) {
        Optional<String> incident = store.workOrders()
                .get(id)
                .map(WorkOrders.WorkOrder::incident)
                .or(() -> store.trace().incidentOf(id))
                .or(() -> store.alarms().incident(id).map(alarm -> alarm.last().incident()));
        return incident.flatMap(found -> explainIncident(id, found));
    }

    private Optional<Explanation> explainIncident(String id, String incident) {
        List<AlarmEvent> events = store.outbox().events(incident);
        if (events.isEmpty()) {
            events = store.alarms().incident(incident).map(Alarms.Alarm::last).stream()
                    .toList();
        }
        if (events.isEmpty()) {
            return Optional.empty();
        }
        AlarmEvent first = events.getFirst();
        AlarmEvent last = events.getLast();
        List<Trace.Row> trace = store.trace().incident(incident);
        List<Step> steps = new ArrayList<>();
        Optional<Tag> tag = configuration.plant().tag(first.tag());
        tag.ifPresent(t -> reading(t, first, steps));
        Optional<Plot> plot = rule(first, last, events, trace, steps);
        event(events, trace, steps);
        way(trace, steps);
        return Optional.of(new Explanation(id, verdict(first, trace), false, List.copyOf(steps), plot));
    }

    private static String verdict(AlarmEvent first, List<Trace.Row> trace) {
        String said = first.title() + ": " + first.tag() + " was " + side(first) + " "
                + Numbers.quantity(first.limit(), first.unit(), Locale.ENGLISH) + " from " + iso(first.since())
                + " and the alarm was raised at " + iso(first.time());
        return trace.stream()
                .filter(row -> row.step() == Trace.Step.CALL && row.outcome().equals("created"))
                .findFirst()
                .map(row -> said + "; " + row.subject() + " opened " + row.detail())
                .orElse(said);
    }

    private static String side(AlarmEvent event) {
        return event.low() ? "below" : "above";
    }

    /** The sample at which the limit was first passed, and how it became a value of the tag. */
    private void reading(Tag tag, AlarmEvent first, List<Step> steps) {
        try {
            SampleBatch at = Readings.lastUpTo(historian.history(), tag, first.since());
            if (at.size() == 0) {
                steps.add(step("reading", Outcome.UNKNOWN, 0, "the historian no longer has the reading", Map.of()));
                return;
            }
            steps.addAll(Readings.steps(tag, at, 0, configuration.version()));
        } catch (SQLException e) {
            steps.add(
                    step("reading", Outcome.UNKNOWN, 0, "the historian does not answer: " + e.getMessage(), Map.of()));
        }
    }

    private Optional<Plot> rule(
            AlarmEvent first, AlarmEvent last, List<AlarmEvent> events, List<Trace.Row> trace, List<Step> steps) {
        Optional<BoundRule> bound = configuration.rules().rules().stream()
                .filter(rule -> rule.rule().id().equals(first.rule())
                        && rule.asset().id().equals(first.asset()))
                .findFirst();
        String version = version(trace, first);
        Map<String, String> facts = new LinkedHashMap<>(first.inputs());
        facts.put("limit", Numbers.quantity(first.limit(), first.unit(), Locale.ENGLISH));
        facts.put("first beyond", iso(first.since()));
        facts.put("raised", iso(first.time()));
        if (bound.isEmpty()) {
            String text = first.rule() + " raised level " + first.level() + "; it is no longer configured";
            steps.add(new Step("rule", Outcome.OK, first.time(), text, version, facts));
            return Optional.empty();
        }
        BoundRule rule = bound.get();
        rule.gate().ifPresent(gate -> facts.put("while", gate.text()));
        boolean other = !version.isEmpty() && !version.equals(configuration.version());
        steps.add(new Step(
                "rule",
                Outcome.OK,
                first.time(),
                first.rule() + " went to level " + first.level() + " (" + word(first.severity()) + ")"
                        + (other ? "; the configuration has changed since, the plot shows today's limits" : ""),
                version,
                facts));
        long lasted = Math.max(last.time(), first.time()) - first.since();
        long from = first.since() - Math.clamp(lasted / 2, MINUTE, 30 * MINUTE);
        long to = Math.min(now.getAsLong(), Math.max(last.time(), first.time()) + 2 * MINUTE);
        return plot(rule, from, Math.clamp(to, from + MINUTE, from + LONGEST_PLOT), events);
    }

    private Optional<Plot> plot(BoundRule rule, long from, long to, List<AlarmEvent> events) {
        try {
            RuleReplay.Replayed replayed = new RuleReplay(historian.history()).run(rule, from, to, WARM_UP);
            List<Mark> marks = events.stream()
                    .filter(event -> event.time() >= from && event.time() <= to)
                    .map(event -> new Mark(event.time(), word(event.type()).replace('_', ' ')))
                    .toList();
            return Optional.of(plot(rule, from, to, replayed, marks));
        } catch (SQLException e) {
            return Optional.empty(); // the reading's step has said that the historian is away
        }
    }

    static Plot plot(BoundRule rule, long from, long to, RuleReplay.Replayed replayed, List<Mark> marks) {
        return new Plot(
                rule.input().path(),
                rule.unit(),
                from,
                to,
                replayed.points(),
                rule.levels().stream()
                        .map(level -> new Limit(level.name(), level.limit(), level.low()))
                        .toList(),
                replayed.bands(),
                marks);
    }

    private static void event(List<AlarmEvent> events, List<Trace.Row> trace, List<Step> steps) {
        for (AlarmEvent event : events) {
            String level = event.level().isEmpty() ? "" : " level " + event.level();
            steps.add(new Step(
                    "event",
                    Outcome.OK,
                    event.time(),
                    word(event.type()).replace('_', ' ') + level + ", step " + event.step() + " of the incident",
                    version(trace, event),
                    Map.of("id", event.id(), "committed", iso(event.hubTime()))));
        }
    }

    /** What the routes and the connectors did, in the order in which they began. */
    static void way(List<Trace.Row> trace, List<Step> steps) {
        for (Trace.Row row : trace) {
            if (row.step() == Trace.Step.EVENT) {
                continue;
            }
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("event", row.eventId());
            if (row.attempts() > 1) {
                facts.put("attempts", Integer.toString(row.attempts()));
                facts.put("first tried", iso(row.firstTime()));
            }
            boolean call = row.step() == Trace.Step.CALL;
            String text = (call ? row.subject() + ": " : "consumer " + row.subject() + ": ")
                    + row.outcome()
                    + (row.detail().isEmpty() ? "" : " (" + row.detail() + ")");
            steps.add(new Step(
                    call ? "connector" : "route", outcome(row), row.lastTime(), text, row.configuration(), facts));
        }
    }

    static Outcome outcome(Trace.Row row) {
        return switch (row.outcome()) {
            case "failed", "deferred" -> Outcome.WAITING;
            case "rejected", "filtered" -> Outcome.STOPPED;
            default -> Outcome.OK;
        };
    }

    private static String version(List<Trace.Row> trace, AlarmEvent event) {
        return trace.stream()
                .filter(row -> row.step() == Trace.Step.EVENT && row.eventId().equals(event.id()))
                .map(Trace.Row::configuration)
                .findFirst()
                .orElse("");
    }

    private Step step(String step, Outcome outcome, long time, String text, Map<String, String> facts) {
        return new Step(step, outcome, time, text, configuration.version(), facts);
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static String iso(long micros) {
        return Micros.iso(micros);
    }
}
