package org.millrace.kpi;

import java.util.List;
import java.util.OptionalDouble;
import org.millrace.kpi.ShiftCalendar.Shift;

/**
 * How a machine was used in one shift, or in what has passed of it.
 *
 * @param until end of what is counted: the shift's end, or the present, µs
 * @param calendarTime from the shift's begin to {@code until}, µs
 * @param plannedStops breaks and planned stops, µs
 * @param unknown of the planned time without good data; in no figure, µs
 * @param coverage share of the planned time with good data, 0…1; empty when none was planned
 * @param spans the machine's states in the shift, without gaps
 * @param stops unplanned stops, also short ones
 * @param uncounted pieces counted over a time without good data: in no figure
 * @param meanTimeBetweenFailures production time by failures, µs; empty without a failure
 * @param meanTimeToRestore time from a failure to the end of its stop, µs; empty without a failure
 * @param warnings what makes the figures doubtful, as sentences
 */
public record ShiftReport(
        String id,
        String asset,
        OeeFile.Standard standard,
        Shift shift,
        long until,
        long calendarTime,
        long plannedStops,
        long unknown,
        OptionalDouble coverage,
        Oee oee,
        List<LossTime> losses,
        List<StateSpan> spans,
        List<Stop> stops,
        double uncounted,
        int failures,
        OptionalDouble meanTimeBetweenFailures,
        OptionalDouble meanTimeToRestore,
        List<String> warnings) {

    /** @param time µs; @param count stops, set-ups or pieces */
    public record LossTime(Loss loss, double time, double count) {}

    /**
     * @param start event time of its begin, also when that was before the shift, µs
     * @param end or {@code until} when it goes on, µs
     * @param inPlanned of it within the planned busy time, µs
     * @param micro shorter than the limit: a minor stop
     * @param code state of the machine that began it
     * @param reason what the machine said, or its state's word; empty when nobody has given one
     */
    public record Stop(long start, long end, long inPlanned, boolean micro, String code, String reason) {}

    /** The shift is over, and this is what came of it. */
    public boolean isFinal() {
        return until >= shift.time().to();
    }
}
