package org.millrace.runtime;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch;

/**
 * How far each device's clock is from the hub's, estimated from the times it sends. Of every minute in which a device
 * delivers, the quickest delivery counts: what waited on the way, or was stored in the device and comes late, only looks
 * slower. The estimate is the median of the last nine such minutes, so a minute that holds nothing but old values, or one
 * wrong time, does not move it. What remains is the clock's error less the shortest way of a message.
 *
 * <p>Held in memory: after a restart it takes three minutes with values to be known again. At most {@value #MOST} devices.
 * Thread-safe.
 */
public final class DeviceClocks {
    static final int MINUTES = 9;
    static final int ENOUGH = 3;
    static final int MOST = 20_000;
    private static final long MINUTE = 60_000_000L;

    /**
     * @param device its id within the source; empty where the source itself tells the time (OPC UA)
     * @param skew µs; positive: the device's clock is ahead of the hub's
     * @param minutes how many minutes with values it rests on, 3 to 9
     * @param lastSeen µs since the epoch, hub time
     */
    public record DeviceClock(String source, String device, long skew, int minutes, long lastSeen) {}

    private record Key(String source, String device) {}

    private final Map<Key, Estimate> estimates = new ConcurrentHashMap<>();

    /** One delivery as it came, before anything is refused for its time. */
    public void observe(SourceBatch.Readings delivery) {
        String device = "";
        long newest = Reading.NO_TIME;
        for (Reading reading : delivery.readings()) {
            if (reading.sourceTime() <= 0 || reading.quality() == Quality.UNCERTAIN_LAST_USABLE_VALUE) {
                continue; // no time, or not of now
            }
            if (!reading.device().equals(device)) {
                take(delivery, device, newest);
                device = reading.device();
                newest = Reading.NO_TIME;
            }
            newest = Math.max(newest, reading.sourceTime());
        }
        take(delivery, device, newest);
    }

    private void take(SourceBatch.Readings delivery, String device, long newest) {
        if (newest == Reading.NO_TIME) {
            return;
        }
        Key key = new Key(delivery.source(), device);
        Estimate estimate = estimates.get(key);
        if (estimate == null) {
            if (estimates.size() >= MOST) {
                return;
            }
            estimate = estimates.computeIfAbsent(key, k -> new Estimate());
        }
        estimate.take(delivery.hubTime(), delivery.hubTime() - newest);
    }

    /** Those that are known, the farthest off first. */
    public List<DeviceClock> clocks() {
        return estimates.entrySet().stream()
                .flatMap(e -> e.getValue().clock(e.getKey()))
                .sorted(Comparator.comparingLong((DeviceClock clock) -> -Math.abs(clock.skew()))
                        .thenComparing(DeviceClock::source)
                        .thenComparing(DeviceClock::device))
                .toList();
    }

    /** Forgets the devices of sources that are gone. */
    public void keep(Set<String> sources) {
        estimates.keySet().removeIf(key -> !sources.contains(key.source()));
    }

    /** The quickest delivery of each of the last minutes with values. */
    private static final class Estimate {
        private final long[] quickest = new long[MINUTES];
        private int count;
        private long minute = Long.MIN_VALUE;
        private long lastSeen;

        synchronized void take(long hubTime, long delay) {
            long now = Math.floorDiv(hubTime, MINUTE);
            if (now != minute) {
                minute = now;
                quickest[count++ % MINUTES] = delay;
            } else {
                int present = (count - 1) % MINUTES;
                quickest[present] = Math.min(quickest[present], delay);
            }
            lastSeen = hubTime;
        }

        synchronized Stream<DeviceClock> clock(Key key) {
            int known = Math.min(count, MINUTES);
            if (known < ENOUGH) {
                return Stream.empty();
            }
            long[] sorted = Arrays.copyOf(quickest, known);
            Arrays.sort(sorted);
            long delay = sorted[(known - 1) / 2]; // of two in the middle, the quicker
            return Stream.of(new DeviceClock(key.source(), key.device(), -delay, known, lastSeen));
        }
    }
}
