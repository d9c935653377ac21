package org.millrace.erp;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.erp.BusinessDocument.Equipment;
import org.millrace.kpi.OeeSpec;
import org.millrace.plant.Tag;

/**
 * One {@link ProductionFile}, checked and bound.
 *
 * @param toKwh what one unit of the energy tag is in kWh
 */
public record ProductionSpec(
        ProductionFile file, OeeSpec oee, Optional<Tag> order, Optional<Tag> energy, double toKwh) {

    Equipment equipment() {
        Map<String, String> numbers = new HashMap<>(oee.asset().cmms());
        numbers.putAll(file.erp());
        return new Equipment(oee.asset().id(), oee.asset().name(), oee.asset().path(), numbers);
    }
}
