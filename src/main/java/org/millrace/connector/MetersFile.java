package org.millrace.connector;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;

/** Counters that a maintenance system keeps too: {@code connectors-config/meters/<id>.yaml}. */
@Kind("Meters")
@Doc(
        "Run hours, cycles, energy: which tags a maintenance system's meters are kept by. A route hub:journal/<cursor> with"
                + " to: hub:readings/<connector> feeds them.")
public record MetersFile(
        @Doc("Id of this list.") String id,

        @Doc("Id of the connector whose system keeps the meters; it needs operations.reading.")
        String connector,

        @Doc("Least time between two readings of one meter: the system's own update frequency, or more.") @Default("1d")
        Duration every,

        @Doc("The meters.") List<Meter> meters) {

    public record Meter(
            @Doc("Asset id.") String asset,

            @Doc("Name of its tag; a total that only counts up.")
            String tag,

            @Doc("The system's own id of the meter.") String meter,

            @Doc("UCUM unit the system keeps it in; default: that of the tag.")
            Optional<String> unit,

            @Doc("Least time between two readings, where it differs from the list's.")
            Optional<Duration> every,

            @Doc("Digits after the point that are sent.") @Default("1")
            int decimals,

            @Doc("Whether a lower value than the last is sent too (a meter that is exchanged); else it is held back.")
            @Default("false")
            boolean resets) {}
}
