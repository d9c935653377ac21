package org.millrace.source.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Undecodable;
import org.millrace.source.codec.Codec;
import org.millrace.source.codec.Codecs;

/** Collects what decoders find, in the order of the payloads. Not thread-safe. */
public final class Sink {
    private final List<Reading> readings = new ArrayList<>();
    private final List<Undecodable> undecodable = new ArrayList<>();
    private final Codecs codecs;
    private final String source;

    /** For payloads that no codec is to read. */
    Sink() {
        this(Codecs.NONE, "");
    }

    /** @param source that the payloads come from */
    Sink(Codecs codecs, String source) {
        this.codecs = codecs;
        this.source = source;
    }

    /** What reads the bytes of a device of this payload. */
    Optional<Codec> codec(Payload payload, String device) {
        return codecs.find(source, payload.codec(), device);
    }

    public void reading(Reading reading) {
        readings.add(reading);
    }

    /**
     * A payload, or one part of it, that gives no reading.
     *
     * @param reason a word from the vocabulary in {@link Reasons}; it becomes a label of metrics
     * @param detail where and what to do, for people
     */
    public void undecodable(Payload payload, String reason, String detail) {
        undecodable.add(new Undecodable(payload, reason, detail));
    }

    /** The readings from {@code from} on are of a retained message. */
    void mark(int from) {
        for (int i = from; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            if (reading.sourceTime() == Reading.NO_TIME && Quality.isGood(reading.quality())) {
                readings.set(
                        i,
                        new Reading(
                                reading.device(),
                                reading.field(),
                                reading.value(),
                                reading.sourceTime(),
                                Quality.UNCERTAIN_LAST_USABLE_VALUE));
            }
        }
    }

    public List<Reading> readings() {
        return readings;
    }

    public List<Undecodable> undecodable() {
        return undecodable;
    }

    /** How much has been collected so far: the number of readings and undecodable parts. */
    public int size() {
        return readings.size() + undecodable.size();
    }
}
