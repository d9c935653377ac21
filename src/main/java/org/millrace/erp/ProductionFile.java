package org.millrace.erp;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;

/** What the ERP is told of a machine's production: {@code connectors-config/erp/<id>.yaml}. */
@Kind("ProductionReport")
@Doc("Production confirmations of one machine: one for every shift, or for every order within it, read by routes with"
        + " hub:production. Counts and times are those of its kind: Oee.")
public record ProductionFile(
        @Doc("Unique id.") String id,

        @Doc("Id of the machine's kind: Oee; its calendar gives the shifts.")
        String oee,

        @Doc("shift: one confirmation for a shift; order: one for each order that ran in it.") @Default("shift")
        Per per,

        @Doc("Tag with the number of the order that runs, a text or a whole number; empty or 0 is no order.")
        Optional<String> order,

        @Doc("Counter of the energy used, in any unit of energy.")
        Optional<Energy> energy,

        @Doc("How long after a shift's end its values may still come; then it is confirmed, for good.") @Default("2m")
        Duration settle,

        @Doc("Unit of the pieces, as the ERP calls it.") @Default("")
        String unit,

        @Doc("What the ERP calls things, for the connector's programs: .numbers.work_center and so on; goes before the"
                + " asset's cmms.")
        Map<String, String> erp) {

    public enum Per {
        SHIFT,
        ORDER
    }

    public record Energy(
            @Doc("Tag with the count; it may roll over or be reset.")
            String tag,

            @Doc("Width of the counter, e.g. 16 or 32: where it rolls over. Without it a fall is a reset.")
            Optional<Integer> bits) {}
}
