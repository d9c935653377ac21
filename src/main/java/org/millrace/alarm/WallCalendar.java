package org.millrace.alarm;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.millrace.alarm.CalendarFile.Day;
import org.millrace.signal.Micros;

/**
 * A calendar ready for use. A wall-clock time that a change to summer time skips is the moment of the change; one that
 * the change back repeats is the first of the two where a span begins and the second where it ends.
 */
final class WallCalendar {
    /** What a calendar file says and no calendar can be made of. */
    static final class BadCalendarException extends Exception {
        private final String key;
        private final String hint;

        BadCalendarException(String key, String message, String hint) {
            super(message);
            this.key = key;
            this.hint = hint;
        }

        /** Path of the key within the file. */
        String key() {
            return key;
        }

        String hint() {
            return hint;
        }
    }

    private static final long DAY_MINUTES = 24 * 60;
    /** A calendar without a gap in as many spans has none that matters. */
    private static final int MOST_SPANS = 1_000;

    /** @param from minutes of the day; @param to minutes since the beginning of the day it begins on, up to two days */
    private record Weekly(Set<Day> days, long from, long to) {}

    /** µs, end not included. */
    private record Fixed(long from, long to) {}

    private final ZoneId zone;
    private final List<Weekly> weekly = new ArrayList<>();
    private final List<Fixed> dates = new ArrayList<>();
    private final List<Fixed> except = new ArrayList<>();

    private WallCalendar(ZoneId zone) {
        this.zone = zone;
    }

    static WallCalendar of(CalendarFile file) throws BadCalendarException {
        WallCalendar calendar = new WallCalendar(zone(file.timeZone()));
        for (int i = 0; i < file.week().size(); i++) {
            CalendarFile.Week week = file.week().get(i);
            String at = "week." + i;
            if (week.days().isEmpty()) {
                throw new BadCalendarException(at + ".days", "no day is named", "write e.g. days: [sat, sun]");
            }
            long from = minutes(week.from(), at + ".from");
            long to = minutes(week.to(), at + ".to");
            if (from == DAY_MINUTES) {
                throw new BadCalendarException(at + ".from", "a day begins at 00:00, not 24:00", "");
            }
            calendar.weekly.add(new Weekly(EnumSet.copyOf(week.days()), from, to > from ? to : to + DAY_MINUTES));
        }
        calendar.fixed(file.dates(), "dates", calendar.dates);
        calendar.fixed(file.except(), "except", calendar.except);
        if (calendar.weekly.isEmpty() && calendar.dates.isEmpty()) {
            throw new BadCalendarException(
                    "id",
                    "the calendar never begins",
                    "give it week: or dates:, e.g. week: [{ days: [sun], from: \"06:00\", to: \"14:00\" }]");
        }
        return calendar;
    }

    private static ZoneId zone(String name) throws BadCalendarException {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new BadCalendarException(
                    "time_zone", "'" + name + "' is not a time zone", "write an IANA name such as Europe/Paris");
        }
    }

    private static long minutes(String text, String key) throws BadCalendarException {
        if (text.equals("24:00")) {
            return DAY_MINUTES;
        }
        try {
            LocalTime time = LocalTime.parse(text);
            if (time.getSecond() == 0 && time.getNano() == 0) {
                return time.getHour() * 60L + time.getMinute();
            }
        } catch (DateTimeException e) {
            // told below
        }
        throw new BadCalendarException(
                key, "'" + text + "' is not a time of day", "write hours and minutes with quotes, e.g. \"06:00\"");
    }

    private void fixed(List<CalendarFile.Span> spans, String name, List<Fixed> into) throws BadCalendarException {
        for (int i = 0; i < spans.size(); i++) {
            String at = name + "." + i;
            long from = instant(moment(spans.get(i).from(), at + ".from"), true);
            long to = instant(moment(spans.get(i).to(), at + ".to"), false);
            if (to <= from) {
                throw new BadCalendarException(at + ".to", "it ends before it begins", "give a later end");
            }
            into.add(new Fixed(from, to));
        }
    }

    private static LocalDateTime moment(String text, String key) throws BadCalendarException {
        try {
            return text.contains("T")
                    ? LocalDateTime.parse(text)
                    : LocalDate.parse(text).atStartOfDay();
        } catch (DateTimeException e) {
            throw new BadCalendarException(
                    key, "'" + text + "' is not a date", "write \"2026-12-24\" or \"2026-12-24T22:00\"");
        }
    }

    private long instant(LocalDateTime wall, boolean begins) {
        ZoneOffsetTransition change = zone.getRules().getTransition(wall);
        Instant instant;
        if (change == null) {
            instant = wall.atZone(zone).toInstant();
        } else if (change.isGap()) {
            instant = change.getInstant();
        } else {
            instant = wall.toInstant(begins ? change.getOffsetBefore() : change.getOffsetAfter());
        }
        return Micros.of(instant);
    }

    /** @param micros µs since the epoch */
    boolean contains(long micros) {
        if (within(except, micros)) {
            return false;
        }
        if (within(dates, micros)) {
            return true;
        }
        LocalDate today = Micros.instant(micros).atZone(zone).toLocalDate();
        for (Weekly span : weekly) {
            for (int back = 0; back <= 1; back++) {
                if (holds(span, today.minusDays(back), micros)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** First moment at or after one within the calendar that is not; {@link Long#MAX_VALUE} when that is years away. */
    long end(long micros) {
        long at = micros;
        for (int spans = 0; spans < MOST_SPANS && contains(at); spans++) {
            at = endOfSpan(at);
        }
        return contains(at) ? Long.MAX_VALUE : at;
    }

    private long endOfSpan(long micros) {
        long end = micros + 1;
        for (Fixed span : dates) {
            end = span.from() <= micros && micros < span.to() ? Math.max(end, span.to()) : end;
        }
        LocalDate today = Micros.instant(micros).atZone(zone).toLocalDate();
        for (Weekly span : weekly) {
            for (int back = 0; back <= 1; back++) {
                LocalDate start = today.minusDays(back);
                if (holds(span, start, micros)) {
                    end = Math.max(end, instant(start.atStartOfDay().plusMinutes(span.to()), false));
                }
            }
        }
        for (Fixed span : except) {
            end = span.from() > micros ? Math.min(end, span.from()) : end;
        }
        return end;
    }

    private boolean holds(Weekly span, LocalDate start, long micros) {
        return span.days().contains(Day.values()[start.getDayOfWeek().ordinal()])
                && instant(start.atStartOfDay().plusMinutes(span.from()), true) <= micros
                && micros < instant(start.atStartOfDay().plusMinutes(span.to()), false);
    }

    private static boolean within(List<Fixed> spans, long micros) {
        for (Fixed span : spans) {
            if (span.from() <= micros && micros < span.to()) {
                return true;
            }
        }
        return false;
    }
}
