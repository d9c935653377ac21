package org.millrace.plant;

import java.util.List;
import java.util.Map;
import org.millrace.config.Quantity;

/**
 * One machine.
 *
 * @param path ISA-95 {@code enterprise/site/area/line/asset}
 * @param type asset class, e.g. {@code rotodynamic-pump}
 * @param cmms how the CMMS knows it, e.g. {@code equipment -> 10004711}
 * @param rated rated values by name, e.g. {@code power -> 75 kW}
 */
public record Asset(
        String id,
        String name,
        String path,
        String type,
        AssetFile.Criticality criticality,
        Map<String, String> cmms,
        Map<String, Quantity> rated,
        List<Tag> tags) {

    /** Without rated values. */
    public Asset(
            String id,
            String name,
            String path,
            String type,
            AssetFile.Criticality criticality,
            Map<String, String> cmms,
            List<Tag> tags) {
        this(id, name, path, type, criticality, cmms, Map.of(), tags);
    }
}
