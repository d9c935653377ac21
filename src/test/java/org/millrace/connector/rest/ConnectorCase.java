package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.connector.Answer;
import org.millrace.connector.OrderClient;
import org.millrace.connector.OrderClient.Draft;
import org.millrace.connector.OrderClient.Reading;
import org.millrace.connector.OrderClient.RemoteOrder;
import org.millrace.connector.OrderClient.State;
import org.millrace.connector.RegisterAsset;
import org.millrace.rule.RuleFile.Severity;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * One file of {@code src/test/resources/connectors/<id>/cases}: a call, the exact requests it must make, the answers
 * they get, and what must come of it. The form is described in {@code connectors/README.md} beside them.
 */
final class ConnectorCase {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonNode text;

    private ConnectorCase(JsonNode text) {
        this.text = text;
    }

    static ConnectorCase read(Path file) throws IOException {
        Object yaml = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        return new ConnectorCase(JSON.valueToTree(yaml));
    }

    /** The conversation as it was held, in the form of the file, with the requests that were really made. */
    JsonNode play(ConnectorFile file, java.time.Clock clock) {
        Deque<JsonNode> script = new ArrayDeque<>();
        text.path("conversation").forEach(script::add);
        ArrayNode held = JSON.createArrayNode();
        Transport transport = call -> {
            JsonNode step = script.poll();
            if (step == null) {
                held.addObject().set("request", request(call, JSON.createObjectNode()));
                return new Transport.NotSent("the case has no answer to this request");
            }
            held.addObject().set("request", request(call, step.path("request")));
            return reply(step.path("answer"));
        };
        RestConnector connector = RestConnector.of(file, reference -> "s3cret-of-" + file.id(), transport, clock);
        ObjectNode played = JSON.createObjectNode();
        ArrayNode outcomes = played.putArray("outcomes");
        for (JsonNode call : calls()) {
            outcomes.add(outcome(call(connector, call)));
        }
        played.set("requests", held);
        played.put("unused", script.size());
        return played;
    }

    JsonNode expected() {
        ObjectNode expected = JSON.createObjectNode();
        ArrayNode outcomes = expected.putArray("outcomes");
        calls().forEach(call -> outcomes.add(call.path("outcome")));
        ArrayNode requests = expected.putArray("requests");
        text.path("conversation").forEach(step -> requests.addObject().set("request", step.path("request")));
        expected.put("unused", 0);
        return expected;
    }

    private ArrayNode calls() {
        ArrayNode calls = JSON.createArrayNode();
        text.path("calls").forEach(calls::add);
        return calls;
    }

    /** What was sent; of headers only those the case names, and those it says are absent. */
    static ObjectNode request(Transport.Call call, JsonNode expected) {
        ObjectNode request = JSON.createObjectNode();
        URI uri = call.uri();
        request.put("line", call.method() + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath());
        if (uri.getRawQuery() != null) {
            request.set("query", query(uri.getRawQuery()));
        }
        if (expected.has("headers")) {
            ObjectNode headers = request.putObject("headers");
            Map<String, String> sent = new HashMap<>();
            call.headers().forEach((name, value) -> sent.put(name.toLowerCase(Locale.ROOT), value));
            expected.path("headers")
                    .fieldNames()
                    .forEachRemaining(name -> headers.put(name, sent.get(name.toLowerCase(Locale.ROOT))));
        }
        if (call.body().length > 0) {
            String body = new String(call.body(), StandardCharsets.UTF_8);
            if (expected.has("text")) {
                request.put("text", body);
            } else {
                try {
                    request.set("json", JSON.readTree(body));
                } catch (IOException e) {
                    request.put("text", body);
                }
            }
        }
        return request;
    }

    private static ObjectNode query(String raw) {
        ObjectNode query = JSON.createObjectNode();
        for (String pair : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    static Transport.Reply reply(JsonNode answer) {
        if (answer.has("lost")) {
            return new Transport.Lost(answer.path("lost").asText());
        }
        if (answer.has("not_sent")) {
            return new Transport.NotSent(answer.path("not_sent").asText());
        }
        Map<String, String> headers = new HashMap<>();
        answer.path("headers")
                .properties()
                .forEach(entry -> headers.put(
                        entry.getKey().toLowerCase(Locale.ROOT),
                        entry.getValue().asText()));
        String body = answer.has("json")
                ? answer.path("json").toString()
                : answer.path("text").asText("");
        return new Transport.Answered(answer.path("status").asInt(), headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Answer<?> call(RestConnector connector, JsonNode call) {
        JsonNode with = call.path("with");
        String id = with.path("id").asText();
        return switch (call.path("call").asText()) {
            case "find" -> connector.find(with.path("reference").asText());
            case "get" -> connector.get(id);
            case "create" -> connector.create(draft(with));
            case "update" -> connector.update(id, draft(with));
            case "comment" -> connector.comment(id, with.path("text").asText());
            case "state" ->
                connector.setState(
                        id,
                        State.valueOf(with.path("state").asText().toUpperCase(Locale.ROOT)),
                        with.path("note").asText());
            case "attach" ->
                connector.attach(
                        id,
                        with.path("name").asText(),
                        with.path("media_type").asText(),
                        Base64.getDecoder().decode(with.path("base64").asText()));
            case "changes" -> connector.changes(with.path("cursor").asText());
            case "reading" ->
                connector.reading(new Reading(
                        with.path("asset").asText("P-101"),
                        with.path("meter").asText(),
                        with.path("value").asDouble(),
                        with.path("unit").asText("h"),
                        Instant.parse(with.path("time").asText("2026-11-22T10:00:00Z"))));
            case "assets" -> connector.assets(with.has("page") ? Optional.of(with.path("page")) : Optional.empty());
            case "lookup_asset" -> connector.lookupAsset(with.path("number").asText());
            default -> throw new IllegalArgumentException("unknown call " + call);
        };
    }

    /** A ticket of the pump, with what the case says otherwise. */
    static Draft draft(JsonNode with) {
        Map<String, String> cmms = new LinkedHashMap<>();
        with.path("cmms")
                .properties()
                .forEach(e -> cmms.put(e.getKey(), e.getValue().asText()));
        return new Draft(
                with.path("reference").asText("hub:acme/lyon/p-101/VIB/vib-zone:1"),
                with.path("title").asText("Vibration zone D on Cooling water pump"),
                with.path("text").asText("8.2 mm/s > 7.1 mm/s & rising"),
                Severity.valueOf(with.path("severity").asText("critical").toUpperCase(Locale.ROOT)),
                "P-101",
                "Cooling water pump",
                "acme/lyon/utilities/cooling/p-101",
                "VIB",
                cmms,
                with.path("asset_down").asBoolean(false),
                Instant.parse(with.path("since").asText("2026-11-22T09:58:00Z")),
                with.has("due") ? Optional.of(Instant.parse(with.path("due").asText())) : Optional.empty(),
                with.has("link") ? Optional.of(with.path("link").asText()) : Optional.empty(),
                Map.of("rule", "vib-zone", "level", "D"));
    }

    private static JsonNode outcome(Answer<?> answer) {
        ObjectNode out = JSON.createObjectNode();
        switch (answer) {
            case Answer.Ok<?> ok -> {
                out.put("is", "ok");
                value(out, ok.value());
            }
            case Answer.Retryable<?> failed -> out.put("is", "retryable").put("why", failed.why());
            case Answer.Throttled<?> failed -> {
                out.put("is", "throttled").put("why", failed.why());
                failed.after().ifPresent(after -> out.put("after", after.toString()));
            }
            case Answer.Unauthorized<?> failed -> out.put("is", "unauthorized").put("why", failed.why());
            case Answer.Permanent<?> failed -> out.put("is", "permanent").put("why", failed.why());
            case Answer.Unknown<?> failed -> out.put("is", "unknown").put("why", failed.why());
        }
        return out;
    }

    private static void value(ObjectNode out, Object value) {
        switch (value) {
            case null -> {}
            case Iterable<?> list -> {
                ArrayNode orders = out.putArray("orders");
                list.forEach(item -> orders.add(order((RemoteOrder) item)));
            }
            case RemoteOrder order -> out.set("order", order(order));
            case Optional<?> maybe -> {
                Object found = maybe.orElse(null);
                if (found instanceof RemoteOrder order) {
                    out.set("order", order(order));
                } else if (found == null) {
                    out.put("found", false);
                } else {
                    out.put("id", found.toString());
                }
            }
            case RegisterPage page -> {
                ArrayNode assets = out.putArray("assets");
                page.assets().forEach(asset -> assets.add(asset(asset)));
                page.total().ifPresent(total -> out.put("total", total));
                page.next().ifPresent(next -> out.set("next", next));
            }
            case OrderClient.Changes changes -> {
                value(out, changes.orders());
                out.put("cursor", changes.cursor());
            }
            default -> throw new IllegalArgumentException("unexpected " + value);
        }
    }

    private static ObjectNode asset(RegisterAsset asset) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", asset.id())
                .put("number", asset.number())
                .put("name", asset.name());
        asset.parent().ifPresent(parent -> json.put("parent", parent));
        if (!asset.location().isEmpty()) {
            asset.location().forEach(json.putArray("location")::add);
        }
        asset.type().ifPresent(type -> json.put("class", type));
        asset.criticality().ifPresent(criticality -> json.put("criticality", criticality));
        ObjectNode cmms = json.putObject("cmms");
        asset.cmms().forEach(cmms::put);
        return json;
    }

    private static ObjectNode order(RemoteOrder order) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", order.id())
                .put("number", order.number())
                .put("state", order.state().name().toLowerCase(Locale.ROOT))
                .put("raw", order.rawState());
        order.reference().ifPresent(reference -> json.put("reference", reference));
        if (order.touched()) {
            json.put("touched", true);
        }
        order.updated().ifPresent(updated -> json.put("updated", updated.toString()));
        return json;
    }
}
