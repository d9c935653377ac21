package org.millrace.source.table;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;

/** What can be told of the mapping of columns without the columns. */
public final class TableCheck {
    private TableCheck() {}

    public static void time(TimeColumn time, Positions positions, List<Problem> problems) {
        CellTimes.problem(time.format())
                .ifPresent(message -> problems.add(positions
                        .of(time, "format")
                        .error(
                                "'" + time.format() + "' is not a way to write times: " + message,
                                "write it as in Java's DateTimeFormatter, e.g. dd.MM.yyyy HH:mm:ss, or auto")));
        Optional<String> zone = time.zone();
        if (zone.isPresent()) {
            try {
                ZoneId.of(zone.get());
            } catch (DateTimeException e) {
                problems.add(
                        positions
                                .of(time, "zone")
                                .error(
                                        "'" + zone.get() + "' is not a time zone",
                                        DidYouMean.of(zone.get(), ZoneId.getAvailableZoneIds())
                                                .map(near -> "did you mean " + near + "?")
                                                .orElse(
                                                        "write an IANA name such as Europe/Paris, or an offset such as +01:00")));
            }
        } else if (CellTimes.problem(time.format()).isEmpty() && !CellTimes.hasOffset(time.format())) {
            problems.add(positions
                    .of(time, "format")
                    .error(
                            "times written " + time.format() + " could mean any zone",
                            "write zone: Europe/Paris, or zone: +01:00 where the clock is never changed"));
        }
    }
}
