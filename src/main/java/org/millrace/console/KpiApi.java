package org.millrace.console;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.millrace.console.Api.Answer;
import org.millrace.console.Api.Endpoint;
import org.millrace.console.ConsoleData.OeeView;
import org.millrace.kpi.Oee;
import org.millrace.kpi.ShiftReport;
import org.millrace.kpi.StateSpan;

/** {@code /kpi/...}: OEE by shift, and reasons of stops. Shares are 0…1, times seconds. */
final class KpiApi {
    private static final int MOST_SHIFTS = 100;
    private static final int LONGEST_REASON = 200;
    private static final String UNKNOWN = "no reason given";

    private final ConsoleData data;

    KpiApi(ConsoleData data) {
        this.data = data;
    }

    List<Endpoint> endpoints() {
        return List.of(Api.get("/kpi/oee", this::oee), Api.post("/kpi/oee/{id}/reason", this::reason));
    }

    private Answer oee(RoutingContext c) {
        String id = Api.query(c, "id", "");
        List<OeeView> found = data.oee(id, Api.whole(c, "shifts", 7, 0, MOST_SHIFTS));
        if (!id.isEmpty() && found.isEmpty()) {
            throw ApiException.notFound("no OEE " + id, "/api/v1/kpi/oee lists them all");
        }
        return Answer.json(
                ConsoleJson.shape("items", found.stream().map(KpiApi::view).toList()));
    }

    private Answer reason(RoutingContext c) {
        JsonObject body = Api.body(c);
        if (!(body.getValue("start") instanceof Number start)) {
            throw ApiException.badRequest(
                    "the body needs \"start\" as a number", "µs since 1970, as startMicros of the stop");
        }
        return Api.outcome(data.giveReason(
                c.pathParam("id"), start.longValue(), Api.text(body, "reason", LONGEST_REASON), Api.user(body)));
    }

    private static Map<String, Object> view(OeeView view) {
        return ConsoleJson.shape(
                "id", view.id(),
                "asset", view.asset(),
                "assetName", view.assetName(),
                "reasons", view.reasons(),
                "shifts", shifts(view));
    }

    private static List<Map<String, Object>> shifts(OeeView view) {
        List<Map<String, Object>> shifts = new ArrayList<>();
        view.running().ifPresent(report -> shifts.add(shift(report)));
        view.past().forEach(report -> shifts.add(shift(report)));
        return shifts;
    }

    private static Map<String, Object> shift(ShiftReport r) {
        Oee oee = r.oee();
        return ConsoleJson.shape(
                "shift", r.shift().name(),
                "day", r.shift().day().toString(),
                "from", ConsoleJson.time(r.shift().time().from()),
                "to", ConsoleJson.time(r.shift().time().to()),
                "until", ConsoleJson.time(r.until()),
                "running", !r.isFinal(),
                "standard", r.standard().name().toLowerCase(Locale.ROOT),
                "oee", number(oee.oee()),
                "availability", number(oee.availability()),
                "effectiveness", number(oee.effectiveness()),
                "quality", number(oee.quality()),
                "nee", number(oee.nee()),
                "teep", number(oee.teep(r.calendarTime())),
                "coverage", number(r.coverage()),
                "plannedBusySeconds", oee.plannedBusy() / 1e6,
                "productionSeconds", oee.production() / 1e6,
                "setupSeconds", oee.setup() / 1e6,
                "unknownSeconds", r.unknown() / 1e6,
                "pieces", oee.produced(),
                "good", oee.good(),
                "failures", r.failures(),
                "mtbfSeconds", number(seconds(r.meanTimeBetweenFailures())),
                "mttrSeconds", number(seconds(r.meanTimeToRestore())),
                "losses", losses(r),
                "reasons", reasons(r),
                "stops", r.stops().stream().map(KpiApi::stop).toList(),
                "states", r.spans().stream().map(KpiApi::span).toList(),
                "warnings", r.warnings());
    }

    private static List<Map<String, Object>> losses(ShiftReport r) {
        return r.losses().stream()
                .map(loss -> ConsoleJson.shape(
                        "loss", loss.loss().name().toLowerCase(Locale.ROOT),
                        "factor", loss.loss().factor(),
                        "seconds", loss.time() / 1e6,
                        "count", loss.count()))
                .toList();
    }

    /** Stops by reason, the longest together first: what the machine said and what people said alike. */
    private static List<Map<String, Object>> reasons(ShiftReport r) {
        Map<String, long[]> sums = new LinkedHashMap<>();
        for (ShiftReport.Stop stop : r.stops()) {
            long[] sum = sums.computeIfAbsent(stop.reason().isEmpty() ? UNKNOWN : stop.reason(), k -> new long[2]);
            sum[0] += stop.inPlanned();
            sum[1]++;
        }
        return sums.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, long[]> e) -> -e.getValue()[0]))
                .map(e -> ConsoleJson.shape(
                        "reason", e.getKey(), "seconds", e.getValue()[0] / 1e6, "count", e.getValue()[1]))
                .toList();
    }

    private static Map<String, Object> stop(ShiftReport.Stop stop) {
        return ConsoleJson.shape(
                "start", ConsoleJson.time(stop.start()),
                "startMicros", stop.start(),
                "end", ConsoleJson.time(stop.end()),
                "seconds", stop.inPlanned() / 1e6,
                "minor", stop.micro(),
                "code", stop.code(),
                "reason", stop.reason());
    }

    private static Map<String, Object> span(StateSpan span) {
        return ConsoleJson.shape(
                "from", ConsoleJson.time(span.from()),
                "to", ConsoleJson.time(span.to()),
                "state", span.state().name().toLowerCase(Locale.ROOT),
                "code", span.code());
    }

    private static OptionalDouble seconds(OptionalDouble micros) {
        return micros.isPresent() ? OptionalDouble.of(micros.getAsDouble() / 1e6) : micros;
    }

    /** NaN becomes null: no value. */
    private static double number(OptionalDouble value) {
        return value.orElse(Double.NaN);
    }
}
