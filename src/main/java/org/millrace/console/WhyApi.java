package org.millrace.console;

import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millrace.console.Api.Answer;
import org.millrace.console.Api.Endpoint;
import org.millrace.ticket.UnitText;
import org.millrace.why.Explanation;

/** {@code /why/{id}} and {@code /why-not}: every step of a value's way. */
final class WhyApi {
    private final ConsoleData data;
    private final Api api;

    WhyApi(ConsoleData data, Api api) {
        this.data = data;
        this.api = api;
    }

    List<Endpoint> endpoints() {
        return List.of(Api.get("/why/{id}", this::why), Api.get("/why-not", this::whyNot));
    }

    private Answer why(RoutingContext c) {
        String id = c.pathParam("id");
        return Answer.json(shape(data.why(id)
                .orElseThrow(() -> ApiException.notFound(
                        "no work order or incident " + id, "/api/v1/work-orders and /api/v1/alarms list them"))));
    }

    private Answer whyNot(RoutingContext c) {
        String tag = Api.query(c, "tag", "");
        if (tag.isEmpty()) {
            throw ApiException.badRequest("the query needs tag=", "a tag path, or P-101/vibration.velocity_rms");
        }
        return Answer.json(shape(data.whyNot(tag, Api.instant(c, "at", api.now()))));
    }

    private static Map<String, Object> shape(Explanation e) {
        return ConsoleJson.shape(
                "subject",
                e.subject(),
                "verdict",
                e.verdict(),
                "stopped",
                e.stopped(),
                "steps",
                e.steps().stream().map(WhyApi::step).toList(),
                "plot",
                e.plot().map(WhyApi::plot).orElse(Map.of()));
    }

    private static Map<String, Object> step(Explanation.Step step) {
        return ConsoleJson.shape(
                "step",
                step.step(),
                "outcome",
                step.outcome().name().toLowerCase(Locale.ROOT),
                "time",
                step.time() == 0 ? "" : ConsoleJson.time(step.time()),
                "text",
                step.text(),
                "configuration",
                step.configuration(),
                "facts",
                step.facts());
    }

    private static List<@Nullable Double> values(Explanation.Plot plot) {
        List<@Nullable Double> values = new ArrayList<>();
        plot.points().forEach(point -> values.add(Double.isFinite(point.value()) ? point.value() : null));
        return values;
    }

    private static Map<String, Object> plot(Explanation.Plot plot) {
        return ConsoleJson.shape(
                "tag", plot.tag(),
                "unitLabel", UnitText.of(plot.unit()),
                "from", ConsoleJson.time(plot.from()),
                "to", ConsoleJson.time(plot.to()),
                "times", plot.points().stream().map(Explanation.Point::time).toList(),
                "values", values(plot),
                "good", plot.points().stream().map(Explanation.Point::good).toList(),
                "limits",
                        plot.limits().stream()
                                .map(l -> ConsoleJson.shape("name", l.name(), "value", l.value(), "low", l.low()))
                                .toList(),
                "bands",
                        plot.bands().stream()
                                .map(b -> ConsoleJson.shape(
                                        "from", ConsoleJson.time(b.from()),
                                        "to", ConsoleJson.time(b.to()),
                                        "state", b.state(),
                                        "level", b.level()))
                                .toList(),
                "marks",
                        plot.marks().stream()
                                .map(m -> ConsoleJson.shape("time", ConsoleJson.time(m.time()), "text", m.text()))
                                .toList());
    }
}
