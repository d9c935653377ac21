package org.millrace.historian;

/**
 * Largest triangle, three buckets: keeps the points that make a line's shape. O(n).
 *
 * @see <a href="https://skemman.is/handle/1946/15343">Steinarsson, Downsampling Time Series for Visual Representation,
 *     2013, §4.2</a>
 */
final class Lttb {
    private Lttb() {}

    /**
     * @param times ascending
     * @param wanted how many points to keep; below 3 only the ends
     * @return indexes of the kept points, ascending, the first and the last among them
     */
    static int[] select(long[] times, double[] values, int wanted) {
        int n = times.length;
        if (n <= wanted || n <= 2) {
            return all(n);
        }
        if (wanted < 3) {
            return wanted <= 1 ? new int[] {0} : new int[] {0, n - 1};
        }
        int[] kept = new int[wanted];
        int buckets = wanted - 2;
        int previous = 0;
        for (int b = 0; b < buckets; b++) {
            int from = start(b, n, buckets);
            int to = start(b + 1, n, buckets);
            int after = Math.min(n, start(b + 2, n, buckets));
            previous = largest(times, values, previous, from, to, after);
            kept[b + 1] = previous;
        }
        kept[wanted - 1] = n - 1;
        return kept;
    }

    /** Bucket 0 begins after the first point; the bucket after the last holds the last point alone. */
    private static int start(int bucket, int n, int buckets) {
        return bucket > buckets ? n : 1 + (int) ((long) bucket * (n - 2) / buckets);
    }

    private static int largest(long[] times, double[] values, int previous, int from, int to, int after) {
        double nextTime = 0;
        double nextValue = 0;
        for (int i = to; i < after; i++) {
            nextTime += times[i] - times[previous];
            nextValue += values[i];
        }
        nextTime /= after - to;
        nextValue /= after - to;
        int best = from;
        double bestArea = -1;
        for (int i = from; i < to; i++) {
            double area = Math.abs(nextTime * (values[i] - values[previous])
                    - (times[i] - times[previous]) * (nextValue - values[previous]));
            if (area > bestArea) {
                bestArea = area;
                best = i;
            }
        }
        return best;
    }

    private static int[] all(int n) {
        int[] all = new int[n];
        for (int i = 0; i < n; i++) {
            all[i] = i;
        }
        return all;
    }
}
