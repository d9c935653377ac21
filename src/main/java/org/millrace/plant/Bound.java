package org.millrace.plant;

import java.util.List;
import java.util.Map;
import org.millrace.signal.Reading;
import org.millrace.signal.SampleBatch;

/**
 * What became of a list of readings. To the unit: {@code samples + filtered + rejected = readings}.
 *
 * @param samples in the order of the readings
 * @param filtered how many were left out on purpose, by reason: {@code unmapped}, {@code deadband}
 * @param rejected what cannot be a value of its tag; goes to the dead letters
 */
public record Bound(SampleBatch samples, Map<String, Long> filtered, List<Rejected> rejected) {
    /**
     * @param reason {@code not-a-number}, {@code wrong-type}, {@code future-time} or {@code ancient-time}
     * @param detail one sentence for people, with the tag and the value
     */
    public record Rejected(Reading reading, String reason, String detail) {}

    /** Samples, filtered and rejected together: the number of readings that went in. */
    public long total() {
        return samples.size()
                + filtered.values().stream().mapToLong(Long::longValue).sum()
                + rejected.size();
    }
}
