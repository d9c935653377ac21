package org.millrace.ticket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Points thinned to the lowest and highest of each time slice, in time order, with breaks where quality was Bad, where
 * there was no number, or where samples were missing.
 *
 * @param drawn at most two points a slice
 * @param breaks time ranges without a trustworthy value, wide enough to be seen
 */
record TrendSlices(List<Drawn> drawn, List<Span> breaks) {
    /** Longer than this many usual intervals without a sample is a gap. */
    private static final int GAP_FACTOR = 5;

    private static final long LEAST_GAP = 5_000_000L;

    /**
     * @param first nothing joins it to the point before
     * @param alone nothing joins it to the point after either
     */
    record Drawn(long time, double value, boolean first, boolean alone) {}

    record Span(long from, long to) {}

    static TrendSlices of(List<TrendPoint> points, long from, long to, int slices) {
        List<TrendPoint> inside =
                points.stream().filter(p -> p.time() >= from && p.time() <= to).toList();
        long gap = gap(inside);
        double width = (double) (to - from) / slices;
        List<Slice> kept = new ArrayList<>();
        List<Span> breaks = new ArrayList<>();
        boolean joined = false;
        long lastGood = from;
        for (TrendPoint point : inside) {
            if (!point.drawable()) {
                joined = false;
                continue;
            }
            if (joined && point.time() - lastGood > gap) {
                joined = false;
            }
            if (!joined && (point.time() - lastGood) > 2 * width && !(kept.isEmpty() && lastGood == point.time())) {
                breaks.add(new Span(lastGood, point.time()));
            }
            int index = (int) Math.min(slices - 1L, (long) ((point.time() - from) / width));
            Slice slice = kept.isEmpty() ? null : kept.getLast();
            if (slice == null || slice.index != index) {
                slice = new Slice(index, point, !joined);
                kept.add(slice);
            } else {
                slice.add(point);
            }
            joined = true;
            lastGood = point.time();
        }
        if (to - lastGood > Math.max(gap, (long) (2 * width))) {
            breaks.add(new Span(lastGood, to));
        }
        return new TrendSlices(drawn(kept), List.copyOf(breaks));
    }

    /** Five usual intervals; the usual interval is the median, so that a gap does not raise its own bar. */
    private static long gap(List<TrendPoint> points) {
        if (points.size() < 3) {
            return Long.MAX_VALUE;
        }
        long[] steps = new long[points.size() - 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = points.get(i + 1).time() - points.get(i).time();
        }
        Arrays.sort(steps);
        return Math.max(LEAST_GAP, steps[steps.length / 2] * GAP_FACTOR);
    }

    private static List<Drawn> drawn(List<Slice> slices) {
        List<Drawn> drawn = new ArrayList<>(slices.size() * 2);
        for (int i = 0; i < slices.size(); i++) {
            Slice slice = slices.get(i);
            boolean next = i + 1 < slices.size() && !slices.get(i + 1).first;
            TrendPoint a = slice.low.time() <= slice.high.time() ? slice.low : slice.high;
            TrendPoint b = slice.low.time() <= slice.high.time() ? slice.high : slice.low;
            boolean two = a.time() != b.time();
            drawn.add(new Drawn(a.time(), a.value(), slice.first, slice.first && !two && !next));
            if (two) {
                drawn.add(new Drawn(b.time(), b.value(), false, false));
            }
        }
        return List.copyOf(drawn);
    }

    private static final class Slice {
        private final int index;
        private final boolean first;
        private TrendPoint low;
        private TrendPoint high;

        private Slice(int index, TrendPoint point, boolean first) {
            this.index = index;
            this.first = first;
            this.low = point;
            this.high = point;
        }

        private void add(TrendPoint point) {
            if (point.value() < low.value()) {
                low = point;
            }
            if (point.value() > high.value()) {
                high = point;
            }
        }
    }
}
