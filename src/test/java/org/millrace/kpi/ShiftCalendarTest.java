package org.millrace.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.kpi.ShiftCalendar.Interval;
import org.millrace.kpi.ShiftCalendar.Shift;

class ShiftCalendarTest {
    private static final long HOUR = 3_600_000_000L;
    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

    private static long at(String instant) {
        return Instant.parse(instant).getEpochSecond() * 1_000_000L;
    }

    private static ShiftCalendar calendar(ShiftCalendar.Pattern... patterns) {
        return new ShiftCalendar(PARIS, List.of(patterns), Set.of(LocalDate.of(2026, 12, 25)));
    }

    private static ShiftCalendar.Pattern shift(String name, String from, String to, ShiftCalendar.Pause... pauses) {
        return new ShiftCalendar.Pattern(
                name, EnumSet.allOf(DayOfWeek.class), LocalTime.parse(from), LocalTime.parse(to), List.of(pauses));
    }

    @Test
    void aNightShiftIsSevenHoursLongWhenSummerTimeBeginsAndNineWhenItEnds() {
        ShiftCalendar nights = calendar(shift("night", "22:00", "06:00"));

        Shift spring = nights.shifts(at("2026-03-29T00:00:00Z"), at("2026-03-29T01:00:00Z"))
                .getFirst();
        Shift autumn = nights.shifts(at("2026-10-25T00:00:00Z"), at("2026-10-25T01:00:00Z"))
                .getFirst();

        assertThat(spring.id()).isEqualTo("2026-03-28 night");
        assertThat(spring.time().length()).isEqualTo(7 * HOUR);
        assertThat(spring.time()).isEqualTo(new Interval(at("2026-03-28T21:00:00Z"), at("2026-03-29T04:00:00Z")));
        assertThat(autumn.time().length()).isEqualTo(9 * HOUR);
    }

    @Test
    void aShiftThatBeginsInTheHourThatIsLeftOutBeginsWhenTheClockHasMovedOn() {
        ShiftCalendar early = calendar(shift("early", "02:30", "10:00"));

        Shift shift = early.shifts(at("2026-03-29T04:00:00Z"), at("2026-03-29T05:00:00Z"))
                .getFirst();

        assertThat(shift.time().from()).as("03:30 summer time").isEqualTo(at("2026-03-29T01:30:00Z"));
    }

    @Test
    void threeShiftsCoverADayWithoutGapOrOverlapAlsoOverTheChangesOfTime() {
        ShiftCalendar three = calendar(
                shift("early", "06:00", "14:00"), shift("late", "14:00", "22:00"), shift("night", "22:00", "06:00"));
        for (String begin : List.of("2026-03-26T00:00:00Z", "2026-10-22T00:00:00Z", "2026-06-01T00:00:00Z")) {
            List<Shift> shifts = three.shifts(at(begin), at(begin) + 7 * 24 * HOUR);

            assertThat(shifts).hasSizeBetween(21, 22);
            for (int i = 1; i < shifts.size(); i++) {
                assertThat(shifts.get(i).time().from())
                        .isEqualTo(shifts.get(i - 1).time().to());
            }
        }
    }

    @Test
    void breaksAfterMidnightBelongToTheNightThatBeganBefore() {
        ShiftCalendar nights = calendar(shift(
                "night",
                "22:00",
                "06:00",
                new ShiftCalendar.Pause(LocalTime.parse("02:00"), LocalTime.parse("02:30")),
                new ShiftCalendar.Pause(LocalTime.parse("23:50"), LocalTime.parse("00:10"))));

        Shift shift = nights.shifts(at("2026-06-01T23:00:00Z"), at("2026-06-02T00:00:00Z"))
                .getFirst();

        assertThat(shift.breaks())
                .containsExactly(
                        new Interval(at("2026-06-01T21:50:00Z"), at("2026-06-01T22:10:00Z")),
                        new Interval(at("2026-06-02T00:00:00Z"), at("2026-06-02T00:30:00Z")));
    }

    @Test
    void aHolidayHasNoShiftButTheNightBeforeEndsOnIt() {
        ShiftCalendar nights = calendar(shift("night", "22:00", "06:00"));

        assertThat(nights.shifts(at("2026-12-25T03:00:00Z"), at("2026-12-25T04:00:00Z")))
                .hasSize(1);
        assertThat(nights.shifts(at("2026-12-25T12:00:00Z"), at("2026-12-26T04:00:00Z")))
                .isEmpty();
    }
}
