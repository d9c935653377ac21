package org.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.signal.Micros;

/** One moment in every form we know ERP systems to write it. */
class ContextTimesTest {
    private static final long MOMENT = Micros.of(Instant.parse("2026-11-22T09:30:00Z"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T09:30:00Z",
                "2026-11-22T10:30:00+01:00",
                "2026-11-22T10:30:00+0100",
                "2026-11-22 10:30:00+01",
                "2026-11-22 10:30:00",
                "2026-11-22T10:30",
                "1795339800",
                "1795339800000"
            })
    void oneMoment(String text) {
        assertThat(ContextTimes.read(text, ZoneId.of("Europe/Paris"))).isEqualTo(OptionalLong.of(MOMENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "22.11.2026", "2026-11-31T00:00:00Z", "7"})
    void whatIsNoTimeIsNone(String text) {
        assertThat(ContextTimes.read(text, ZoneId.of("Europe/Paris"))).isEqualTo(OptionalLong.empty());
    }
}
