package org.millrace.runtime;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.millrace.journal.Journal;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the journal that a tag has gone stale: its last value once more, Uncertain_LastUsableValue, at the moment
 * it stopped counting ({@code stale_after} later). So the historian, every route and the live view know it, each by its
 * usual way. The rules pass over it, because they know by themselves how long a value counts.
 *
 * <p>Judged at the journal's own ticks, when everything before them has been seen. The time of a mark follows from the
 * value's, so a mark that is made again after a crash is the same row. After a start every tag gets its time anew: what
 * queued at the broker meanwhile must come first.
 */
public final class StaleMarks {
    private static final Logger LOG = LoggerFactory.getLogger(StaleMarks.class);

    private record Watched(int tag, long staleAfter) {}

    private final Journal journal;
    private final LiveView live;
    private final long started;
    private final Map<Integer, Long> marked = new ConcurrentHashMap<>();
    private volatile List<Watched> watched = List.of();

    /** @param started µs since the epoch, when the hub started */
    public StaleMarks(Journal journal, LiveView live, long started) {
        this.journal = journal;
        this.live = live;
        this.started = started;
    }

    /** The tags there are from now on. */
    public void watch(Plant plant) {
        watched = plant.tags().stream()
                .filter(tag -> tag.staleAfter().isPresent())
                .map(tag -> new Watched(
                        journal.tagNumber(tag.path()),
                        Micros.of(tag.staleAfter().get())))
                .toList();
    }

    /** On the rule loop's thread, after the live view. */
    public void observe(Journal.Entry entry) {
        if (entry instanceof Journal.Entry.Tick tick) {
            mark(tick.hubTime());
        }
    }

    private void mark(long now) {
        SampleBatch.Builder marks = SampleBatch.builder(0);
        for (Watched tag : watched) {
            live.last(tag.tag()).ifPresent(last -> {
                Sample sample = last.sample();
                long at = sample.time() + tag.staleAfter();
                boolean due = now - Math.max(last.hubTime(), started) > tag.staleAfter();
                if (due && counts(sample.quality()) && !Long.valueOf(at).equals(marked.get(tag.tag()))) {
                    marks.add(tag.tag(), at, sample.value(), Quality.UNCERTAIN_LAST_USABLE_VALUE);
                    marked.put(tag.tag(), at);
                }
            });
        }
        SampleBatch batch = marks.build();
        if (!batch.isEmpty()) {
            append(batch, now);
        }
    }

    /** A Bad value is known to be none, and one that is only the last usable has been told before. */
    private static boolean counts(int quality) {
        return !Quality.isBad(quality) && quality != Quality.UNCERTAIN_LAST_USABLE_VALUE;
    }

    private void append(SampleBatch batch, long now) {
        journal.append(new Journal.Intake(Tag.STALE, now, batch.size(), batch, Map.of(), List.of()))
                .whenComplete((sequence, failure) -> {
                    if (failure != null) { // the next tick tries again
                        for (int i = 0; i < batch.size(); i++) {
                            marked.remove(batch.tag(i));
                        }
                        LOG.debug("{} stale tags could not be marked yet", batch.size(), failure);
                    }
                });
    }
}
