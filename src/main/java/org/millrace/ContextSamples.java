package org.millrace;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.millrace.context.ContextPoller;
import org.millrace.journal.Journal;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.store.AssetContext;

/**
 * Changes of context as text values {@code <asset path>/context.<field>} of the journal, so that the historian holds them
 * beside the measurements, by the time from which they hold. An end is a value that says nothing.
 */
final class ContextSamples implements ContextPoller.Changes {
    private final Journal journal;
    private final Supplier<Plant> plant;
    private final LongSupplier now;
    private final Map<String, Set<String>> told = new HashMap<>();

    ContextSamples(Journal journal, Supplier<Plant> plant, LongSupplier now) {
        this.journal = journal;
        this.plant = plant;
        this.now = now;
    }

    /** Durable on return; the historian keeps what comes twice once. */
    @Override
    public synchronized void changed(String source, List<AssetContext.Entry> entries) {
        SampleBatch.Builder samples = SampleBatch.builder(entries.size() * 4);
        for (AssetContext.Entry entry : entries) {
            Optional<Asset> asset = plant.get().asset(entry.asset());
            if (asset.isEmpty()) {
                continue;
            }
            Set<String> fields = told.computeIfAbsent(source + "\n" + entry.asset(), key -> new HashSet<>());
            fields.addAll(entry.fields().keySet());
            for (String field : fields) {
                int tag = journal.tagNumber(asset.get().path() + "/context." + field);
                String value = entry.fields().get(field);
                samples.add(tag, entry.validFrom(), value == null ? Value.NONE : Value.of(value), Quality.GOOD);
            }
        }
        SampleBatch batch = samples.build();
        if (batch.isEmpty()) {
            return;
        }
        try {
            journal.append(new Journal.Intake(
                            "context/" + source, now.getAsLong(), batch.size(), batch, Map.of(), List.of()))
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException("the journal does not take it: " + cause.getMessage(), e);
        }
    }
}
