package org.millrace.plant;

import java.util.Map;
import java.util.Optional;

/** Tags for tests of sources, to which only the address matters. */
public final class Tags {
    private Tags() {}

    /** Stored as it comes: no unit, no scale, no limits, no states, no deadband, no times of its own. */
    public static Tag plain(String asset, String name, Tag.Origin origin) {
        return new Tag(
                "acme/" + name,
                name,
                asset,
                origin,
                "",
                1,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Map.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
