package org.millrace.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what was dropped at the limit: at once, then the sum at most once a minute. The ledger has it to the unit. */
final class LossLog {
    private static final Logger LOG = LoggerFactory.getLogger(LossLog.class);
    private static final long EVERY = Duration.ofMinutes(1).toNanos();

    private final Path file;
    private final LongSupplier nanos;
    private final Map<String, Long> unsaid = new TreeMap<>();
    private long next;

    LossLog(Path file, LongSupplier nanos) {
        this.file = file;
        this.nanos = nanos;
        this.next = nanos.getAsLong();
    }

    /** @param lost samples by cursor */
    void note(Map<String, Long> lost) {
        lost.forEach((cursor, samples) -> {
            if (samples > 0) {
                unsaid.merge(cursor, samples, Long::sum);
            }
        });
        long now = nanos.getAsLong();
        if (unsaid.isEmpty() || now - next < 0) {
            return;
        }
        next = now + EVERY;
        String samples = unsaid.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        LOG.warn(
                "the journal {} is at its limit and drops the oldest entries; expired samples by consumer: {}."
                        + " They are counted in the ledger; find out why the consumer lags, or raise journal.max_size"
                        + " or max_age in hub.yaml.",
                file,
                samples);
        unsaid.clear();
    }
}
