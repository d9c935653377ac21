package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.millrace.connector.Answer;
import org.millrace.connector.DocumentClient.Created;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentJson;
import org.millrace.erp.DocumentThere;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * One file of {@code src/test/resources/erp-connectors/<id>}: a document, calls with it, the exact requests they must make
 * and the answers these get. {@code proceed} takes what the find before it has brought.
 */
final class ErpCase {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CONFIRMATION = """
            {"document": "production-confirmation", "reference": "hub:acme/lyon/pr-3/press-3:2026-11-22:early:4711",
             "asset": "PR-3", "asset_name": "Press 3", "asset_path": "acme/lyon/pr-3",
             "numbers": {"work_center": "PRESS3", "operation": "0020"},
             "order": "4711", "product": "A12", "shift": "early", "day": "2026-11-22", "from": "2026-11-22T05:00:00Z",
             "to": "2026-11-22T13:00:00Z", "good": 240, "scrap": 3, "unit": "", "run_seconds": 25200,
             "setup_seconds": 600, "down_seconds": 1200, "unknown_seconds": 0, "energy_kwh": 12.5, "warnings": []}""";
    private static final String PURCHASE = """
            {"document": "purchase-request", "reference": "hub:acme/lyon/silo-1/reorder_1790000000:purchase",
             "asset": "SILO-1", "asset_name": "Silo 1", "asset_path": "acme/lyon/silo-1", "numbers": {},
             "title": "Silo 1 runs low", "material": "RM-4711", "quantity": 17.5, "unit": "t",
             "time": "2026-11-22T09:00:00Z", "incident": "i"}""";
    private static final String RESERVATION = """
            {"document": "material-reservation", "reference": "hub:acme/lyon/p-101/VIB_1790000000:parts",
             "asset": "P-101", "asset_name": "Pump 101", "asset_path": "acme/lyon/p-101", "numbers": {},
             "title": "Vibration zone D", "work_order": "WO-000001", "time": "2026-11-22T09:00:00Z", "incident": "i",
             "parts": [{"material": "BRG-6205", "quantity": 2, "unit": ""}, {"material": "SEAL-30", "quantity": 1, "unit": ""}]}""";

    private final JsonNode text;

    private ErpCase(JsonNode text) {
        this.text = text;
    }

    static ErpCase read(Path file) throws IOException {
        Object yaml = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        return new ErpCase(JSON.valueToTree(yaml));
    }

    private BusinessDocument document() {
        return DocumentJson.read(
                switch (text.path("document").asText()) {
                    case "production-confirmation" -> CONFIRMATION;
                    case "purchase-request" -> PURCHASE;
                    case "material-reservation" -> RESERVATION;
                    default -> throw new IllegalArgumentException("which document? " + text);
                });
    }

    /** As it was held: outcomes, requests, and how many answers nobody asked for. */
    ObjectNode play(ErpConnectorFile file, Clock clock) {
        Deque<JsonNode> script = new ArrayDeque<>();
        text.path("conversation").forEach(script::add);
        ArrayNode held = JSON.createArrayNode();
        Transport transport = call -> {
            JsonNode step = script.poll();
            if (step == null) {
                held.add(ConnectorCase.request(call, JSON.createObjectNode()));
                return new Transport.NotSent("the case has no answer to this request");
            }
            held.add(ConnectorCase.request(call, step.path("request")));
            return ConnectorCase.reply(step.path("answer"));
        };
        RestDocuments client = RestDocuments.of(file, reference -> "s3cret-of-" + file.id(), transport, clock);
        ObjectNode played = JSON.createObjectNode();
        ArrayNode outcomes = played.putArray("outcomes");
        DocumentThere there = new DocumentThere("", "", "", "");
        for (JsonNode call : text.path("calls")) {
            switch (call.path("call").asText()) {
                case "find" -> {
                    Answer<List<DocumentThere>> found = client.find(document());
                    if (found instanceof Answer.Ok<List<DocumentThere>> ok
                            && !ok.value().isEmpty()) {
                        there = ok.value().getFirst();
                    }
                    outcomes.add(outcome(found));
                }
                case "create" -> outcomes.add(outcome(client.create(document())));
                case "proceed" -> outcomes.add(outcome(client.proceed(document(), there)));
                default -> throw new IllegalArgumentException("unknown call " + call);
            }
        }
        played.set("requests", held);
        played.put("unused", script.size());
        return played;
    }

    ObjectNode expected() {
        ObjectNode expected = JSON.createObjectNode();
        ArrayNode outcomes = expected.putArray("outcomes");
        text.path("calls").forEach(call -> outcomes.add(call.path("outcome")));
        ArrayNode requests = expected.putArray("requests");
        text.path("conversation").forEach(step -> requests.add(step.path("request")));
        expected.put("unused", 0);
        return expected;
    }

    /** The file with what was really said in the place of what was expected; to be read before it is kept. */
    String with(ObjectNode played) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("does: ").append(text.path("does")).append('\n');
        yaml.append("document: ").append(text.path("document").asText()).append("\ncalls:\n");
        int i = 0;
        for (JsonNode call : text.path("calls")) {
            yaml.append("  - call: ").append(call.path("call").asText()).append('\n');
            yaml.append("    outcome: ")
                    .append(played.path("outcomes").path(i++))
                    .append('\n');
        }
        yaml.append("conversation:\n");
        i = 0;
        for (JsonNode request : played.path("requests")) {
            yaml.append("  - request:\n");
            request.properties()
                    .forEach(field -> yaml.append("      ")
                            .append(field.getKey())
                            .append(": ")
                            .append(field.getValue())
                            .append('\n'));
            yaml.append("    answer: ")
                    .append(text.path("conversation").path(i++).path("answer"))
                    .append('\n');
        }
        return yaml.toString();
    }

    private static ObjectNode outcome(Answer<?> answer) {
        ObjectNode out = JSON.createObjectNode();
        switch (answer) {
            case Answer.Ok<?> ok -> {
                out.put("is", "ok");
                value(out, ok.value());
            }
            case Answer.Retryable<?> failed -> out.put("is", "retryable").put("why", failed.why());
            case Answer.Throttled<?> failed -> out.put("is", "throttled").put("why", failed.why());
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
                ArrayNode found = out.putArray("found");
                for (Object item : list) {
                    DocumentThere there = (DocumentThere) item;
                    found.addObject()
                            .put("id", there.id())
                            .put("number", there.number())
                            .put("step", there.step());
                }
            }
            case Created created -> out.put("id", created.id()).put("finished", created.finished());
            default -> throw new IllegalArgumentException("unexpected " + value);
        }
    }
}
