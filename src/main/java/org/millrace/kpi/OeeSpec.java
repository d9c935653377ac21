package org.millrace.kpi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;

/**
 * One {@link OeeFile}, checked and bound to the tags of its asset.
 *
 * @param tags every tag it reads, without doubles
 */
public record OeeSpec(
        OeeFile file,
        Asset asset,
        ShiftCalendar calendar,
        Optional<Tag> state,
        Tag cycles,
        Optional<Tag> scrap,
        Optional<Tag> product,
        Optional<Tag> reason,
        List<Tag> tags) {

    /** Where published figures come from, in the journal and the ledger. */
    public static final String SOURCE = "kpi";

    /** By the names of the states, as the machine says them. */
    Map<String, MachineState> states() {
        Map<String, MachineState> states = new HashMap<>();
        file.state().ifPresent(s -> {
            s.producing().forEach(name -> states.put(name, MachineState.PRODUCING));
            s.plannedStop().forEach(name -> states.put(name, MachineState.PLANNED_STOP));
            s.setup().forEach(name -> states.put(name, MachineState.SETUP));
            s.down().forEach(name -> states.put(name, MachineState.DOWN));
            s.idle().forEach(name -> states.put(name, MachineState.IDLE));
        });
        return states;
    }

    /** Where a figure of it is kept: {@code <asset path>/kpi.<id>.<figure>}. */
    public String tagPath(String figure) {
        return asset.path() + "/kpi." + file.id() + "." + figure;
    }
}
