package org.millrace.ticket;

import org.millrace.signal.Quality;

/**
 * One point of evidence.
 *
 * @param time source time, µs since the epoch, UTC
 * @param value in the tag's unit; NaN when the sample carried no number
 * @param quality OPC UA StatusCode, see {@link Quality}
 */
public record TrendPoint(long time, double value, int quality) {
    /** Bad quality and NaN are never drawn as a number. */
    boolean drawable() {
        return !Quality.isBad(quality) && Double.isFinite(value);
    }
}
