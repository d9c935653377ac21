package org.millrace.alarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * How quickly calls for attention came over one period, as EEMUA 191 and ISA-18.2 count it. What a call is and by which
 * clock is for the caller to say.
 *
 * @param perTenMinutes mean; as {@code perDay}
 * @param peakTenMinutes most within any ten minutes; {@code peakHour} and {@code peakMinute} likewise
 * @param timeAboveTarget share of ten-minute intervals with more than one, 0…1
 * @param floods how often more than 10 came within 10 minutes; each lasts until fewer than 5 do
 * @param timeInFlood share of the period, 0…1
 */
public record AlarmPace(
        double perTenMinutes,
        double perDay,
        int peakTenMinutes,
        int peakHour,
        int peakMinute,
        double timeAboveTarget,
        int floods,
        double timeInFlood) {
    private static final long MINUTE = 60_000_000L;
    private static final long TEN_MINUTES = 10 * MINUTE;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int FLOOD_ABOVE = 10;
    private static final int FLOOD_ENDS_BELOW = 5;

    /** @param times of the calls, in order; µs, as the period */
    public static AlarmPace of(long[] times, long from, long to) {
        double span = Math.max(1, to - from);
        Flood flood = Flood.of(times, to);
        return new AlarmPace(
                times.length * (TEN_MINUTES / span),
                times.length * (DAY / span),
                peak(times, TEN_MINUTES),
                peak(times, HOUR),
                peak(times, MINUTE),
                aboveTarget(times, from, to),
                flood.count,
                Math.min(1, flood.time / span));
    }

    private static int peak(long[] times, long width) {
        int most = 0;
        int first = 0;
        for (int i = 0; i < times.length; i++) {
            while (times[i] - times[first] >= width) {
                first++;
            }
            most = Math.max(most, i - first + 1);
        }
        return most;
    }

    private static double aboveTarget(long[] times, long from, long to) {
        Map<Long, Integer> counts = new HashMap<>();
        for (long time : times) {
            counts.merge(Math.floorDiv(time - from, TEN_MINUTES), 1, Integer::sum);
        }
        long intervals = Math.max(1, Math.ceilDiv(to - from, TEN_MINUTES));
        return (double) counts.values().stream().filter(count -> count > 1).count() / intervals;
    }

    /** From the 11th alarm within ten minutes until fewer than five are left of the last ten minutes. */
    private static final class Flood {
        private final Deque<Long> recent = new ArrayDeque<>();
        private int count;
        private double time;
        private long since;
        private boolean on;

        static Flood of(long[] times, long to) {
            Flood flood = new Flood();
            for (long at : times) {
                flood.pass(at);
                flood.recent.addLast(at);
                if (!flood.on && flood.recent.size() > FLOOD_ABOVE) {
                    flood.on = true;
                    flood.since = at;
                    flood.count++;
                }
            }
            flood.pass(to);
            flood.time += flood.on ? to - flood.since : 0;
            return flood;
        }

        private void pass(long now) {
            while (!recent.isEmpty() && recent.getFirst() <= now - TEN_MINUTES) {
                long leaves = recent.removeFirst() + TEN_MINUTES;
                if (on && recent.size() < FLOOD_ENDS_BELOW) {
                    on = false;
                    time += leaves - since;
                }
            }
        }
    }
}
