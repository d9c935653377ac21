package org.millrace.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.millrace.journal.Journal;
import org.millrace.plant.Tag;
import org.millrace.signal.SampleBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the values of derived tags into the journal, as a source of its own, before the rules commit: so historian, live
 * view and any route get them as they get every value, at least once. After a crash the same values are computed and
 * journalled again under the same times, which a historian takes for what they are. The rules pass over them and compute
 * their own.
 */
final class DerivedValues {
    private static final Logger LOG = LoggerFactory.getLogger(DerivedValues.class);
    private static final int MOST_WAITING = 100_000;

    private record Waiting(long hubTime, SampleBatch batch) {}

    private final Journal journal;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int samples;
    private boolean refused;

    DerivedValues(Journal journal) {
        this.journal = journal;
    }

    /**
     * Returns when they are durable, or when the journal takes nothing now: then they wait, up to 100,000 of them, and
     * the rules go on, because only they can make room.
     */
    void add(SampleBatch batch, long hubTime) {
        if (!batch.isEmpty()) {
            waiting.add(new Waiting(hubTime, batch));
            samples += batch.size();
        }
        while (samples > MOST_WAITING) {
            Waiting oldest = waiting.remove();
            samples -= oldest.batch().size();
            LOG.warn(
                    "{} values of derived tags did not reach the historian: the journal has taken nothing for too long",
                    oldest.batch().size());
        }
        try {
            while (!waiting.isEmpty()) {
                Waiting next = waiting.getFirst();
                journal.append(new Journal.Intake(
                                Tag.DERIVED, next.hubTime(), next.batch().size(), next.batch(), Map.of(), List.of()))
                        .join();
                waiting.remove();
                samples -= next.batch().size();
            }
            refused = false;
        } catch (CompletionException e) {
            if (!refused) {
                LOG.warn("values of derived tags wait for the journal: {}", String.valueOf(e.getCause()));
            }
            refused = true;
        }
    }
}
