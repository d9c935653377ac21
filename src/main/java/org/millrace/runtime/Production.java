package org.millrace.runtime;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.millrace.erp.Confirmations;
import org.millrace.erp.ProductionSpec;
import org.millrace.erp.ShiftDocuments;
import org.millrace.historian.Historian;
import org.millrace.historian.HistoryReader;
import org.millrace.kpi.ShiftCalendar.Shift;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
import org.millrace.signal.SampleBatch;
import org.millrace.store.ProductionPlaces;
import org.millrace.store.StopReasons;

/**
 * Production confirmations of shifts that are over, for readers that each have a place of their own. A shift is told once
 * its values can be in the historian: after {@code settle}, and when the historian has taken all the journal had by then;
 * so an outage of the historian delays a confirmation and never falsifies it. A new reader begins with the shift that runs.
 */
public final class Production {
    private static final long DAY = 24 * 60 * 60_000_000L;

    private final Supplier<List<ProductionSpec>> specs;
    private final Historian historian;
    private final StopReasons reasons;
    private final ProductionPlaces places;
    private final LongSupplier storedUpTo;
    private final LongSupplier now;
    private final Map<String, Long> passed = new ConcurrentHashMap<>();

    /**
     * @param storedUpTo hub time up to which the historian has everything, µs
     * @param now µs since the epoch
     */
    public Production(
            Supplier<List<ProductionSpec>> specs,
            Historian historian,
            StopReasons reasons,
            ProductionPlaces places,
            LongSupplier storedUpTo,
            LongSupplier now) {
        this.specs = specs;
        this.historian = historian;
        this.reasons = reasons;
        this.places = places;
        this.storedUpTo = storedUpTo;
        this.now = now;
    }

    private record Due(ProductionSpec spec, Shift shift) {}

    /**
     * The shift that ended first of those this reader has not taken; empty when there is none yet.
     *
     * @throws SQLException when the historian does not answer
     */
    public Optional<ShiftDocuments> next(String consumer) throws SQLException {
        Optional<Due> due = specs.get().stream()
                .flatMap(spec -> due(consumer, spec).stream())
                .min(Comparator.comparingLong(one -> one.shift().time().to()));
        if (due.isEmpty()) {
            return Optional.empty();
        }
        long ready = due.get().shift().time().to() + settle(due.get().spec());
        if (ready > now.getAsLong() || storedUpTo.getAsLong() < ready) {
            return Optional.empty();
        }
        return Optional.of(documents(due.get()));
    }

    /** Durable on return. */
    public void done(String consumer, ShiftDocuments shift) {
        long end = shift.shift().time().to();
        places.pass(consumer, shift.report(), end);
        passed.merge(consumer + "\n" + shift.report(), end, Math::max);
    }

    private Optional<Due> due(String consumer, ProductionSpec spec) {
        String report = spec.file().id();
        long until = now.getAsLong();
        long last = passed.computeIfAbsent(consumer + "\n" + report, key -> places.passed(consumer, report, until));
        return spec.oee().calendar().shifts(last, until).stream()
                .filter(shift -> shift.time().to() > last && shift.time().to() <= until)
                .min(Comparator.comparingLong(shift -> shift.time().to()))
                .map(shift -> new Due(spec, shift));
    }

    private static long settle(ProductionSpec spec) {
        return Micros.of(spec.file().settle());
    }

    private ShiftDocuments documents(Due due) throws SQLException {
        ProductionSpec spec = due.spec();
        Shift shift = due.shift();
        Confirmations confirmations = new Confirmations(spec, shift);
        HistoryReader reader = historian.history();
        List<Tag> wanted = new ArrayList<>(confirmations.tags());
        Map<String, Integer> ids = reader.tagIds(wanted.stream().map(Tag::path).toList());
        Map<Integer, Tag> tags = new HashMap<>();
        for (Tag tag : wanted) {
            Integer id = ids.get(tag.path());
            if (id != null) {
                tags.put(id, tag);
            }
        }
        take(confirmations, tags, reader.lastBefore(tags.keySet(), shift.time().from()));
        for (long at = shift.time().from(); at < shift.time().to(); at += DAY) {
            take(
                    confirmations,
                    tags,
                    reader.window(tags.keySet(), at, Math.min(shift.time().to(), at + DAY)));
        }
        return new ShiftDocuments(spec.file().id(), shift, confirmations.documents(given(spec, shift)));
    }

    private static void take(Confirmations confirmations, Map<Integer, Tag> tags, SampleBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            Tag tag = tags.get(batch.tag(i));
            if (tag != null) {
                confirmations.take(tag, batch.time(i), batch.value(i), batch.quality(i));
            }
        }
    }

    private LongFunction<String> given(ProductionSpec spec, Shift shift) {
        Map<Long, String> words = new HashMap<>();
        reasons.between(
                        spec.oee().asset().id(),
                        shift.time().from() - 30 * DAY,
                        shift.time().to())
                .forEach(given -> words.put(given.start(), given.reason()));
        return start -> words.getOrDefault(start, "");
    }
}
