package org.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.runtime.DeviceClocks.DeviceClock;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Readings;

class DeviceClocksTest {
    private static final long SECOND = 1_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long START = 1_700_000_000L * SECOND / MINUTE * MINUTE;

    private final DeviceClocks clocks = new DeviceClocks();

    private static Reading reading(String device, long time) {
        return new Reading(device, "t", Value.of(1.0), time, Quality.GOOD);
    }

    private void deliver(long hubTime, Reading... readings) {
        clocks.observe(new Readings("field", hubTime, List.of(readings), List.of()));
    }

    /** One delivery in each of the given minutes, from a clock that is off by {@code skew}. */
    private void minutes(String device, int from, int to, long skew) {
        for (int i = from; i < to; i++) {
            long now = START + i * MINUTE;
            deliver(now, reading(device, now + skew));
        }
    }

    private List<Long> skews() {
        return clocks.clocks().stream().map(DeviceClock::skew).toList();
    }

    @Test
    void aClockIsKnownAfterThreeMinutesWithValues() {
        minutes("silo", 0, 2, -90 * SECOND);
        assertThat(clocks.clocks()).isEmpty();
        minutes("silo", 7, 8, -90 * SECOND);
        assertThat(clocks.clocks())
                .containsExactly(new DeviceClock("field", "silo", -90 * SECOND, 3, START + 7 * MINUTE));
    }

    @Test
    void aClockThatIsAheadIsKnownAlsoWhereItsValuesAreRefused() {
        minutes("tracker", 0, 5, 3_600 * SECOND);
        assertThat(skews()).containsExactly(3_600 * SECOND);
    }

    @Test
    void theQuickestDeliveryOfAMinuteCounts() {
        for (int i = 0; i < 5; i++) {
            long now = START + i * MINUTE;
            deliver(now, reading("a", now - 9 * SECOND));
            deliver(now + SECOND, reading("a", now + SECOND - 200_000));
            deliver(now + 2 * SECOND, reading("a", now - 30 * SECOND), reading("a", now));
        }
        assertThat(skews()).containsExactly(-200_000L);
    }

    @Test
    void anHourOfStoredValuesIsNoWrongClock() {
        minutes("a", 0, 9, -SECOND);
        List<Reading> stored = new ArrayList<>();
        long now = START + 70 * MINUTE;
        for (int i = 9; i < 69; i++) {
            stored.add(reading("a", START + i * MINUTE));
        }
        deliver(now, stored.toArray(Reading[]::new));
        assertThat(skews()).containsExactly(-SECOND);
        deliver(now + MINUTE, reading("a", START));
        deliver(now + 2 * MINUTE, reading("a", START));
        assertThat(skews()).as("four minutes of nine may hold nothing else").containsExactly(-SECOND);
    }

    @Test
    void aClockThatWasSetIsKnownAfterFiveMinutes() {
        minutes("a", 0, 9, -3_600 * SECOND);
        minutes("a", 9, 13, -SECOND);
        assertThat(skews()).containsExactly(-3_600 * SECOND);
        minutes("a", 13, 14, -SECOND);
        assertThat(skews()).containsExactly(-SECOND);
    }

    @Test
    void whatHasNoTimeOfItsOwnSaysNothing() {
        for (int i = 0; i < 5; i++) {
            long now = START + i * MINUTE;
            deliver(now, reading("a", Reading.NO_TIME));
            deliver(now, new Reading("a", "t", Value.of(1.0), now - MINUTE, Quality.UNCERTAIN_LAST_USABLE_VALUE));
        }
        assertThat(clocks.clocks()).isEmpty();
    }

    @Test
    void theFarthestComesFirstAndDevicesOfAGoneSourceAreForgotten() {
        for (int i = 0; i < 3; i++) {
            long now = START + i * MINUTE;
            deliver(now, reading("near", now - SECOND), reading("far", now + MINUTE), reading("", now - 2 * SECOND));
        }
        assertThat(clocks.clocks()).extracting(DeviceClock::device).containsExactly("far", "", "near");
        clocks.keep(Set.of("field"));
        assertThat(clocks.clocks()).hasSize(3);
        clocks.keep(Set.of("other"));
        assertThat(clocks.clocks()).isEmpty();
    }
}
