package org.millrace.historian;

/**
 * Time-weighted averages on a grid, from what lies between one bucket's last sample and the next one's first; what lies
 * within a bucket comes summed from the database.
 *
 * <p>A step tag holds its value until the next sample, good or bad, or until a gap. Any other tag runs straight to the
 * next good sample, holds its value up to a bad one, and is unknown where the next is farther than the limit.
 */
final class TimeWeighted {
    private final long from;
    private final long to;
    private final long width;
    private final boolean step;
    private final long limit;
    private final double[] areas;
    private final double[] durations;

    /** A sample or the beginning of a gap; NaN where nothing is known from there on. */
    record Node(long time, double value) {
        boolean known() {
            return !Double.isNaN(value);
        }
    }

    /** @param limit longest distance of two samples that is bridged, µs; not for step tags */
    TimeWeighted(long from, long to, long width, boolean step, long limit) {
        this.from = from;
        this.to = to;
        this.width = width;
        this.step = step;
        this.limit = limit;
        int buckets = Math.toIntExact((to - from + width - 1) / width);
        this.areas = new double[buckets];
        this.durations = new double[buckets];
    }

    int buckets() {
        return areas.length;
    }

    /** @param area value × µs */
    void add(int bucket, double area, double duration) {
        areas[bucket] += area;
        durations[bucket] += duration;
    }

    /** The stretch between two neighbours; it may begin before the grid and end after it. */
    void between(Node a, Node b) {
        if (!a.known() || !step && b.time() - a.time() > limit) {
            return;
        }
        double end = step || !b.known() ? a.value() : b.value();
        double slope = (end - a.value()) / Math.max(1, b.time() - a.time());
        long at = Math.max(a.time(), from);
        long stop = Math.min(b.time(), to);
        while (at < stop) {
            int bucket = (int) ((at - from) / width);
            long next = Math.min(stop, from + (bucket + 1) * width);
            double middle = a.value() + slope * ((at - a.time()) + (next - at) / 2.0);
            add(bucket, middle * (next - at), next - at);
            at = next;
        }
    }

    /** After the last sample: a step tag holds on to the end, of any other nothing is known. */
    void after(Node last) {
        if (step && last.time() < to) {
            between(last, new Node(to, last.value()));
        }
    }

    /** NaN where nothing is known. */
    double average(int bucket) {
        return durations[bucket] > 0 ? areas[bucket] / durations[bucket] : Double.NaN;
    }
}
