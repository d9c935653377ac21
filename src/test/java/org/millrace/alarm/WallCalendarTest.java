package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.alarm.CalendarFile.Day;
import org.millrace.alarm.CalendarFile.Span;
import org.millrace.alarm.CalendarFile.Week;

/** Clocks go forward in Paris on 2026-03-29 at 02:00 (01:00Z) and back on 2026-10-25 at 03:00 (01:00Z). */
class WallCalendarTest {
    private static WallCalendar weekly(String zone, Day day, String from, String to) throws Exception {
        return WallCalendar.of(
                new CalendarFile("c", zone, List.of(new Week(List.of(day), from, to)), List.of(), List.of()));
    }

    private static long micros(String instant) {
        return Instant.parse(instant).toEpochMilli() * 1_000;
    }

    @ParameterizedTest
    @CsvSource({
        // from, to, moment, within: a Sunday in winter, 06:00 is 05:00Z; in summer it is 04:00Z
        "06:00, 14:00, 2026-01-11T04:59:59Z, false",
        "06:00, 14:00, 2026-01-11T05:00:00Z, true",
        "06:00, 14:00, 2026-01-11T12:59:59Z, true",
        "06:00, 14:00, 2026-01-11T13:00:00Z, false",
        "06:00, 14:00, 2026-07-12T04:00:00Z, true",
        "06:00, 14:00, 2026-07-12T12:00:00Z, false",
        // over midnight: it begins on Sunday and ends on Monday
        "22:00, 06:00, 2026-01-11T21:00:00Z, true",
        "22:00, 06:00, 2026-01-12T04:59:59Z, true",
        "22:00, 06:00, 2026-01-12T05:00:00Z, false",
        "22:00, 06:00, 2026-01-11T04:00:00Z, false",
        "00:00, 24:00, 2026-01-10T23:00:00Z, true",
        "00:00, 24:00, 2026-01-11T22:59:59Z, true",
        "00:00, 24:00, 2026-01-11T23:00:00Z, false",
        // 02:30 does not exist on the day of the change: 03:00 is when it begins, or ends
        "02:30, 04:00, 2026-03-29T00:59:59Z, false",
        "02:30, 04:00, 2026-03-29T01:00:00Z, true",
        "02:30, 04:00, 2026-03-29T02:00:00Z, false",
        "01:00, 02:30, 2026-03-29T00:59:59Z, true",
        "01:00, 02:30, 2026-03-29T01:00:00Z, false",
        // 02:30 comes twice: a window begins with the first and ends with the second
        "02:30, 04:00, 2026-10-25T00:29:59Z, false",
        "02:30, 04:00, 2026-10-25T00:30:00Z, true",
        "02:30, 04:00, 2026-10-25T02:59:59Z, true",
        "01:00, 02:30, 2026-10-25T01:29:59Z, true",
        "01:00, 02:30, 2026-10-25T01:30:00Z, false",
    })
    void sundaysByTheClockOfParis(String from, String to, String moment, boolean within) throws Exception {
        assertThat(weekly("Europe/Paris", Day.SUN, from, to).contains(micros(moment)))
                .isEqualTo(within);
    }

    @Test
    void datesAreAddedAndExceptionsTakenOut() throws Exception {
        WallCalendar calendar = WallCalendar.of(new CalendarFile(
                "shutdown",
                "Europe/Paris",
                List.of(new Week(List.of(Day.MON), "08:00", "10:00")),
                List.of(new Span("2026-12-24T22:00", "2026-12-27")),
                List.of(new Span("2026-12-26", "2026-12-26T12:00"))));
        assertThat(calendar.contains(micros("2026-12-24T20:59:59Z"))).isFalse();
        assertThat(calendar.contains(micros("2026-12-24T21:00:00Z"))).isTrue();
        assertThat(calendar.contains(micros("2026-12-25T23:00:00Z")))
                .as("left out")
                .isFalse();
        assertThat(calendar.contains(micros("2026-12-26T11:00:00Z"))).isTrue();
        assertThat(calendar.contains(micros("2026-12-26T23:00:00Z"))).isFalse();
        assertThat(calendar.contains(micros("2026-12-28T07:30:00Z"))).isTrue();
    }

    @Test
    void itsEndIsWhenTheLastOfItsTouchingSpansIsOver() throws Exception {
        WallCalendar calendar = WallCalendar.of(new CalendarFile(
                "shutdown",
                "Europe/Paris",
                List.of(new Week(List.of(Day.MON), "08:00", "10:00"), new Week(List.of(Day.MON), "10:00", "12:00")),
                List.of(new Span("2026-12-24T22:00", "2026-12-27")),
                List.of(new Span("2026-12-26", "2026-12-26T12:00"))));
        assertThat(calendar.end(micros("2026-12-28T07:30:00Z"))).isEqualTo(micros("2026-12-28T11:00:00Z"));
        assertThat(calendar.end(micros("2026-12-25T07:30:00Z"))).isEqualTo(micros("2026-12-25T23:00:00Z"));
        assertThat(calendar.end(micros("2026-12-26T12:00:00Z"))).isEqualTo(micros("2026-12-26T23:00:00Z"));
        WallCalendar always = weekly("UTC", Day.MON, "00:00", "24:00");
        assertThat(always.end(micros("2026-12-28T07:30:00Z"))).isEqualTo(micros("2026-12-29T00:00:00Z"));
    }

    @Test
    void whatIsNoTimeIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> weekly("Europe/Pari", Day.SUN, "06:00", "14:00"))
                .hasMessageContaining("not a time zone");
        assertThatThrownBy(() -> weekly("UTC", Day.SUN, "6", "14:00"))
                .hasMessageContaining("'6' is not a time of day")
                .extracting(e -> ((WallCalendar.BadCalendarException) e).key())
                .isEqualTo("week.0.from");
        assertThatThrownBy(() -> WallCalendar.of(new CalendarFile(
                        "c", "UTC", List.of(), List.of(new Span("2026-02-30", "2026-03-01")), List.of())))
                .hasMessageContaining("'2026-02-30' is not a date");
        assertThatThrownBy(() -> WallCalendar.of(new CalendarFile("c", "UTC", List.of(), List.of(), List.of())))
                .hasMessageContaining("never begins");
    }
}
