package org.millrace.runtime;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.millrace.historian.Historian;
import org.millrace.historian.HistoryReader;
import org.millrace.historian.LastValue;
import org.millrace.journal.Journal;
import org.millrace.kpi.OeeSpec;
import org.millrace.kpi.ShiftCalculator;
import org.millrace.kpi.ShiftCalendar.Shift;
import org.millrace.kpi.ShiftRecorder;
import org.millrace.kpi.ShiftReport;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.store.OperationalStore;
import org.millrace.store.SourceNotes;
import org.millrace.store.StopReasons;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OEE at work: the running shift from the journal as the rules see it, past ones from the historian. Every minute the
 * running figures, and after a shift its final ones, go into the journal as values of the asset, and with them to the
 * historian and every route that reads the journal. A historian that is away costs past shifts only.
 */
public final class KpiLoop implements AutoCloseable {
    /** Where published figures come from, in the ledger. */
    public static final String SOURCE = OeeSpec.SOURCE;

    private static final Logger LOG = LoggerFactory.getLogger(KpiLoop.class);
    private static final long MINUTE = 60_000_000L;
    private static final long DAY = 24 * 60 * MINUTE;
    /** Values of a shift may reach the historian this late. */
    private static final long SETTLED = 2 * MINUTE;

    private static final long LONGEST_LOOK_BACK = 400 * DAY;
    private static final int MOST_CACHED = 2_000;

    private record Listener(Running machine, Tag tag) {}

    /** @param until looked up anew from then on, µs */
    private record Kept(ShiftReport report, long until) {}

    private static final class Running {
        volatile OeeSpec spec;
        ShiftRecorder recorder; // guarded by this
        long published;

        Running(OeeSpec spec) {
            this.spec = spec;
            this.recorder = new ShiftRecorder(spec);
        }

        /** The calendar may be another one. */
        Running with(OeeSpec next) {
            spec = next;
            return this;
        }
    }

    private final Journal journal;
    private final Historian historian;
    private final StopReasons reasons;
    private final SourceNotes notes;
    private final LongSupplier now;
    private volatile Map<String, Running> machines = Map.of();
    private volatile Map<Integer, List<Listener>> listeners = Map.of();
    private final Map<String, Kept> cache = new LinkedHashMap<>(64, 0.75f, true);
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("hub-kpi").daemon().factory());

    /** @param now µs since the epoch */
    public KpiLoop(
            List<OeeSpec> specs, Journal journal, Historian historian, OperationalStore store, LongSupplier now) {
        this.journal = journal;
        this.historian = historian;
        this.reasons = store.stopReasons();
        this.notes = store.sourceNotes();
        this.now = now;
        this.machines = machines(specs);
        this.listeners = listeners(machines);
    }

    /** As they are where nothing has changed, else new. */
    private Map<String, Running> machines(List<OeeSpec> specs) {
        Map<String, Running> next = new LinkedHashMap<>();
        for (OeeSpec spec : specs) {
            Running running = machines.get(spec.file().id());
            boolean same = running != null
                    && running.spec.file().equals(spec.file())
                    && running.spec.tags().equals(spec.tags());
            next.put(spec.file().id(), same && running != null ? running.with(spec) : new Running(spec));
        }
        return next;
    }

    private Map<Integer, List<Listener>> listeners(Map<String, Running> of) {
        Map<Integer, List<Listener>> next = new HashMap<>();
        for (Running machine : of.values()) {
            for (Tag tag : machine.spec.tags()) {
                next.computeIfAbsent(journal.tagNumber(tag.path()), n -> new ArrayList<>())
                        .add(new Listener(machine, tag));
            }
        }
        return next;
    }

    /** Takes up the running shifts from the historian; to be called before the first {@link #observe}. */
    public void start() {
        machines.values().forEach(this::seed);
        executor.scheduleWithFixedDelay(this::publish, 60, 60, TimeUnit.SECONDS);
    }

    /** Another configuration: what has changed begins anew with what the historian has of the running shift. */
    public void adopt(List<OeeSpec> specs) {
        Map<String, Running> before = machines;
        Map<String, Running> next = machines(specs);
        next.values().stream().filter(machine -> !before.containsValue(machine)).forEach(this::seed);
        listeners = listeners(next);
        machines = next;
        reasonGiven();
    }

    private void seed(Running machine) {
        long until = now.getAsLong();
        long from =
                running(machine.spec, until).map(shift -> shift.time().from()).orElse(until);
        if (!historian.reached()) {
            return;
        }
        try {
            synchronized (machine) {
                machine.recorder = recorded(machine.spec, from, until + 1);
            }
        } catch (SQLException e) {
            LOG.warn(
                    "OEE {}: the running shift begins anew, the historian does not answer: {}",
                    machine.spec.file().id(),
                    e.getMessage());
        }
    }

    /** Takes one journal entry, in order; quick. */
    public void observe(Journal.Entry entry) {
        if (!(entry instanceof Journal.Entry.Samples samples) || listeners.isEmpty()) {
            return;
        }
        SampleBatch batch = samples.batch();
        for (int i = 0; i < batch.size(); i++) {
            for (Listener listener : listeners.getOrDefault(batch.tag(i), List.of())) {
                synchronized (listener.machine()) {
                    listener.machine().recorder.take(listener.tag(), batch, i);
                }
            }
        }
    }

    public List<OeeSpec> specs() {
        return machines.values().stream().map(machine -> machine.spec).toList();
    }

    /** The shift under way; empty between shifts, or when there is no such machine. */
    public Optional<ShiftReport> running(String id) {
        Running machine = machines.get(id);
        if (machine == null) {
            return Optional.empty();
        }
        long until = now.getAsLong();
        return running(machine.spec, until).map(shift -> {
            synchronized (machine) {
                machine.recorder.forget(shift.time().from() - DAY);
                return ShiftCalculator.report(machine.spec, machine.recorder, shift, until, given(machine.spec, shift));
            }
        });
    }

    /**
     * The last shifts that are over, latest first.
     *
     * @throws SQLException when the historian does not answer
     */
    public List<ShiftReport> past(String id, int most) throws SQLException {
        Running machine = machines.get(id);
        if (machine == null) {
            return List.of();
        }
        long until = now.getAsLong();
        List<Shift> over = new ArrayList<>();
        for (long back = 4 * DAY; over.size() < most && back <= LONGEST_LOOK_BACK; back *= 3) {
            over = machine.spec.calendar().shifts(until - back, until).stream()
                    .filter(shift -> shift.time().to() <= until)
                    .toList();
        }
        List<ShiftReport> reports = new ArrayList<>();
        for (Shift shift : over.reversed().subList(0, Math.min(most, over.size()))) {
            reports.add(past(machine.spec, shift));
        }
        return reports;
    }

    private ShiftReport past(OeeSpec spec, Shift shift) throws SQLException {
        String key = spec.file().id() + " " + shift.id();
        long looked = now.getAsLong();
        synchronized (cache) {
            Kept known = cache.get(key);
            if (known != null && looked < known.until()) {
                return known.report();
            }
        }
        ShiftReport report = computed(spec, shift);
        boolean settled = looked - shift.time().to() > DAY; // until then values may come late
        synchronized (cache) {
            cache.put(key, new Kept(report, settled ? Long.MAX_VALUE : looked + MINUTE));
            if (cache.size() > MOST_CACHED) {
                cache.remove(cache.keySet().iterator().next());
            }
        }
        return report;
    }

    private ShiftReport computed(OeeSpec spec, Shift shift) throws SQLException {
        ShiftRecorder recorder =
                recorded(spec, shift.time().from(), shift.time().to());
        return ShiftCalculator.report(spec, recorder, shift, shift.time().to(), given(spec, shift));
    }

    /** A reason was given: what is kept in memory is computed again. */
    public void reasonGiven() {
        synchronized (cache) {
            cache.clear();
        }
    }

    private static Optional<Shift> running(OeeSpec spec, long time) {
        return spec.calendar().shifts(time, time + 1).stream().findFirst();
    }

    private LongFunction<String> given(OeeSpec spec, Shift shift) {
        Map<Long, String> words = new HashMap<>();
        reasons.between(
                        spec.asset().id(),
                        shift.time().from() - 30 * DAY,
                        shift.time().to())
                .forEach(given -> words.put(given.start(), given.reason()));
        return start -> words.getOrDefault(start, "");
    }

    private ShiftRecorder recorded(OeeSpec spec, long from, long to) throws SQLException {
        HistoryReader reader = historian.history();
        Map<String, Integer> ids =
                reader.tagIds(spec.tags().stream().map(Tag::path).toList());
        Map<Integer, Tag> tags = new HashMap<>();
        spec.tags().forEach(tag -> {
            Integer id = ids.get(tag.path());
            if (id != null) {
                tags.put(id, tag);
            }
        });
        ShiftRecorder recorder = new ShiftRecorder(spec);
        take(recorder, tags, reader.lastBefore(tags.keySet(), from));
        for (long at = from; at < to; at += DAY) {
            take(recorder, tags, reader.window(tags.keySet(), at, Math.min(to, at + DAY)));
        }
        return recorder;
    }

    private static void take(ShiftRecorder recorder, Map<Integer, Tag> tags, SampleBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            Tag tag = tags.get(batch.tag(i));
            if (tag != null) {
                recorder.take(tag, batch, i);
            }
        }
    }

    /** What the schedule does every minute. */
    public void publish() {
        for (Running machine : machines.values()) {
            try {
                running(machine.spec.file().id())
                        .ifPresent(report -> append(machine.spec, report, now.getAsLong(), ""));
                publishOver(machine);
            } catch (SQLException | RuntimeException e) {
                LOG.warn(
                        "OEE {} could not be published, tried again in a minute: {}",
                        machine.spec.file().id(),
                        e.toString());
            }
        }
    }

    /** Once for every shift, also when the hub was not running at its end. */
    private void publishOver(Running machine) throws SQLException {
        long until = now.getAsLong();
        List<Shift> over = machine.spec.calendar().shifts(until - 4 * DAY, until).stream()
                .filter(shift ->
                        shift.time().to() <= until - SETTLED && shift.time().to() > machine.published)
                .toList();
        if (over.isEmpty()) {
            return;
        }
        OptionalLong before = told(machine.spec);
        // a machine that never had a report begins with the last one: what was before it was set up is no shift without
        // data
        List<Shift> missing = before.isEmpty()
                ? List.of(over.getLast())
                : over.stream()
                        .filter(shift -> shift.time().to() > before.getAsLong())
                        .toList();
        for (Shift shift : missing) {
            long end = shift.time().to();
            append(machine.spec, computed(machine.spec, shift), end, "shift.");
            notes.keep(SOURCE, machine.spec.tagPath("shift"), Long.toString(end).getBytes(StandardCharsets.US_ASCII));
            machine.published = end;
        }
        machine.published = over.getLast().time().to();
    }

    /** End of the last shift that was published, by the note made after it, or by the historian. */
    private OptionalLong told(OeeSpec spec) throws SQLException {
        byte[] note = notes.of(SOURCE).get(spec.tagPath("shift"));
        long noted = note == null ? Long.MIN_VALUE : Long.parseLong(new String(note, StandardCharsets.US_ASCII));
        // the count of pieces is in every report, others only where they have a value
        long stored = historian
                .query()
                .last(spec.tagPath("shift.pieces"))
                .map(LastValue::time)
                .orElse(Long.MIN_VALUE);
        long last = Math.max(noted, stored);
        return last == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(last);
    }

    private void append(OeeSpec spec, ShiftReport report, long time, String prefix) {
        SampleBatch.Builder batch = SampleBatch.builder(8);
        put(batch, spec, prefix + "oee", time, report.oee().oee());
        put(batch, spec, prefix + "availability", time, report.oee().availability());
        put(batch, spec, prefix + "effectiveness", time, report.oee().effectiveness());
        put(batch, spec, prefix + "quality", time, report.oee().quality());
        put(batch, spec, prefix + "coverage", time, report.coverage());
        put(batch, spec, prefix + "pieces", time, OptionalDouble.of(report.oee().produced()));
        put(batch, spec, prefix + "good", time, OptionalDouble.of(report.oee().good()));
        if (batch.size() > 0) {
            journal.append(new Journal.Intake(
                            SOURCE, now.getAsLong(), batch.size(), batch.build(), Map.of(), List.of()))
                    .join();
        }
    }

    private void put(SampleBatch.Builder batch, OeeSpec spec, String figure, long time, OptionalDouble value) {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            batch.addReal(journal.tagNumber(spec.tagPath(figure)), time, value.getAsDouble(), Quality.GOOD);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
