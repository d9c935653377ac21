package org.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the demo's rules rely on: the story the devices tell. */
class FieldScriptTest {
    @Test
    void thePumpWearsThroughZoneCIntoDAndRecovers() {
        assertThat(LoRaWanPump.vibration(0)).isBetween(1.8, 2.8);
        assertThat(LoRaWanPump.vibration(11.9)).isLessThan(2.8);
        assertThat(LoRaWanPump.vibration(22)).isBetween(4.5, 7.1);
        assertThat(LoRaWanPump.vibration(30)).isGreaterThan(7.1);
        assertThat(LoRaWanPump.vibration(42)).isGreaterThan(7.1);
        assertThat(LoRaWanPump.vibration(50)).isLessThan(2.8);
        assertThat(LoRaWanPump.vibration(10_000)).isLessThan(2.8);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        Instant now = Instant.parse("2026-11-22T17:00:00Z");
        try (LoRaWanPump one = new LoRaWanPump(1, Clock.systemUTC(), new SplittableRandom(5));
                LoRaWanPump two = new LoRaWanPump(1, Clock.systemUTC(), new SplittableRandom(5))) {
            assertThat(one.uplink(now, 3)).isEqualTo(two.uplink(now, 3)).contains(LoRaWanPump.DEV_EUI);
        }
    }

    @Test
    void theRecordingHoldsTheFailureAndWhatCameBefore() {
        var rows = RecordingReplay.rows();
        assertThat(rows).hasSizeGreaterThan(1_000);
        assertThat(rows.get(0).time()).isBefore(Instant.parse("2013-12-15T17:50:00Z"));
        assertThat(rows).extracting(RecordingReplay.Row::time).isSorted();
        assertThat(rows)
                .anyMatch(row -> Double.parseDouble(row.temperature()) < 5
                        && row.time().toString().startsWith("2013-12-16T17"));
    }
}
