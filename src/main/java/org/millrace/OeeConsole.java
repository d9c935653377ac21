package org.millrace;

import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.millrace.console.ConsoleData.OeeView;
import org.millrace.console.ConsoleData.Outcome;
import org.millrace.kpi.OeeFile;
import org.millrace.kpi.OeeSpec;
import org.millrace.kpi.ShiftReport;
import org.millrace.store.StopReasons;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OEE as the console sees and changes it. */
final class OeeConsole {
    private static final Logger LOG = LoggerFactory.getLogger(OeeConsole.class);
    /** A reason may be given this many shifts later. */
    private static final int SHIFTS_BACK = 100;

    private final Hub hub;

    OeeConsole(Hub hub) {
        this.hub = hub;
    }

    List<OeeView> list(String id, int shifts) {
        return hub.kpi().specs().stream()
                .filter(spec -> id.isEmpty() || spec.file().id().equals(id))
                .map(spec -> new OeeView(
                        spec.file().id(),
                        spec.asset().id(),
                        spec.asset().name(),
                        hub.kpi().running(spec.file().id()),
                        past(spec, shifts),
                        words(spec)))
                .toList();
    }

    private List<ShiftReport> past(OeeSpec spec, int shifts) {
        try {
            return shifts == 0 ? List.of() : hub.kpi().past(spec.file().id(), shifts);
        } catch (SQLException e) {
            LOG.warn(
                    "past shifts of {} are not shown, the historian does not answer: {}",
                    spec.file().id(),
                    e.toString());
            return List.of();
        }
    }

    private static List<String> words(OeeSpec spec) {
        Set<String> words = new LinkedHashSet<>(spec.file()
                .reasons()
                .map(OeeFile.ReasonFile::map)
                .map(map -> List.copyOf(map.values()))
                .orElse(List.of()));
        return List.copyOf(words);
    }

    /** Kept with the stop's start, and in the audit trail. */
    Outcome giveReason(String id, long start, String reason, String user) {
        Optional<OeeSpec> spec = hub.kpi().specs().stream()
                .filter(one -> one.file().id().equals(id))
                .findFirst();
        if (spec.isEmpty()) {
            return new Outcome.NotFound("OEE " + id);
        }
        boolean known = Stream.concat(hub.kpi().running(id).stream(), past(spec.get(), SHIFTS_BACK).stream())
                .flatMap(report -> report.stops().stream())
                .anyMatch(stop -> stop.start() == start);
        if (!known) {
            return new Outcome.NotFound("stop of " + id + " that began then, in the last " + SHIFTS_BACK + " shifts");
        }
        String asset = spec.get().asset().id();
        hub.store().stopReasons().give(new StopReasons.Given(asset, start, reason, user, hub.now()));
        hub.store().audit().record(hub.now(), user, "stop.reason", asset + " " + start + ": " + reason);
        hub.kpi().reasonGiven();
        return new Outcome.Done();
    }
}
