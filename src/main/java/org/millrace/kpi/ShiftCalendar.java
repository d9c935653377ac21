package org.millrace.kpi;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.millrace.signal.Micros;

/**
 * Shifts of one place on the line of time. A night shift over the change to summer time is an hour shorter, over the
 * change back an hour longer: people's clocks say when it begins and ends.
 */
public final class ShiftCalendar {
    /** @param from µs since the epoch, included; {@code to} not included */
    public record Interval(long from, long to) {
        public long length() {
            return to - from;
        }

        boolean isEmpty() {
            return to <= from;
        }

        Interval clipped(long low, long high) {
            return new Interval(Math.max(from, low), Math.min(to, high));
        }
    }

    /**
     * One shift of one day.
     *
     * @param day on which it begins
     * @param time from its begin to its end, µs
     * @param breaks within it, in order, without overlap
     */
    public record Shift(String name, LocalDate day, Interval time, List<Interval> breaks) {
        /** {@code 2026-11-22 early}: unique in its calendar. */
        public String id() {
            return day + " " + name;
        }

        /** What of it is within [from, to), with the breaks in that. */
        public Shift part(long from, long to) {
            return new Shift(
                    name,
                    day,
                    time.clipped(from, to),
                    breaks.stream()
                            .map(pause -> pause.clipped(from, to))
                            .filter(pause -> !pause.isEmpty())
                            .toList());
        }
    }

    /** @param breaks wall clock */
    record Pattern(String name, Set<DayOfWeek> days, LocalTime from, LocalTime to, List<Pause> breaks) {}

    record Pause(LocalTime from, LocalTime to) {}

    private final ZoneId zone;
    private final List<Pattern> patterns;
    private final Set<LocalDate> holidays;

    ShiftCalendar(ZoneId zone, List<Pattern> patterns, Set<LocalDate> holidays) {
        this.zone = zone;
        this.patterns = List.copyOf(patterns);
        this.holidays = Set.copyOf(holidays);
    }

    /** A calendar of one endless shift a day, for machines that run round the clock. */
    public static ShiftCalendar roundTheClock(ZoneId zone) {
        Pattern day = new Pattern("day", Set.of(DayOfWeek.values()), LocalTime.MIDNIGHT, LocalTime.MIDNIGHT, List.of());
        return new ShiftCalendar(zone, List.of(day), Set.of());
    }

    public ZoneId zone() {
        return zone;
    }

    /** Shifts that have a moment in [from, to), by their begin. */
    public List<Shift> shifts(long from, long to) {
        LocalDate last = day(to).plusDays(1);
        List<Shift> found = new ArrayList<>();
        for (LocalDate day = day(from).minusDays(2); !day.isAfter(last); day = day.plusDays(1)) {
            if (holidays.contains(day)) {
                continue;
            }
            for (Pattern pattern : patterns) {
                if (pattern.days().contains(day.getDayOfWeek())) {
                    Shift shift = shift(pattern, day);
                    if (shift.time().from() < to && shift.time().to() > from) {
                        found.add(shift);
                    }
                }
            }
        }
        found.sort(Comparator.comparingLong(shift -> shift.time().from()));
        return found;
    }

    private Shift shift(Pattern pattern, LocalDate day) {
        Interval time = interval(day, pattern.from(), pattern.to(), pattern.from());
        List<Interval> breaks = new ArrayList<>();
        for (Pause pause : pattern.breaks()) {
            Interval at =
                    interval(day, pause.from(), pause.to(), pattern.from()).clipped(time.from(), time.to());
            if (!at.isEmpty()) {
                breaks.add(at);
            }
        }
        breaks.sort(Comparator.comparingLong(Interval::from));
        return new Shift(pattern.name(), day, time, List.copyOf(breaks));
    }

    /** What is by the clock before the shift's begin is on the next day. */
    private Interval interval(LocalDate day, LocalTime from, LocalTime to, LocalTime begin) {
        LocalDate first = from.isBefore(begin) ? day.plusDays(1) : day;
        LocalDate second = to.isAfter(from) ? first : first.plusDays(1);
        return new Interval(micros(first, from), micros(second, to));
    }

    private long micros(LocalDate day, LocalTime time) {
        return Micros.of(day.atTime(time).atZone(zone).toInstant());
    }

    private LocalDate day(long micros) {
        return Micros.instant(micros).atZone(zone).toLocalDate();
    }
}
