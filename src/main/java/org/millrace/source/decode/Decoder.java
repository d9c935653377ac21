package org.millrace.source.decode;

import org.millrace.source.SourceBatch.Payload;

/**
 * Reads one format. Pure and thread-safe; never throws on bad input, but says so to the {@link Sink}.
 *
 * <p>Values keep the device's own unit. A reading without a time of its own carries
 * {@link org.millrace.signal.Reading#NO_TIME}.
 */
@FunctionalInterface
public interface Decoder {
    /** Adds to {@code out} at least one reading or one undecodable part. */
    void decode(Payload payload, Sink out);
}
