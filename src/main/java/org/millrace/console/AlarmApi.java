package org.millrace.console;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import org.millrace.alarm.AlarmCommand;
import org.millrace.config.BadValue;
import org.millrace.config.Durations;
import org.millrace.console.Api.Answer;
import org.millrace.console.Api.Endpoint;
import org.millrace.signal.Micros;

/** What operators do to alarms, and how alarms bear on them. The path names an incident, or an alarm as rule@asset. */
final class AlarmApi {
    private static final int COMMENT_LIMIT = 500;
    private static final long DAY = 24 * 3_600_000_000L;

    private final ConsoleData data;
    private final Api api;

    AlarmApi(ConsoleData data, Api api) {
        this.data = data;
        this.api = api;
    }

    private interface Making {
        AlarmCommand of(String target, JsonObject body, String who, String words);
    }

    List<Endpoint> endpoints() {
        return List.of(
                Api.get("/alarms/shelved", c -> Answer.json(AlarmJson.board(data.board()))),
                Api.get("/kpi/alarms", this::metrics),
                action("ack", "comment", (t, b, who, words) -> new AlarmCommand.Acknowledge(t, who, words)),
                action("confirm", "comment", (t, b, who, words) -> new AlarmCommand.Confirm(t, who, words)),
                action("reset", "comment", (t, b, who, words) -> new AlarmCommand.Reset(t, who, words)),
                action(
                        "shelve",
                        "reason",
                        (t, b, who, words) -> new AlarmCommand.Shelve(
                                t, time(b), Boolean.TRUE.equals(b.getValue("one_shot")), who, words)),
                action("unshelve", "reason", (t, b, who, words) -> new AlarmCommand.Unshelve(t, who, words)),
                action("out-of-service", "reason", (t, b, who, words) -> new AlarmCommand.OutOfService(t, who, words)),
                action("in-service", "reason", (t, b, who, words) -> new AlarmCommand.InService(t, who, words)));
    }

    private Endpoint action(String name, String words, Making making) {
        return Api.post("/alarms/{incident}/" + name, c -> {
            JsonObject body = Api.body(c);
            String said = body.containsKey(words) ? Api.text(body, words, COMMENT_LIMIT) : "";
            return Api.outcome(data.alarm(making.of(c.pathParam("incident"), body, Api.user(body), said)));
        });
    }

    /** µs; 0 when the body names no time. */
    private static long time(JsonObject body) {
        if (!body.containsKey("for")) {
            return 0;
        }
        String written = Api.text(body, "for", 40);
        try {
            Duration time = Durations.parse(written);
            if (!time.isZero()) {
                return Micros.of(time);
            }
        } catch (BadValue e) {
            // told below
        }
        throw ApiException.badRequest("\"for\": \"" + written + "\" is not a time", "write for example 30m, 2h or 8h");
    }

    private Answer metrics(RoutingContext c) {
        long to = Api.instant(c, "to", api.now());
        long from = Api.instant(c, "from", to - DAY);
        if (from >= to) {
            throw ApiException.badRequest("from= is not before to=", "times are ISO 8601 or µs since 1970");
        }
        return Answer.json(ConsoleJson.shape(
                "from",
                ConsoleJson.time(from),
                "to",
                ConsoleJson.time(to),
                "items",
                data.alarmMetrics(from, to).stream().map(AlarmJson::metrics).toList()));
    }
}
