package org.millrace.why;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.millrace.alarm.AlarmBoard;
import org.millrace.check.Configuration;
import org.millrace.config.DidYouMean;
import org.millrace.historian.Historian;
import org.millrace.journal.Journal;
import org.millrace.plant.Tag;
import org.millrace.plant.UnmappedRegistry.Unmapped;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.BoundRule;
import org.millrace.rule.Condition;
import org.millrace.rule.LimitLevel;
import org.millrace.rule.RuleProbe;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.source.SourceStatus;
import org.millrace.store.Alarms;
import org.millrace.store.OperationalStore;
import org.millrace.store.Trace;
import org.millrace.ticket.Numbers;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.OrderState;
import org.millrace.why.Explanation.Outcome;
import org.millrace.why.Explanation.Plot;
import org.millrace.why.Explanation.Step;

/** Why a tag at a time made no work order: the step that stopped it. */
public final class WhyNot {
    /** What the running hub knows and no store has. */
    public interface Present {
        List<Unmapped> unmapped();

        List<SourceStatus> sources();

        List<Journal.StoredDeadLetter> deadLetters();

        /** Why a consumer of the outbox is held up; empty when it is not. */
        Optional<String> trouble(String consumer);

        /** What a work-order system of another machine last answered; empty when it answers well. */
        Optional<String> connectorTrouble(String system);

        /** Where the alarms stand with people. */
        AlarmBoard alarms();
    }

    private static final long SECOND = 1_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long LOOK_BACK = 30 * MINUTE;
    private static final long WARM_UP = 60 * MINUTE;

    private final Configuration configuration;
    private final Historian historian;
    private final OperationalStore store;
    private final Present present;
    private final LongSupplier now;

    /** @param now µs since the epoch */
    public WhyNot(
            Configuration configuration,
            Historian historian,
            OperationalStore store,
            Present present,
            LongSupplier now) {
        this.configuration = configuration;
        this.historian = historian;
        this.store = store;
        this.present = present;
        this.now = now;
    }

    /**
     * @param name path of a tag, the end of one, or asset/tag such as {@code P-101/vibration.velocity_rms}
     * @param time µs since the epoch
     */
    public Explanation explain(String name, long time) {
        Answer answer = new Answer(name + "@" + Why.iso(time), configuration.version());
        List<Tag> found = tags(name);
        if (found.size() != 1) {
            return answer.stop("tag", 0, found.isEmpty() ? unknown(name) : ambiguous(name, found), Map.of());
        }
        Tag tag = found.getFirst();
        try {
            return reading(answer, tag, time);
        } catch (SQLException e) {
            return answer.end(Outcome.UNKNOWN, "reading", 0, "the historian does not answer: " + e.getMessage());
        }
    }

    private List<Tag> tags(String name) {
        List<Tag> all = configuration.plant().tags();
        List<Tag> exact = all.stream().filter(tag -> tag.path().equals(name)).toList();
        return !exact.isEmpty()
                ? exact
                : all.stream()
                        .filter(tag -> tag.path().endsWith("/" + name)
                                || (tag.assetId() + "/" + tag.name()).equalsIgnoreCase(name))
                        .toList();
    }

    private String unknown(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        Optional<Unmapped> sent = present.unmapped().stream()
                .filter(u -> u.field().equalsIgnoreCase(last))
                .findFirst();
        return sent.map(u -> "unmapped: " + u.source() + " sends '" + u.field() + "' of device '" + u.device()
                        + "', but no asset file has a tag for it")
                .orElseGet(() -> "no asset file has a tag '" + name + "'"
                        + DidYouMean.of(
                                        name,
                                        configuration.plant().tags().stream()
                                                .map(Tag::path)
                                                .toList())
                                .map(near -> "; did you mean " + near + "?")
                                .orElse(""));
    }

    private static String ambiguous(String name, List<Tag> found) {
        return "'" + name + "' may be "
                + String.join(", ", found.stream().map(Tag::path).toList()) + ": give the whole path";
    }

    private Explanation reading(Answer answer, Tag tag, long time) throws SQLException {
        SampleBatch last = Readings.lastUpTo(historian.history(), tag, time);
        long patience = tag.staleAfter()
                        .or(() -> tag.expectEvery().map(every -> every.multipliedBy(3)))
                        .orElse(Duration.ofHours(1))
                        .toNanos()
                / 1_000;
        boolean stale = last.size() > 0
                && tag.staleAfter().isPresent()
                && last.quality(0) == Quality.UNCERTAIN_LAST_USABLE_VALUE;
        if (last.size() == 0 || stale || last.time(0) < time - patience) {
            return answer.stop(
                    "reading",
                    time,
                    missing(tag, last, time, patience),
                    Map.of("source", tag.origin().source()));
        }
        List<Step> steps = Readings.steps(tag, last, 0, configuration.version());
        answer.steps.addAll(steps);
        if (!Quality.isGood(last.quality(0))) {
            String why = last.quality(0) == Quality.BAD_OUT_OF_RANGE
                    ? Readings.shown(tag, last, 0) + " is out of range [" + Numbers.text(tag.low(), Locale.ENGLISH)
                            + ", "
                            + Numbers.quantity(tag.high(), tag.unit(), Locale.ENGLISH)
                            + "]: kept with quality Bad_OutOfRange, unknown to rules"
                    : "its quality is " + Quality.severity(last.quality(0)) + ": rules take it for unknown";
            return answer.verdict("tag: " + why);
        }
        return rules(answer, tag, time);
    }

    private String missing(Tag tag, SampleBatch last, long time, long patience) {
        String known = last.size() == 0
                ? "not received: the historian has no value of it up to then"
                : last.quality(0) == Quality.UNCERTAIN_LAST_USABLE_VALUE
                        ? "not received: the last value does not count since " + Why.iso(last.time(0))
                                + " (stale: nothing new for " + patience / SECOND + " s)"
                        : "not received: the last value up to then is of " + Why.iso(last.time(0)) + ", older than "
                                + patience / SECOND + " s";
        Optional<Journal.StoredDeadLetter> refused = present.deadLetters().stream()
                .filter(letter -> letter.letter().source().equals(tag.origin().source())
                        && Math.abs(letter.letter().hubTime() - time) < 10 * MINUTE
                        && concerns(letter.letter(), tag))
                .findFirst();
        if (refused.isPresent()) {
            Journal.DeadLetter letter = refused.get().letter();
            return "rejected at " + Why.iso(letter.hubTime()) + " (dead letter "
                    + refused.get().id() + ", " + letter.step() + "): " + letter.reason() + ": " + letter.detail();
        }
        Optional<SourceStatus> source = present.sources().stream()
                .filter(status -> status.id().equals(tag.origin().source()))
                .findFirst();
        if (source.isPresent() && !source.get().up()) {
            return known + "; source " + tag.origin().source() + " is down now";
        }
        return present.unmapped().stream()
                .filter(u -> u.source().equals(tag.origin().source())
                        && u.device().equals(tag.origin().device()))
                .findFirst()
                .map(u -> known + "; its device sends '" + u.field() + "', which is unmapped")
                .orElse(known);
    }

    private static boolean concerns(Journal.DeadLetter letter, Tag tag) {
        String text = letter.context() + " " + letter.detail() + " "
                + new String(letter.raw(), java.nio.charset.StandardCharsets.UTF_8);
        return text.contains(tag.path())
                || text.contains(tag.origin().field())
                        && (tag.origin().device().isEmpty()
                                || text.contains(tag.origin().device()));
    }

    private Explanation rules(Answer answer, Tag tag, long time) throws SQLException {
        List<BoundRule> watching = configuration.rules().rules().stream()
                .filter(rule -> rule.input().path().equals(tag.path())
                        || rule.measure()
                                .map(measure -> measure.tags().contains(tag))
                                .orElse(false))
                .toList();
        if (watching.isEmpty()) {
            List<String> gated = configuration.rules().rules().stream()
                    .filter(rule ->
                            rule.gate().map(Condition::tags).orElse(List.of()).contains(tag))
                    .map(rule -> rule.rule().id())
                    .toList();
            return answer.stop(
                    "rule",
                    time,
                    gated.isEmpty()
                            ? "no rule watches this tag"
                            : "no rule watches this tag; " + String.join(", ", gated) + " only has it in 'while'",
                    Map.of());
        }
        String verdict = "";
        boolean stopped = true;
        for (BoundRule rule : watching) {
            boolean goes = rule(answer, rule, time);
            Step last = answer.steps.getLast();
            if (verdict.isEmpty() || goes) {
                verdict = last.step() + ": " + last.text();
            }
            stopped &= last.outcome() == Outcome.STOPPED;
        }
        return stopped ? answer.verdict(verdict) : answer.going(verdict);
    }

    /** True when the alarm stood at that time and the way goes on. */
    private boolean rule(Answer answer, BoundRule rule, long time) throws SQLException {
        RuleReplay replay = new RuleReplay(historian.history());
        RuleReplay.Replayed until = replay.run(rule, time - LOOK_BACK, time + 1, WARM_UP);
        long end = Math.min(now.getAsLong(), time + 10 * MINUTE);
        if (answer.plot.isEmpty()) {
            RuleReplay.Replayed shown = end > time + 1 ? replay.run(rule, time - LOOK_BACK, end, WARM_UP) : until;
            Plot plot = Why.plot(
                    rule,
                    time - LOOK_BACK,
                    Math.max(end, time + 1),
                    shown,
                    List.of(new Explanation.Mark(time, "asked")));
            answer.plot = Optional.of(plot);
        }
        RuleProbe.State state = until.last();
        Map<String, String> facts = new LinkedHashMap<>();
        until.inputs()
                .forEach(input ->
                        facts.put(input.substring(0, input.indexOf(" = ")), input.substring(input.indexOf(" = ") + 3)));
        rule.gate().ifPresent(gate -> facts.put("while", gate.text()));
        Optional<Alarms.Alarm> alarm = alarm(rule, time);
        String text = rule.rule().id() + ": " + text(rule, state, alarm.isPresent());
        boolean active = state.phase() == RuleProbe.Phase.ACTIVE || state.phase() == RuleProbe.Phase.CLEARING;
        if (alarm.isEmpty()) {
            Outcome outcome = active ? Outcome.UNKNOWN : Outcome.STOPPED;
            answer.steps.add(new Step("rule", outcome, state.time(), text, configuration.version(), facts));
            return active;
        }
        answer.steps.add(new Step("rule", Outcome.OK, state.time(), text, configuration.version(), facts));
        way(answer, rule, alarm.get(), time);
        return true;
    }

    private Optional<Alarms.Alarm> alarm(BoundRule rule, long time) {
        return store.alarms().standing(time, time + SECOND).stream()
                .filter(alarm -> alarm.last().rule().equals(rule.rule().id())
                        && alarm.last().asset().equals(rule.asset().id()))
                .findFirst();
    }

    private static String text(BoundRule rule, RuleProbe.State state, boolean alarm) {
        String value = Double.isNaN(state.value())
                ? "no good value"
                : Numbers.quantity(state.value(), rule.unit(), Locale.ENGLISH);
        return switch (state.phase()) {
            case NORMAL -> value + " is within the limits (" + limits(rule) + ")";
            case INPUT_UNKNOWN -> "the input is unknown (missing, bad or stale), which neither raises nor clears";
            case GATE_CLOSED ->
                value + " is beyond level " + state.level() + ", but the gate is closed: 'while' is false";
            case GATE_UNKNOWN ->
                value + " is beyond level " + state.level()
                        + ", but the gate is unknown: an input of 'while' is missing, bad or stale, or it has not settled";
            case PENDING ->
                value + " is beyond level " + state.level() + " since " + Why.iso(state.since())
                        + ", but its on-delay is not over before "
                        + Why.iso(state.due().orElse(state.time()));
            case ACTIVE ->
                alarm
                        ? "the alarm was active already, at level " + state.level()
                        : "level " + state.level() + " would be active by today's rules, but no alarm of then is kept:"
                                + " the rules were others, or the hub was not running, or it is too long ago";
            case CLEARING -> "the alarm was active and about to clear, at level " + state.level();
        };
    }

    private static String limits(BoundRule rule) {
        List<String> limits = new ArrayList<>();
        for (LimitLevel level : rule.levels()) {
            limits.add(level.name()
                    + (level.low() ? " below " : " above ")
                    + Numbers.quantity(level.limit(), rule.unit(), Locale.ENGLISH));
        }
        return String.join(", ", limits);
    }

    /** From the alarm on: which order it belongs to, or what holds it up. */
    private void way(Answer answer, BoundRule rule, Alarms.Alarm alarm, long time) {
        String incident = alarm.last().incident();
        List<Trace.Row> trace = store.trace().incident(incident);
        List<Trace.Row> raised = trace.stream()
                .filter(row -> row.step() == Trace.Step.EVENT && row.outcome().equals("raised"))
                .toList();
        answer.add(
                "event",
                Outcome.OK,
                alarm.firstTime(),
                "incident " + incident + " began at " + Why.iso(alarm.firstTime()),
                version(raised));
        boolean silenced = silences(answer, rule, incident, time);
        Optional<Trace.Row> order = trace.stream()
                .filter(row -> row.step() == Trace.Step.CALL
                        && (row.outcome().equals("created") || row.outcome().equals("updated")))
                .findFirst();
        if (order.isPresent()) {
            answer.add(
                    "connector",
                    Outcome.OK,
                    order.get().lastTime(),
                    "there is a work order: " + order.get().detail() + " in "
                            + order.get().subject() + "; it takes everything of this incident",
                    order.get().configuration());
            return;
        }
        if (rule.rule().workOrder().isEmpty()) {
            answer.add(
                    "event",
                    Outcome.STOPPED,
                    0,
                    "rule " + rule.rule().id() + " asks for no work order",
                    configuration.version());
            return;
        }
        if (!silenced) {
            held(answer, trace, raised);
        }
    }

    /** True when nobody was told of the alarm at that time, with why. */
    private boolean silences(Answer answer, BoundRule rule, String incident, long time) {
        List<AlarmEvent> events = store.outbox().events(incident);
        List<Silences.Reason> reasons = events.isEmpty()
                ? List.of()
                : new Silences(present.alarms(), configuration.alarms(), store).of(rule, events, time);
        for (Silences.Reason reason : reasons) {
            answer.steps.add(new Step(
                    "event",
                    Outcome.STOPPED,
                    0,
                    "nobody was told: " + reason.text(),
                    configuration.version(),
                    reason.facts()));
        }
        return !reasons.isEmpty();
    }

    private void held(Answer answer, List<Trace.Row> trace, List<Trace.Row> raised) {
        List<Step> way = new ArrayList<>();
        Why.way(trace, way);
        answer.steps.addAll(way);
        if (raised.isEmpty()) {
            answer.add("event", Outcome.UNKNOWN, 0, "what became of the event was not kept", "");
            return;
        }
        String event = raised.getFirst().eventId();
        List<Trace.Row> calls = trace.stream()
                .filter(row -> row.step() == Trace.Step.CALL && row.eventId().equals(event))
                .toList();
        if (!calls.isEmpty()) {
            Trace.Row call = calls.getFirst();
            Optional<OrderRow> queued = call.outcome().equals("queued")
                    ? store.tickets().byReference(call.subject(), call.detail())
                    : Optional.empty();
            if (queued.isPresent()) {
                queued(answer, call, queued.get());
                return;
            }
            Outcome outcome = call.outcome().equals("unchanged") ? Outcome.STOPPED : Why.outcome(call);
            answer.add(
                    "connector",
                    outcome,
                    call.lastTime(),
                    call.subject() + " answered " + call.outcome() + ": " + call.detail(),
                    call.configuration());
            return;
        }
        if (store.outbox().pending().isEmpty()) {
            answer.add(
                    "route",
                    Outcome.STOPPED,
                    0,
                    "no route takes events: no file below routes/ has 'from: hub:events'",
                    configuration.version());
            return;
        }
        for (String consumer : store.outbox().pending().keySet()) {
            Optional<Trace.Row> routed = trace.stream()
                    .filter(row -> row.step() == Trace.Step.ROUTE
                            && row.eventId().equals(event)
                            && row.subject().equals(consumer))
                    .findFirst();
            if (routed.isEmpty() || routed.get().outcome().equals("failed")) {
                answer.add(
                        "route",
                        Outcome.WAITING,
                        0,
                        "the event waits in the outbox for " + consumer
                                + present.trouble(consumer)
                                        .map(why -> ", which is held up: " + why)
                                        .orElse(""),
                        configuration.version());
                return;
            }
        }
        answer.add(
                "route",
                Outcome.STOPPED,
                0,
                "filtered by route: the routes took the event and called no connector",
                configuration.version());
    }

    /** A system of another machine is called by a thread of its own: the ledger says how far that has come. */
    private void queued(Answer answer, Trace.Row call, OrderRow row) {
        String system = call.subject();
        String number = row.there().number();
        if (!number.isEmpty()) {
            answer.add(
                    "connector",
                    Outcome.OK,
                    row.times().updated(),
                    "there is a work order: " + number + " in " + system + "; it takes everything of this incident",
                    call.configuration());
            return;
        }
        String trouble = !row.plan().trouble().isEmpty()
                ? row.plan().trouble()
                : present.connectorTrouble(system).orElse("");
        boolean dead = row.state() == OrderState.DEAD;
        String text = dead
                ? system + " refuses it for good: " + trouble
                : trouble.isEmpty()
                        ? system + " has not been asked yet"
                        : system + " fails; its last answer: " + trouble;
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("reference", row.id().reference());
        facts.put("state", row.state().code());
        if (row.plan().attempts() > 0) {
            facts.put("failures in a row", Integer.toString(row.plan().attempts()));
        }
        if (!dead && row.plan().nextTry() > 0) {
            facts.put("next try", Why.iso(row.plan().nextTry()));
        }
        answer.steps.add(new Step(
                "connector",
                dead ? Outcome.STOPPED : Outcome.WAITING,
                row.times().updated(),
                text,
                call.configuration(),
                facts));
    }

    private static String version(List<Trace.Row> rows) {
        return rows.isEmpty() ? "" : rows.getFirst().configuration();
    }

    /** An explanation in the making. */
    private static final class Answer {
        private final String subject;
        private final String configuration;
        private final List<Step> steps = new ArrayList<>();
        private Optional<Plot> plot = Optional.empty();

        Answer(String subject, String configuration) {
            this.subject = subject;
            this.configuration = configuration;
        }

        void add(String step, Outcome outcome, long time, String text, String version) {
            steps.add(new Step(step, outcome, time, text, version, Map.of()));
        }

        Explanation stop(String step, long time, String text, Map<String, String> facts) {
            steps.add(new Step(step, Outcome.STOPPED, time, text, configuration, facts));
            return verdict(step + ": " + text);
        }

        Explanation end(Outcome outcome, String step, long time, String text) {
            add(step, outcome, time, text, configuration);
            return going(step + ": " + text);
        }

        Explanation verdict(String verdict) {
            return new Explanation(subject, verdict, true, List.copyOf(steps), plot);
        }

        Explanation going(String verdict) {
            return new Explanation(subject, verdict, false, List.copyOf(steps), plot);
        }
    }
}
