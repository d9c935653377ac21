package org.millrace.plant;

import java.util.List;
import java.util.Map;

/**
 * One machine.
 *
 * @param path ISA-95 {@code enterprise/site/area/line/asset}
 * @param type asset class, e.g. {@code rotodynamic-pump}
 * @param cmms how the CMMS knows it, e.g. {@code equipment -> 10004711}
 */
public record Asset(
        String id,
        String name,
        String path,
        String type,
        AssetFile.Criticality criticality,
        Map<String, String> cmms,
        List<Tag> tags) {}
