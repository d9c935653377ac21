package org.millrace.erp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongFunction;
import org.millrace.erp.BusinessDocument.ProductionConfirmation;
import org.millrace.erp.BusinessDocument.Times;
import org.millrace.kpi.CycleCounter;
import org.millrace.kpi.ShiftCalculator;
import org.millrace.kpi.ShiftCalendar.Shift;
import org.millrace.kpi.ShiftRecorder;
import org.millrace.kpi.ShiftReport;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;

/**
 * The confirmations of one machine's shift that is over. Takes the machine's samples in the order of time, also those
 * before the shift that say how things stood. Not thread-safe; one for each shift.
 */
public final class Confirmations {
    private record Run(String order, long from) {}

    private record Reading(long time, double value) {}

    private final ProductionSpec spec;
    private final Shift shift;
    private final ShiftRecorder recorder;
    private final List<Run> runs = new ArrayList<>();
    private final List<Reading> energy = new ArrayList<>();
    private final List<Reading> products = new ArrayList<>();
    private final List<String> productNames = new ArrayList<>();

    public Confirmations(ProductionSpec spec, Shift shift) {
        this.spec = spec;
        this.shift = shift;
        this.recorder = new ShiftRecorder(spec.oee());
        runs.add(new Run("", shift.time().from()));
    }

    /** Every tag whose samples are wanted. */
    public Set<Tag> tags() {
        Set<Tag> tags = new LinkedHashSet<>(spec.oee().tags());
        spec.order().ifPresent(tags::add);
        spec.energy().ifPresent(tags::add);
        return tags;
    }

    public void take(Tag tag, long time, Value value, int quality) {
        if (spec.oee().tags().contains(tag)) {
            recorder.take(tag, time, value, quality);
        }
        if (!Quality.isGood(quality)) {
            return; // the order and the meter stand where they last stood for good
        }
        if (spec.order().filter(tag::equals).isPresent()) {
            order(Math.max(time, shift.time().from()), name(tag, value));
        }
        if (spec.energy().filter(tag::equals).isPresent()) {
            energy.add(new Reading(time, value.number()));
        }
        if (spec.oee().product().filter(tag::equals).isPresent()) {
            products.add(new Reading(time, products.size()));
            productNames.add(name(tag, value));
        }
    }

    private void order(long time, String order) {
        Run last = runs.getLast();
        if (last.order().equals(order)) {
            return;
        }
        if (last.from() >= time) {
            runs.removeLast();
        }
        runs.add(new Run(order, time));
    }

    private static String name(Tag tag, Value value) {
        String text = switch (value) {
            case Value.Text v -> v.value().strip();
            case Value.Whole v -> v.value() == 0 ? "" : Long.toString(v.value());
            case Value.Real v -> v.value() == 0 ? "" : Long.toString(Math.round(v.value()));
            case Value.Flag v -> "";
            case Value.None v -> "";
        };
        return tag.states().getOrDefault(text, text);
    }

    /**
     * One for the shift, or one for each order that ran in it, in the order in which they began. Time without an order, and
     * an order without a piece or a second of production, confirms nothing.
     *
     * @param givenReason what a person gave as the reason of the stop with this start; empty for none
     */
    public List<ProductionConfirmation> documents(LongFunction<String> givenReason) {
        long end = shift.time().to();
        if (spec.file().per() == ProductionFile.Per.SHIFT) {
            return List.of(one(runs.getLast().order(), shift.time().from(), end, givenReason, reference("")));
        }
        Map<String, ProductionConfirmation> byOrder = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            long until = i + 1 < runs.size() ? runs.get(i + 1).from() : end;
            if (run.order().isEmpty() || until <= run.from()) {
                continue;
            }
            ProductionConfirmation part = one(run.order(), run.from(), until, givenReason, reference(run.order()));
            if (part.good() > 0 || part.scrap() > 0 || part.time().run() > 0) {
                byOrder.merge(run.order(), part, Confirmations::together);
            }
        }
        return List.copyOf(byOrder.values());
    }

    private String reference(String order) {
        String path = spec.oee().asset().path();
        String machine = path + "/" + spec.file().id();
        String day = shift.day().toString();
        return order.isEmpty()
                ? DocumentReference.of(machine, day, shift.name())
                : DocumentReference.of(machine, day, shift.name(), order);
    }

    private ProductionConfirmation one(
            String order, long from, long to, LongFunction<String> givenReason, String reference) {
        ShiftReport report = ShiftCalculator.report(spec.oee(), recorder, shift.part(from, to), to, givenReason);
        List<String> warnings = new ArrayList<>(report.warnings());
        if (report.unknown() > 0) {
            warnings.add("no good data for %.0f s of the planned time: what was made then is not counted"
                    .formatted(report.unknown() / 1e6));
        }
        long down = report.stops().stream()
                .filter(stop -> !stop.micro())
                .mapToLong(ShiftReport.Stop::inPlanned)
                .sum();
        return new ProductionConfirmation(
                reference,
                spec.equipment(),
                spec.file().per() == ProductionFile.Per.SHIFT ? onlyOrder() : order,
                product(to),
                shift.name(),
                shift.day().toString(),
                from,
                to,
                report.oee().good(),
                Math.max(0, report.oee().produced() - report.oee().good()),
                spec.file().unit(),
                new Times(report.oee().production(), report.oee().setup(), down, report.unknown()),
                energy(from, to),
                warnings);
    }

    /** Of a whole shift: the order, when it was the same all along. */
    private String onlyOrder() {
        return runs.size() == 1 ? runs.getFirst().order() : "";
    }

    private String product(long before) {
        for (int i = products.size() - 1; i >= 0; i--) {
            if (products.get(i).time() < before) {
                return productNames.get(i);
            }
        }
        return "";
    }

    /** From the last count before the begin, or the first within, to the last before the end. */
    private OptionalDouble energy(long from, long to) {
        if (spec.energy().isEmpty()) {
            return OptionalDouble.empty();
        }
        CycleCounter counter =
                new CycleCounter(spec.file().energy().orElseThrow().bits());
        double used = 0;
        int counted = 0;
        for (Reading reading : energy) {
            if (reading.time() >= to) {
                break;
            }
            double more = counter.take(reading.time(), reading.value());
            if (reading.time() >= from) {
                used += more;
                counted++;
            }
        }
        return counted == 0 ? OptionalDouble.empty() : OptionalDouble.of(used * spec.toKwh());
    }

    /** Two runs of one order in one shift are one document: its reference is the same. */
    private static ProductionConfirmation together(ProductionConfirmation a, ProductionConfirmation b) {
        List<String> warnings = new ArrayList<>(a.warnings());
        warnings.addAll(b.warnings());
        OptionalDouble energy = a.energy().isEmpty() && b.energy().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(a.energy().orElse(0) + b.energy().orElse(0));
        return new ProductionConfirmation(
                a.reference(),
                a.equipment(),
                a.order(),
                b.product(),
                a.shift(),
                a.day(),
                a.from(),
                b.to(),
                a.good() + b.good(),
                a.scrap() + b.scrap(),
                a.unit(),
                a.time().plus(b.time()),
                energy,
                warnings);
    }
}
