package org.millrace.console;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.millrace.console.ConsoleData.Mode;
import org.millrace.console.ConsoleData.Outcome;
import org.millrace.console.ConsoleData.TagValue;
import org.millrace.journal.Journal;
import org.millrace.signal.Micros;

/** What each path of {@code /api/v1} answers. Every method here runs on a worker thread and may block. */
final class Api {
    private static final long HALF_HOUR = 30 * 60 * 1_000_000L;
    private static final int MOST_POINTS = 10_000;
    private static final int MOST_ROWS = 1_000;
    private static final int USER_LIMIT = 80;
    private static final int TEXT_LIMIT = 4_000;

    /** What an endpoint answers. */
    record Answer(int status, String type, String body) {
        static Answer json(Object shape) {
            return new Answer(200, "application/json; charset=utf-8", ConsoleJson.write(shape));
        }
    }

    /** @param path as in {@code openapi.yaml}, below {@code /api/v1} */
    record Endpoint(HttpMethod method, String path, Function<RoutingContext, Answer> answer) {}

    private final ConsoleData data;
    private final Clock clock;

    Api(ConsoleData data, Clock clock) {
        this.data = data;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        List<Endpoint> all = new ArrayList<>(own());
        all.addAll(new AlarmApi(data, this).endpoints());
        all.addAll(new WhyApi(data, this).endpoints());
        all.addAll(new KpiApi(data).endpoints());
        all.addAll(new DocumentApi(data).endpoints());
        return all;
    }

    private List<Endpoint> own() {
        return List.of(
                get("/info", c -> Answer.json(ConsoleJson.info(data.info(), now()))),
                get("/configuration", c -> Answer.json(ConsoleJson.configuration(data.configuration()))),
                post("/reload", this::reload),
                get("/ledger", c -> Answer.json(ConsoleJson.ledger(data.ledger()))),
                get("/sources", c -> list(data.sources(), ConsoleJson::source)),
                get("/routes", c -> list(data.routes(), ConsoleJson::route)),
                get("/assets", c -> assets()),
                get("/tags", this::tags),
                get("/tags/{path}/last", this::last),
                get("/series", this::series),
                get("/alarms", this::alarms),
                get("/work-orders", c -> list(data.workOrders(limit(c)), ConsoleJson::order)),
                get("/work-orders/{number}", c -> Answer.json(ConsoleJson.orderDetail(order(c)))),
                post("/work-orders/{number}/state", this::setState),
                post("/work-orders/{number}/comments", this::comment),
                get("/work-orders/{number}/trend.svg", this::trend),
                get("/sinks", c -> sinks()),
                get("/dead-letters", c -> list(data.deadLetters(limit(c)), ConsoleJson::deadLetter)),
                get("/dead-letters/{id}", c -> Answer.json(ConsoleJson.deadLetterDetail(deadLetter(c)))),
                post("/dead-letters/{id}/replay", this::replay),
                get("/clocks", c -> list(data.clocks(limit(c)), ConsoleJson::clock)),
                get("/unmapped", c -> list(data.unmapped(limit(c)), ConsoleJson::unmapped)));
    }

    static Endpoint get(String path, Function<RoutingContext, Answer> answer) {
        return new Endpoint(HttpMethod.GET, path, answer);
    }

    static Endpoint post(String path, Function<RoutingContext, Answer> answer) {
        return new Endpoint(HttpMethod.POST, path, answer);
    }

    private static <T> Answer list(List<T> rows, Function<T, Map<String, Object>> shape) {
        return Answer.json(ConsoleJson.shape("items", rows.stream().map(shape).toList()));
    }

    private Answer sinks() {
        long now = now();
        return list(data.sinks(), sink -> ConsoleJson.sink(sink, now));
    }

    private Journal.StoredDeadLetter deadLetter(RoutingContext c) {
        long id = letterId(c);
        return data.deadLetter(id).orElseThrow(() -> unknownLetter(id));
    }

    private Answer replay(RoutingContext c) {
        long id = letterId(c);
        ConsoleData.Replayed outcome = data.replay(id, user(body(c)));
        return switch (outcome.state()) {
            case "missing" -> throw unknownLetter(id);
            case "refused" -> throw new ApiException(409, outcome.detail(), "nothing was changed");
            default -> Answer.json(ConsoleJson.replayed(outcome));
        };
    }

    /** 409 when the files were not put in force; the body is the same. */
    private Answer reload(RoutingContext c) {
        ConsoleData.ConfigurationView outcome = data.reload(user(body(c)));
        boolean good = outcome.state().equals("applied") || outcome.state().equals("unchanged");
        Answer answer = Answer.json(ConsoleJson.configuration(outcome));
        return good ? answer : new Answer(409, answer.type(), answer.body());
    }

    private static long letterId(RoutingContext c) {
        String id = c.pathParam("id");
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("'" + id + "' is not the number of a dead letter", "/api/v1/dead-letters");
        }
    }

    private static ApiException unknownLetter(long id) {
        return ApiException.notFound(
                "no dead letter " + id,
                "the oldest go when their space is used up; /api/v1/dead-letters lists those kept");
    }

    private Answer assets() {
        Map<String, TagValue> values = valuesByTag();
        return list(data.assets(), asset -> ConsoleJson.asset(asset, values));
    }

    private Answer tags(RoutingContext c) {
        String like = query(c, "like", "").toLowerCase(Locale.ROOT);
        Map<String, TagValue> values = valuesByTag();
        List<Map<String, Object>> tags = data.assets().stream()
                .flatMap(asset -> asset.tags().stream()
                        .filter(tag -> tag.path().toLowerCase(Locale.ROOT).contains(like))
                        .map(tag -> ConsoleJson.tag(asset, tag, values)))
                .limit(limit(c))
                .toList();
        return Answer.json(ConsoleJson.shape("items", tags));
    }

    private Map<String, TagValue> valuesByTag() {
        return data.values().stream().collect(Collectors.toMap(TagValue::tag, v -> v, (a, b) -> b));
    }

    private Answer last(RoutingContext c) {
        String path = c.pathParam("path");
        return Answer.json(ConsoleJson.value(data.last(path).orElseThrow(() -> unknownTag(path))));
    }

    private Answer series(RoutingContext c) {
        String tag = query(c, "tag", "");
        if (tag.isEmpty()) {
            throw ApiException.badRequest("the query needs tag=", "give a full tag path; /api/v1/tags lists them");
        }
        long to = instant(c, "to", now());
        long from = instant(c, "from", to - HALF_HOUR);
        if (from >= to) {
            throw ApiException.badRequest("from= is not before to=", "times are ISO 8601 or µs since 1970");
        }
        var asked = new ConsoleData.SeriesQuery(tag, from, to, mode(c), whole(c, "points", 600, 1, MOST_POINTS));
        return Answer.json(ConsoleJson.series(asked, data.series(asked).orElseThrow(() -> unknownTag(tag))));
    }

    private static Mode mode(RoutingContext c) {
        String mode = query(c, "mode", "lttb");
        for (Mode known : Mode.values()) {
            if (known.name().equalsIgnoreCase(mode)) {
                return known;
            }
        }
        throw ApiException.badRequest("mode=" + mode + " is not known", "one of raw, avg, min, max, twa, lttb");
    }

    private Answer alarms(RoutingContext c) {
        String state = query(c, "state", "open");
        if (!state.equals("open") && !state.equals("all")) {
            throw ApiException.badRequest("state=" + state + " is not known", "one of open, all");
        }
        long now = now();
        return list(data.alarms(state.equals("open"), limit(c)), alarm -> ConsoleJson.alarm(alarm, now));
    }

    private Answer setState(RoutingContext c) {
        JsonObject body = body(c);
        return outcome(data.setState(c.pathParam("number"), text(body, "state", 40), user(body)));
    }

    private Answer comment(RoutingContext c) {
        JsonObject body = body(c);
        return outcome(data.comment(c.pathParam("number"), text(body, "text", TEXT_LIMIT), user(body)));
    }

    private ConsoleData.WorkOrderDetail order(RoutingContext c) {
        String number = c.pathParam("number");
        return data.workOrder(number)
                .orElseThrow(() ->
                        ApiException.notFound("no work order " + number, "/api/v1/work-orders lists the numbers"));
    }

    private Answer trend(RoutingContext c) {
        ConsoleData.WorkOrderDetail detail = order(c);
        if (detail.trendSvg().isEmpty()) {
            throw ApiException.notFound(
                    detail.order().number() + " has no trend",
                    "its tag had no values in the 30 minutes before the event");
        }
        return new Answer(200, "image/svg+xml; charset=utf-8", detail.trendSvg());
    }

    static Answer outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done done -> Answer.json(ConsoleJson.shape("ok", true));
            case Outcome.NotFound missing -> throw ApiException.notFound(missing.what(), "it may have been closed");
            case Outcome.Refused refused ->
                throw new ApiException(409, refused.why(), "reload to see the present state");
        };
    }

    static JsonObject body(RoutingContext c) {
        try {
            JsonObject body = c.body().asJsonObject();
            return body == null ? new JsonObject() : body;
        } catch (DecodeException | ClassCastException e) {
            throw ApiException.badRequest("the body is not a JSON object", "send for example {\"user\": \"anna\"}");
        }
    }

    static String user(JsonObject body) {
        return body.containsKey("user") ? text(body, "user", USER_LIMIT) : "console";
    }

    static String text(JsonObject body, String field, int limit) {
        if (!(body.getValue(field) instanceof String text) || text.isBlank()) {
            throw ApiException.badRequest(
                    "the body needs \"" + field + "\" as a text", "it is missing, empty or no text");
        }
        if (text.length() > limit) {
            throw ApiException.badRequest("\"" + field + "\" is too long", "at most " + limit + " characters");
        }
        return text.strip();
    }

    private static ApiException unknownTag(String path) {
        return ApiException.notFound("no tag " + path, "/api/v1/tags lists the full paths");
    }

    static String query(RoutingContext c, String name, String otherwise) {
        String value = c.queryParams().get(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    static int limit(RoutingContext c) {
        return whole(c, "limit", MOST_ROWS, 1, MOST_ROWS * 10);
    }

    static int whole(RoutingContext c, String name, int otherwise, int least, int most) {
        String value = query(c, name, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, the same as out of range
        }
        throw ApiException.badRequest(
                name + "=" + value + " is not possible", "a whole number from " + least + " to " + most);
    }

    static long instant(RoutingContext c, String name, long otherwise) {
        String value = query(c, name, "");
        try {
            if (value.isEmpty()) {
                return otherwise;
            }
            return value.chars().allMatch(Character::isDigit) ? Long.parseLong(value) : Micros.of(Instant.parse(value));
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw ApiException.badRequest(
                    name + "=" + value + " is not a time", "ISO 8601 such as 2026-11-22T17:00:00Z, or µs since 1970");
        }
    }

    long now() {
        return Micros.of(clock.instant());
    }
}
