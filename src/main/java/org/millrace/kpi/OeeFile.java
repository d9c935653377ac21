package org.millrace.kpi;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;

/** Overall equipment effectiveness of one machine: {@code connectors-config/kpi/<id>.yaml}. */
@Kind("Oee")
@Doc("Overall equipment effectiveness of one machine, by shift.")
public record OeeFile(
        @Doc("Unique id; part of the tags the result is kept in.")
        String id,

        @Doc("Asset id of the machine.") String asset,

        @Doc("iso22400 takes planned stops out of the planned time; smrp counts them as a loss of availability.")
        @Default("iso22400")
        Standard standard,

        @Doc("Id of a kind: ShiftCalendar; without one a shift is a day of the site.")
        Optional<String> calendar,

        @Doc("The machine's state; without one it is taken to run while cycles come in time.")
        Optional<StateFile> state,

        @Doc("Counter of cycles (pieces made).") CounterFile cycles,
        @Doc("Counter of pieces that were not good.") Optional<CounterFile> scrap,

        @Doc("Time of one cycle at full speed.") IdealFile idealCycle,
        @Doc("Tag that names the product being made.") Optional<String> product,

        @Doc("A stop shorter than this is a minor stop: a loss of speed, not of availability.") @Default("5m")
        Duration microStop,

        @Doc("Scrap within this time after a set-up or a long stop counts as start-up rejects.") @Default("0s")
        Duration startup,

        @Doc("Where the reasons of stops come from.") Optional<ReasonFile> reasons) {

    public enum Standard {
        ISO22400,
        SMRP
    }

    public record StateFile(
            @Doc("Tag with the states.") String tag,
            @Doc("States in which it makes pieces.") List<String> producing,
            @Doc("States of stops that were planned.") List<String> plannedStop,
            @Doc("States of set-up.") List<String> setup,
            @Doc("States of a fault.") List<String> down,
            @Doc("States in which it waits.") List<String> idle) {}

    public record CounterFile(
            @Doc("Tag with the count; it may roll over or be reset.")
            String tag,

            @Doc("Width of the counter, e.g. 16 or 32: where it rolls over. Without it a fall is a reset.")
            Optional<Integer> bits) {}

    public record IdealFile(
            @Doc("For every product that has none of its own, e.g. 2 s.") @Default("0s")
            Duration default_,

            @Doc("By product, e.g. { A12: 1.8 s }.") Map<String, Duration> perProduct) {}

    public record ReasonFile(
            @Doc("Tag with a reason code, as the machine or its operator panel gives it.")
            Optional<String> tag,

            @Doc("Reason codes or states to words, e.g. { FAULT: drive fault, 17: no material }.")
            Map<String, String> map) {}
}
