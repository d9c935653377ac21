package org.millrace.historian;

import java.util.List;
import org.millrace.signal.Value;

/**
 * A tag over a stretch of time.
 *
 * @param unit UCUM; empty when the tag has none
 * @param points in time order
 * @param n samples kept in the stretch, of any quality
 * @param nBad of them Bad
 * @param percentGood of n, 0…100; 0 when there are none
 * @param mode what served it: a text tag is always {@link Mode#RAW}
 * @param resolution width of a point in µs; 0 when the points are samples
 */
public record Series(
        String tagPath,
        String unit,
        List<Point> points,
        long n,
        long nBad,
        double percentGood,
        Mode mode,
        long resolution) {

    /** OPC UA HistorianBits "calculated", with the info type that makes them valid (OPC 10000-11 §6.3). */
    public static final int CALCULATED = 0x0000_0401;

    /**
     * One point.
     *
     * @param time µs since the epoch; the start of the interval when the point is calculated
     * @param quality OPC UA StatusCode; {@link #CALCULATED} when the point is
     */
    public record Point(long time, Value value, int quality) {}

    /** How many samples become few points. */
    public enum Mode {
        /** the samples themselves, the first of them if there are too many */
        RAW,
        /** mean of the samples of each interval */
        AVG,
        MIN,
        MAX,
        /** average by time: each value counts as long as it held; nothing is counted where nothing was known */
        TWA,
        /** the samples that make the line's shape (largest triangle, three buckets) */
        LTTB
    }
}
