package org.millrace.kpi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/**
 * Takes the samples of one machine in the order of time and keeps what a {@link ShiftReport} needs: changes of state and
 * pieces counted, not every value. Not thread-safe.
 */
public final class ShiftRecorder {
    private static final int CYCLES_OVERDUE = 2;

    /** @param since time of the counter's value before */
    record Pieces(long since, long time, double count, double ideal) {}

    private record Change(long time, MachineState state, String code, String reason) {}

    private final OeeSpec spec;
    private final Map<String, MachineState> states;
    private final CycleCounter cycles;
    private final CycleCounter scrapped;
    private final List<Change> changes = new ArrayList<>();
    private final List<Pieces> made = new ArrayList<>();
    private final List<Pieces> scrap = new ArrayList<>();
    private final Map<String, Long> lastTimes = new HashMap<>();
    private String code = "";
    private String reason = "";
    private String product = "";
    private boolean stateGood;
    private long silentAfter;
    private long lastState = Long.MIN_VALUE;

    public ShiftRecorder(OeeSpec spec) {
        this.spec = spec;
        this.states = spec.states();
        this.cycles = new CycleCounter(spec.file().cycles().bits());
        this.scrapped = new CycleCounter(spec.file().scrap().flatMap(OeeFile.CounterFile::bits));
        this.silentAfter = spec.state().flatMap(Tag::staleAfter).map(Micros::of).orElse(Long.MAX_VALUE);
    }

    /** Takes one sample; older ones and repeated ones of a tag are passed over. */
    public void take(Tag tag, long time, Value value, int quality) {
        Long last = lastTimes.get(tag.path());
        if (last != null && time <= last) {
            return;
        }
        lastTimes.put(tag.path(), time);
        boolean good = Quality.isGood(quality);
        if (spec.product().filter(tag::equals).isPresent() && good) {
            product = text(tag, value);
        }
        if (spec.reason().filter(tag::equals).isPresent()) {
            reason = good ? text(tag, value) : "";
            change(time);
        }
        if (spec.state().filter(tag::equals).isPresent()) {
            goneSilent(time);
            stateGood = good && !(value instanceof Value.None);
            code = stateGood ? text(tag, value) : "";
            lastState = time;
            change(time);
        }
        if (tag.equals(spec.cycles())) {
            count(cycles, made, time, good ? value.number() : Double.NaN);
        }
        if (spec.scrap().filter(tag::equals).isPresent()) {
            count(scrapped, scrap, time, good ? value.number() : Double.NaN);
        }
    }

    /** As above, for sample {@code i} of a batch. */
    public void take(Tag tag, SampleBatch batch, int i) {
        take(tag, batch.time(i), batch.value(i), batch.quality(i));
    }

    private void count(CycleCounter counter, List<Pieces> into, long time, double value) {
        long since = counter.lastTime();
        double delta = counter.take(time, value);
        if (delta > 0) {
            into.add(new Pieces(since, time, delta, delta * ideal()));
        }
    }

    /** Of one piece of the present product, µs. */
    private double ideal() {
        Duration own = spec.file().idealCycle().perProduct().get(product);
        return Micros.of(own != null ? own : spec.file().idealCycle().default_());
    }

    /** A state that is no longer told is no longer known from when it went stale. */
    private void goneSilent(long time) {
        if (stateGood && lastState != Long.MIN_VALUE && time - lastState > silentAfter) {
            add(new Change(lastState + silentAfter, MachineState.UNKNOWN, "", ""));
        }
    }

    private void change(long time) {
        if (spec.state().isEmpty()) {
            return;
        }
        MachineState state = stateGood ? states.getOrDefault(code, MachineState.UNKNOWN) : MachineState.UNKNOWN;
        add(new Change(time, state, code, reason));
    }

    private void add(Change change) {
        Change last = changes.isEmpty() ? null : changes.getLast();
        if (last == null
                || last.state() != change.state()
                || !last.code().equals(change.code())
                || !last.reason().equals(change.reason())) {
            changes.add(change);
        }
    }

    /** Forgets what ended before, but for what the machine was doing then. */
    public void forget(long before) {
        int keep = 0;
        while (keep + 1 < changes.size() && changes.get(keep + 1).time() <= before) {
            keep++;
        }
        changes.subList(0, keep).clear();
        made.removeIf(pieces -> pieces.time() < before);
        scrap.removeIf(pieces -> pieces.time() < before);
    }

    List<Pieces> made() {
        return made;
    }

    List<Pieces> scrap() {
        return scrap;
    }

    /** The states from {@code from} to {@code to}, without gaps; begins earlier when a state does. */
    List<StateSpan> spans(long from, long to) {
        List<Change> all = spec.state().isPresent() ? new ArrayList<>(changes) : inferred();
        boolean silent = stateGood && silentAfter != Long.MAX_VALUE && to - lastState > silentAfter;
        if (spec.state().isPresent() && silent) {
            all.add(new Change(lastState + silentAfter, MachineState.UNKNOWN, "", ""));
        }
        List<StateSpan> spans = new ArrayList<>();
        if (all.isEmpty() || all.getFirst().time() > from) {
            long end = all.isEmpty() ? to : Math.min(to, all.getFirst().time());
            spans.add(new StateSpan(from, end, MachineState.UNKNOWN, "", ""));
        }
        for (int i = 0; i < all.size(); i++) {
            Change change = all.get(i);
            long end = i + 1 < all.size() ? Math.min(to, all.get(i + 1).time()) : to;
            if (end > from && change.time() < to && end > change.time()) {
                spans.add(new StateSpan(change.time(), end, change.state(), change.code(), change.reason()));
            }
        }
        return spans;
    }

    /** Runs while cycles come within twice the ideal time, and stands from the end of the last one. */
    private List<Change> inferred() {
        List<Change> inferred = new ArrayList<>();
        long patience = Math.max(1, (long) (CYCLES_OVERDUE * ideal()));
        long runUntil = Long.MIN_VALUE;
        for (Pieces pieces : made) {
            long began = Math.max(pieces.since(), pieces.time() - (long) (CYCLES_OVERDUE * pieces.ideal()));
            if (runUntil == Long.MIN_VALUE || began > runUntil) {
                if (runUntil != Long.MIN_VALUE) {
                    inferred.add(new Change(runUntil, MachineState.IDLE, "", reason));
                }
                inferred.add(new Change(began, MachineState.PRODUCING, "", ""));
            }
            runUntil = pieces.time();
        }
        long told = cycles.lastTime();
        if (runUntil != Long.MIN_VALUE && told - runUntil > patience) {
            inferred.add(new Change(runUntil, MachineState.IDLE, "", reason));
        }
        return inferred;
    }

    private static String text(Tag tag, Value value) {
        String plain = switch (value) {
            case Value.Text v -> v.value();
            case Value.Whole v -> Long.toString(v.value());
            case Value.Flag v -> v.value() ? "1" : "0";
            case Value.Real v -> v.value() == Math.rint(v.value()) ? Long.toString((long) v.value()) : "" + v.value();
            case Value.None v -> "";
        };
        return tag.states().getOrDefault(plain, plain);
    }
}
