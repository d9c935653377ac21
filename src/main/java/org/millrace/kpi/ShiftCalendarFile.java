package org.millrace.kpi;

import java.util.List;
import org.millrace.config.Doc;
import org.millrace.config.Kind;

/** When people work: {@code connectors-config/kpi/<id>.yaml}. */
@Kind("ShiftCalendar")
@Doc("Shifts by a place's clock, with their breaks; summer time is taken from the time zone.")
public record ShiftCalendarFile(
        @Doc("Unique id, named by kind: Oee.") String id,
        @Doc("IANA name, e.g. Europe/Paris.") String timeZone,
        @Doc("Shifts that come back every week.") List<ShiftFile> shifts,

        @Doc("Days without shifts, e.g. public holidays: [\"2026-12-25\"].")
        List<String> holidays) {

    public enum Day {
        MON,
        TUE,
        WED,
        THU,
        FRI,
        SAT,
        SUN
    }

    public record ShiftFile(
            @Doc("Name people use, e.g. early.") String name,

            @Doc("Days on which it begins: [mon, tue, wed, thu, fri, sat, sun].")
            List<Day> days,

            @Doc("Wall clock, e.g. \"06:00\".") String from,

            @Doc("Wall clock, e.g. \"14:00\"; not after from: on the next day.")
            String to,

            @Doc("Times within the shift that are not worked.")
            List<BreakFile> breaks) {}

    public record BreakFile(
            @Doc("Wall clock, e.g. \"10:00\".") String from,
            @Doc("Wall clock, e.g. \"10:15\".") String to) {}
}
