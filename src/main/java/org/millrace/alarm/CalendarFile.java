package org.millrace.alarm;

import java.util.List;
import org.millrace.config.Doc;
import org.millrace.config.Kind;

/** Times of the week and of the year by the clock of a place: {@code connectors-config/calendars/<id>.yaml}. */
@Kind("Calendar")
@Doc("Times by a place's clock: maintenance windows, service days. Summer time is taken from the time zone.")
public record CalendarFile(
        @Doc("Unique id, named by policies.") String id,
        @Doc("IANA name, e.g. Europe/Paris.") String timeZone,

        @Doc("Times that come back every week.") List<Week> week,

        @Doc("Single times, e.g. a shutdown.") List<Span> dates,

        @Doc("Times that are left out, e.g. a public holiday.")
        List<Span> except) {

    public enum Day {
        MON,
        TUE,
        WED,
        THU,
        FRI,
        SAT,
        SUN
    }

    public record Week(
            @Doc("Days on which it begins: mon, tue, wed, thu, fri, sat, sun.")
            List<Day> days,

            @Doc("Wall clock, e.g. \"06:00\".") String from,

            @Doc("Wall clock, e.g. \"14:00\"; not after from: on the next day. \"24:00\" is the end of the day.")
            String to) {}

    public record Span(
            @Doc("Date, or date and wall clock: \"2026-12-24\" or \"2026-12-24T22:00\".")
            String from,

            @Doc("End, not included; a date alone is its beginning.")
            String to) {}
}
