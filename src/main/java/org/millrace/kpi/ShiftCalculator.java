package org.millrace.kpi;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongFunction;
import org.millrace.kpi.ShiftCalendar.Interval;
import org.millrace.kpi.ShiftCalendar.Shift;
import org.millrace.kpi.ShiftRecorder.Pieces;
import org.millrace.kpi.ShiftReport.LossTime;
import org.millrace.kpi.ShiftReport.Stop;
import org.millrace.signal.Micros;

/**
 * From what a machine did to the figures of one shift. Stops shorter than the limit stay within the production time and
 * are a loss of effectiveness: that choice moves time between two factors and leaves OEE as it is.
 */
public final class ShiftCalculator {
    private static final double TOO_FAST = 1.05;

    private final OeeSpec spec;
    private final Shift shift;
    private final long until;
    private final LongFunction<String> givenReason;
    private final List<Interval> worked = new ArrayList<>();
    private final Map<MachineState, Long> times = new EnumMap<>(MachineState.class);
    private final List<Stop> stops = new ArrayList<>();
    private final List<Interval> startups = new ArrayList<>();
    private final List<Interval> blind = new ArrayList<>();

    private ShiftCalculator(OeeSpec spec, Shift shift, long until, LongFunction<String> givenReason) {
        this.spec = spec;
        this.shift = shift;
        this.until = Math.min(until, shift.time().to());
        this.givenReason = givenReason;
    }

    /**
     * @param until the present, µs; later than the shift's end for one that is over
     * @param givenReason what a person gave as the reason of the stop with this start; empty for none
     */
    public static ShiftReport report(
            OeeSpec spec, ShiftRecorder recorder, Shift shift, long until, LongFunction<String> givenReason) {
        return new ShiftCalculator(spec, shift, until, givenReason).report(recorder);
    }

    private ShiftReport report(ShiftRecorder recorder) {
        long from = shift.time().from();
        workedTime();
        List<StateSpan> spans = recorder.spans(from, until);
        for (StateSpan span : spans) {
            times.merge(span.state(), inWorked(span.from(), span.to()), Long::sum);
            if (span.state() == MachineState.UNKNOWN) {
                blind.add(new Interval(span.from(), span.to()));
            }
        }
        stops(spans);
        long micro =
                stops.stream().filter(Stop::micro).mapToLong(Stop::inPlanned).sum();
        long unknown = time(MachineState.UNKNOWN);
        long all = worked.stream().mapToLong(Interval::length).sum();
        long plannedStops = time(MachineState.PLANNED_STOP);
        boolean smrp = spec.file().standard() == OeeFile.Standard.SMRP;
        long planned = all - unknown - (smrp ? 0 : plannedStops);
        Counts counts = new Counts();
        recorder.made().forEach(counts::made);
        recorder.scrap().forEach(counts::scrapped);
        double good = Math.max(0, counts.made - counts.scrap);
        Oee oee = new Oee(
                planned,
                time(MachineState.PRODUCING) + micro,
                time(MachineState.SETUP),
                counts.ideal,
                counts.made,
                good);
        return new ShiftReport(
                spec.file().id(),
                spec.asset().id(),
                spec.file().standard(),
                shift,
                until,
                Math.max(0, until - from),
                Math.max(0, until - from) - all + plannedStops,
                unknown,
                all > 0 ? OptionalDouble.of((double) (all - unknown) / all) : OptionalDouble.empty(),
                oee,
                losses(oee, micro, counts, smrp ? plannedStops : 0, spans),
                clipped(spans, from),
                List.copyOf(stops),
                counts.uncounted,
                failures(),
                failures() == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) oee.production() / failures()),
                failures() == 0 ? OptionalDouble.empty() : OptionalDouble.of(restoring() / failures()),
                warnings(oee, counts));
    }

    /** The shift without its breaks, up to the present. */
    private void workedTime() {
        long at = shift.time().from();
        for (Interval pause : shift.breaks()) {
            Interval before = new Interval(at, Math.min(pause.from(), until));
            if (!before.isEmpty()) {
                worked.add(before);
            }
            at = Math.max(at, pause.to());
        }
        Interval last = new Interval(at, until);
        if (!last.isEmpty()) {
            worked.add(last);
        }
    }

    private long inWorked(long from, long to) {
        long sum = 0;
        for (Interval interval : worked) {
            Interval part = interval.clipped(from, to);
            sum += part.isEmpty() ? 0 : part.length();
        }
        return sum;
    }

    private long time(MachineState state) {
        return times.getOrDefault(state, 0L);
    }

    /** Stops as people see them: a fault that ends in waiting is one stop. */
    private void stops(List<StateSpan> spans) {
        long startup = Micros.of(spec.file().startup());
        for (int i = 0; i < spans.size(); i++) {
            StateSpan first = spans.get(i);
            if (first.state() == MachineState.SETUP) {
                startups.add(new Interval(first.to(), first.to() + startup));
            }
            if (!first.isStop()) {
                continue;
            }
            int last = i;
            StateSpan told = first;
            while (last + 1 < spans.size() && spans.get(last + 1).isStop()) {
                last++;
                // the fault names the stop, also when waiting came before it
                told = told.state() != MachineState.DOWN && spans.get(last).state() == MachineState.DOWN
                        ? spans.get(last)
                        : told;
            }
            stop(first.from(), spans.get(last).to(), told, spans.subList(i, last + 1), startup);
            i = last;
        }
    }

    private void stop(long start, long end, StateSpan told, List<StateSpan> parts, long startup) {
        boolean goesOn = end >= until && until < shift.time().to();
        boolean micro = end - start < Micros.of(spec.file().microStop()) && !goesOn;
        long inPlanned = inWorked(start, end);
        if (inPlanned > 0) {
            stops.add(new Stop(start, end, inPlanned, micro, told.code(), reason(start, told, parts)));
        }
        if (!micro) {
            startups.add(new Interval(end, end + startup));
        }
    }

    /** A person's word counts most, then the machine's, then that of its state. */
    private String reason(long start, StateSpan told, List<StateSpan> parts) {
        String given = givenReason.apply(start);
        if (!given.isEmpty()) {
            return given;
        }
        Map<String, String> words =
                spec.file().reasons().map(OeeFile.ReasonFile::map).orElse(Map.of());
        for (StateSpan part : parts) {
            if (!part.reason().isEmpty() && !part.reason().equals("0")) {
                return words.getOrDefault(part.reason(), part.reason());
            }
        }
        return words.getOrDefault(told.code(), "");
    }

    private boolean isFailure(Stop stop) {
        return !stop.micro()
                && stop.start() >= shift.time().from()
                && spec.states().getOrDefault(stop.code(), MachineState.IDLE) == MachineState.DOWN;
    }

    private int failures() {
        return (int) stops.stream().filter(this::isFailure).count();
    }

    private double restoring() {
        return stops.stream().filter(this::isFailure).mapToLong(Stop::inPlanned).sum();
    }

    private List<LossTime> losses(Oee oee, long micro, Counts counts, long plannedStops, List<StateSpan> spans) {
        List<LossTime> losses = new ArrayList<>();
        List<Stop> longer = stops.stream().filter(stop -> !stop.micro()).toList();
        add(losses, Loss.BREAKDOWNS, longer.stream().mapToLong(Stop::inPlanned).sum(), longer.size());
        long setups =
                spans.stream().filter(s -> s.state() == MachineState.SETUP).count();
        add(losses, Loss.SETUP, oee.setup(), setups);
        add(losses, Loss.PLANNED_STOPS, plannedStops, 0);
        add(losses, Loss.MINOR_STOPS, micro, stops.size() - longer.size());
        add(losses, Loss.REDUCED_SPEED, Math.max(0, oee.production() - micro - oee.ideal()), 0);
        double each = counts.made == 0 ? 0 : counts.ideal / counts.made;
        add(losses, Loss.DEFECTS, (counts.scrap - counts.startup) * each, counts.scrap - counts.startup);
        add(losses, Loss.STARTUP_REJECTS, counts.startup * each, counts.startup);
        losses.sort((a, b) -> Double.compare(b.time(), a.time()));
        return List.copyOf(losses);
    }

    private static void add(List<LossTime> losses, Loss loss, double time, double count) {
        if (time > 0 || count > 0) {
            losses.add(new LossTime(loss, time, count));
        }
    }

    private static List<String> warnings(Oee oee, Counts counts) {
        List<String> warnings = new ArrayList<>();
        oee.effectiveness().ifPresent(e -> {
            if (e > TOO_FAST) {
                warnings.add("effectiveness is %.0f %%: the ideal cycle time is too long, or the state says too little"
                        .formatted(100 * e));
            }
        });
        if (counts.scrap > counts.made) {
            warnings.add("more scrap than pieces were counted: look at the counters");
        }
        if (counts.uncounted > 0) {
            warnings.add("%.0f pieces were counted while the machine's state was unknown; they are in no figure"
                    .formatted(counts.uncounted));
        }
        return warnings;
    }

    private static List<StateSpan> clipped(List<StateSpan> spans, long from) {
        return spans.stream()
                .map(s -> new StateSpan(Math.max(s.from(), from), s.to(), s.state(), s.code(), s.reason()))
                .toList();
    }

    /** Pieces of the shift. */
    private final class Counts {
        private double made;
        private double ideal;
        private double scrap;
        private double startup;
        private double uncounted;

        void made(Pieces pieces) {
            if (outside(pieces)) {
                return;
            }
            if (isBlind(pieces)) {
                uncounted += pieces.count();
                return;
            }
            made += pieces.count();
            ideal += pieces.ideal();
        }

        void scrapped(Pieces pieces) {
            if (outside(pieces) || isBlind(pieces)) {
                return;
            }
            scrap += pieces.count();
            if (startups.stream().anyMatch(s -> pieces.time() >= s.from() && pieces.time() < s.to())) {
                startup += pieces.count();
            }
        }

        private boolean outside(Pieces pieces) {
            return pieces.time() < shift.time().from() || pieces.time() >= until;
        }

        /** Counted for the most part over a time without good data. */
        private boolean isBlind(Pieces pieces) {
            long since = Math.max(pieces.since(), shift.time().from());
            long dark = 0;
            for (Interval gap : blind) {
                Interval part = gap.clipped(since, pieces.time());
                dark += part.isEmpty() ? 0 : part.length();
            }
            return spec.state().isPresent() && 2 * dark > pieces.time() - since;
        }
    }
}
