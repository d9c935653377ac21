package org.millrace.route;

import java.util.Map;
import java.util.Set;

/**
 * What {@code hub:} endpoints may name, from the rest of the configuration.
 *
 * @param sources source id to protocol ({@code opcua}, {@code plc}, {@code mqtt}, {@code http})
 * @param cmms ids of work-order systems
 * @param erp ids of ERP connectors
 * @param formats payload formats of {@code hub:decode}; {@code auto} is always known
 */
public record Known(Map<String, String> sources, Set<String> cmms, Set<String> erp, Set<String> formats) {
    public Known {
        sources = Map.copyOf(sources);
        cmms = Set.copyOf(cmms);
        erp = Set.copyOf(erp);
        formats = Set.copyOf(formats);
    }
}
