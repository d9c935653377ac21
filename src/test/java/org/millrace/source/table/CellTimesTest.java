package org.millrace.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.signal.Micros;

class CellTimesTest {
    private static final long NONE = Long.MIN_VALUE;

    private static String read(String format, String zone, Object cell, long before) throws Exception {
        Optional<String> in = zone.isEmpty() ? Optional.empty() : Optional.of(zone);
        return Micros.iso(CellTimes.of(format, in).micros(cell, before));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "auto, , 2026-11-22T18:00:00Z, 2026-11-22T18:00:00Z",
                "auto, , 2026-11-22T18:00:00.123456+01:00, 2026-11-22T17:00:00.123456Z",
                "auto, , 2026-11-22 18:00:00+0100, 2026-11-22T17:00:00Z",
                "auto, , 2026-11-22T18:00:00+01, 2026-11-22T17:00:00Z",
                "auto, Europe/Paris, 2026-11-22 18:00, 2026-11-22T17:00:00Z",
                "auto, Europe/Paris, 2026-07-22 18:00:01.5, 2026-07-22T16:00:01.500Z",
                "auto, , 1795370400, 2026-11-22T18:00:00Z",
                "auto, , 1795370400123, 2026-11-22T18:00:00.123Z",
                "auto, , 1795370400.25, 2026-11-22T18:00:00.250Z",
                "dd.MM.yyyy HH:mm:ss, Europe/Berlin, 22.11.2026 18:00:00, 2026-11-22T17:00:00Z",
                "dd.MM.yyyy HH:mm:ss[.SSS], +01:00, 22.07.2026 18:00:00.250, 2026-07-22T17:00:00.250Z",
                "M/d/yyyy h:mm:ss a, America/New_York, 11/22/2026 6:00:00 pm, 2026-11-22T23:00:00Z",
                "d-MMM-yy HH:mm, UTC, 22-Nov-26 18:00, 2026-11-22T18:00:00Z",
                "yyyy-MM-dd'T'HH:mm:ssXXX, , 2026-11-22T18:00:00+02:00, 2026-11-22T16:00:00Z",
            })
    void readsWhatLoggersWrite(String format, String zone, String cell, String utc) throws Exception {
        assertThat(read(format, zone == null ? "" : zone, cell, NONE)).isEqualTo(utc);
    }

    @Test
    void takesWhatADatabaseGives() throws Exception {
        assertThat(read("auto", "", OffsetDateTime.parse("2026-11-22T18:00:00+01:00"), NONE))
                .isEqualTo("2026-11-22T17:00:00Z");
        assertThat(read("auto", "Europe/Paris", LocalDateTime.parse("2026-11-22T18:00:00"), NONE))
                .isEqualTo("2026-11-22T17:00:00Z");
        assertThat(read("auto", "", 1_795_370_400L, NONE)).isEqualTo("2026-11-22T18:00:00Z");
    }

    /** 2026-10-25 in Paris: 02:30 is there twice. */
    @Test
    void theHourThatIsThereTwiceGoesOnAfterTheRowBefore() throws Exception {
        CellTimes times = CellTimes.of("auto", Optional.of("Europe/Paris"));
        long summer = times.micros("2026-10-25 02:30:00", NONE);
        long later = times.micros("2026-10-25 02:59:59", summer);
        long winter = times.micros("2026-10-25 02:00:00", later);

        assertThat(Micros.iso(summer)).isEqualTo("2026-10-25T00:30:00Z");
        assertThat(Micros.iso(winter)).isEqualTo("2026-10-25T01:00:00Z");
        assertThat(Micros.iso(times.micros("2026-10-25 02:30:00", winter))).isEqualTo("2026-10-25T01:30:00Z");
    }

    @Test
    void aTimeThatTheClockNeverShowsIsRefusedWithAHint() {
        assertThatThrownBy(() -> read("auto", "Europe/Paris", "2026-03-29 02:30:00", NONE))
                .isInstanceOfSatisfying(
                        CellTimes.UnreadableException.class,
                        e -> assertThat(e.hint()).contains("+01:00"))
                .hasMessageContaining("does not exist in Europe/Paris");
    }

    @ParameterizedTest
    @CsvSource({
        "auto, 2026-11-22 18:00:00, has no offset",
        "auto, 22.11.2026, is not ISO 8601",
        "auto, '', is not ISO 8601",
        "dd.MM.yyyy, 31.02.2026, is not written dd.MM.yyyy",
        "dd.MM.yyyy HH:mm, 22/11/2026 18:00, is not written",
        "auto, 999999999999999999999999, is not ISO 8601",
    })
    void whatIsNoTimeIsRefused(String format, String cell, String message) {
        assertThatThrownBy(() -> read(format, "", cell, NONE)).hasMessageContaining(message);
    }
}
