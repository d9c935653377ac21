package org.millrace.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The server on a real socket: the contract of openapi.yaml, and what it refuses. */
class ConsoleServerIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> PARAMETERS =
            Map.of("path", FakePlant.VIBRATION, "incident", FakePlant.INCIDENT, "number", FakePlant.ORDER, "id", "12");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final FakePlant plant = new FakePlant(Clock.systemUTC());
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private ConsoleServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ConsoleServer(
                new ConsoleServer.Options("127.0.0.1", 0, Set.of("Hub.Plant.Example")),
                plant,
                registry,
                Clock.systemUTC());
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    // ---- the contract

    @Test
    @SuppressWarnings("unchecked")
    void everyPathAnswersAsTheDocumentSays() throws Exception {
        Map<String, Object> document = document();
        Map<String, Map<String, Object>> paths = (Map<String, Map<String, Object>>) document.get("paths");
        for (var path : paths.entrySet()) {
            for (var operation : path.getValue().entrySet()) {
                if (path.getKey().endsWith("/events")) {
                    continue; // never ends; see deliversEvents
                }
                Map<String, Object> shape = (Map<String, Object>) operation.getValue();
                HttpResponse<String> answer = call(operation.getKey(), path.getKey());
                String what = operation.getKey() + " " + path.getKey();
                assertThat(answer.statusCode()).as(what + ": " + answer.body()).isEqualTo(200);
                holds(what, answer, (Map<Object, Object>) shape.get("responses"), document);
            }
        }
    }

    private HttpResponse<String> call(String method, String template) throws Exception {
        String path = template;
        for (var parameter : PARAMETERS.entrySet()) {
            path = path.replace("{" + parameter.getKey() + "}", encode(parameter.getValue()));
        }
        if (path.equals("/api/v1/series")) {
            path += "?points=50&tag=" + encode(FakePlant.VIBRATION);
        }
        if (path.equals("/api/v1/why-not")) {
            path += "?tag=" + encode(FakePlant.VIBRATION);
        }
        return method.equals("get")
                ? get(path)
                : post(
                        path,
                        "{\"user\":\"anna\",\"state\":\"in_progress\",\"reason\":\"no material\",\"start\":12,\"text\":\"seen\","
                                + "\"system\":\"tryton\",\"reference\":\"hub:shift:12\"}");
    }

    @SuppressWarnings("unchecked")
    private static void holds(
            String what, HttpResponse<String> answer, Map<Object, Object> responses, Map<String, Object> document)
            throws Exception {
        Map<String, Object> content = (Map<String, Object>) ((Map<String, Object>) responses.get("200")).get("content");
        String type = content.keySet().iterator().next();
        assertThat(answer.headers().firstValue("content-type").orElse(""))
                .as(what)
                .startsWith(type);
        if (type.equals("application/json")) {
            check(
                    what,
                    JSON.readTree(answer.body()),
                    (Map<String, Object>) ((Map<String, Object>) content.get(type)).get("schema"),
                    document);
        }
    }

    /** Required properties, no undocumented ones, and the same for what is inside. */
    @SuppressWarnings("unchecked")
    private static void check(String where, JsonNode node, Map<String, Object> schema, Map<String, Object> document) {
        if (schema.get("$ref") instanceof String ref) {
            Map<String, Object> components = (Map<String, Object>) document.get("components");
            Map<String, Object> schemas = (Map<String, Object>) components.get("schemas");
            check(where, node, (Map<String, Object>) schemas.get(ref.substring(ref.lastIndexOf('/') + 1)), document);
        } else if (schema.get("properties") instanceof Map<?, ?> properties) {
            Set<String> names = new TreeSet<>();
            node.fieldNames().forEachRemaining(names::add);
            assertThat(names)
                    .as(where)
                    .containsExactlyInAnyOrderElementsOf(((Map<String, Object>) properties).keySet());
            assertThat(names).as(where).containsAll((List<String>) schema.getOrDefault("required", List.of()));
            properties.forEach((name, inner) ->
                    check(where + "." + name, node.get((String) name), (Map<String, Object>) inner, document));
        } else if ("array".equals(schema.get("type"))) {
            assertThat(node.isArray()).as(where).isTrue();
            node.forEach(item -> check(where + "[]", item, (Map<String, Object>) schema.get("items"), document));
        } else if (schema.get("enum") instanceof List<?> known) {
            assertThat((Object) node.asText()).as(where).isIn(known);
        } else if (schema.get("additionalProperties") instanceof Map<?, ?> inner) {
            node.forEach(item -> check(where + ".*", item, (Map<String, Object>) inner, document));
        } else {
            List<Object> types =
                    schema.get("type") instanceof List<?> many ? List.copyOf(many) : List.of(schema.get("type"));
            assertThat(type(node))
                    .as(where)
                    .matches(t -> types.contains(t) || t.equals("integer") && types.contains("number"));
        }
    }

    private static String type(JsonNode node) {
        return node.isIntegralNumber() ? "integer" : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    @Test
    @SuppressWarnings("unchecked")
    void everyRouteIsInTheDocument() throws Exception {
        Set<String> documented = new TreeSet<>();
        ((Map<String, Map<String, Object>>) document().get("paths"))
                .forEach((path, operations) -> operations
                        .keySet()
                        .forEach(method -> documented.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path)));
        assertThat(new TreeSet<>(server.operations())).isEqualTo(documented);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> document() throws Exception {
        return (Map<String, Object>) new Load(LoadSettings.builder().build())
                .loadFromString(get("/api/v1/openapi.yaml").body());
    }

    // ---- health and metrics

    @Test
    void isReadyOnlyWhenNothingSpeaksAgainstIt() throws Exception {
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        plant.notReady("historian: connection refused, 118 samples are queued");
        HttpResponse<String> answer = get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(JSON.readTree(answer.body()).at("/reasons/0").asText()).startsWith("historian: connection refused");
        assertThat(get("/health/live").statusCode()).as("not ready is not dead").isEqualTo(200);
    }

    @Test
    void metricsSayWhatTheLedgerSays() throws Exception {
        String text = get("/metrics").body();
        assertThat(text.lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(
                        line -> line.matches("[a-z_:]+(\\{([a-z_]+=\"[^\"]*\",?)*})? [-+0-9.eE]+"),
                        "a Prometheus sample");
        assertThat(text)
                .contains(
                        "millrace_source_up{kind=\"opcua\",source=\"press-2\"} 0.0",
                        "millrace_source_up{kind=\"mqtt\",source=\"field\"} 1.0",
                        "millrace_ledger_filtered_readings_total{reason=\"deadband\",source=\"field\"} 120.0",
                        "millrace_sink_queued_samples{sink=\"historian\"} 118.0",
                        "millrace_journal_lag_entries{cursor=\"historian\"} 10.0",
                        "millrace_sink_up{kind=\"journal\",sink=\"historian\"} 0.0",
                        "millrace_sink_failures{kind=\"journal\",sink=\"historian\"} 7.0",
                        "millrace_sink_lag_samples{kind=\"journal\",sink=\"historian\"} 118.0",
                        "millrace_sink_oldest_waiting_seconds{kind=\"journal\",sink=\"historian\"} 6",
                        "millrace_ledger_balanced 1.0",
                        "millrace_dead_letters_total 12.0",
                        "millrace_alarms_open{severity=\"critical\"} 1.0",
                        "millrace_work_orders_open 3.0");
    }

    // ---- actions

    @Test
    void acknowledgesOnceAndSaysWhoDidIt() throws Exception {
        String path = "/api/v1/alarms/" + encode(FakePlant.INCIDENT) + "/ack";
        assertThat(post(path, "{\"user\":\"anna\"}").statusCode()).isEqualTo(200);
        assertThat(plant.acked()).containsEntry(FakePlant.INCIDENT, "anna");
        assertThat(post(path, "{\"user\":\"ben\"}").statusCode()).as("again").isEqualTo(409);
        assertThat(plant.acked()).containsEntry(FakePlant.INCIDENT, "anna");
    }

    @Test
    void shelvesWithReasonAndTimeAndSaysSo() throws Exception {
        String path = "/api/v1/alarms/" + encode(FakePlant.INCIDENT);
        assertThat(post(path + "/shelve", "{\"user\":\"anna\",\"reason\":\"known leak\",\"for\":\"2h\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(plant.shelved().get(FakePlant.INCIDENT).micros()).isEqualTo(7_200_000_000L);
        JsonNode handling = JSON.readTree(get("/api/v1/alarms").body()).at("/items/0/handling");
        assertThat(handling.at("/silencedBy/0").asText()).isEqualTo("shelved");
        assertThat(handling.get("shelvedBy").asText()).isEqualTo("anna");
        assertThat(handling.get("shelvedWhy").asText()).isEqualTo("known leak");
        assertThat(JSON.readTree(get("/api/v1/alarms/shelved").body())
                        .at("/items/0/alarm")
                        .asText())
                .isEqualTo("vib-zone@P-101");
        assertThat(post(path + "/shelve", "{\"for\":\"two hours\"}").body())
                .contains("is not a time", "write for example 30m");
        assertThat(post(path + "/unshelve", "{}").statusCode()).isEqualTo(200);
        assertThat(post(path + "/unshelve", "{}").statusCode()).isEqualTo(409);
    }

    @Test
    void replaysADeadLetterByItsNumberAndRefusesOthers() throws Exception {
        JsonNode outcome = JSON.readTree(
                post("/api/v1/dead-letters/12/replay", "{\"user\":\"anna\"}").body());
        assertThat(outcome.get("state").asText()).isEqualTo("failed");
        assertThat(plant.acked()).containsEntry("replay 12", "anna");
        assertThat(post("/api/v1/dead-letters/13/replay", "{}").statusCode()).isEqualTo(404);
        assertThat(post("/api/v1/dead-letters/twelve/replay", "{}").statusCode())
                .isEqualTo(400);
        JsonNode letter = JSON.readTree(get("/api/v1/dead-letters/12").body());
        assertThat(java.util.Base64.getDecoder().decode(letter.get("base64").asText()))
                .asString()
                .contains("v_rms");
    }

    @Test
    void aRefusedReloadIsAConflictThatNamesFileAndLine() throws Exception {
        HttpResponse<String> refused = post("/api/v1/reload", "{\"user\":\"bad\"}");

        assertThat(refused.statusCode()).isEqualTo(409);
        JsonNode problem = JSON.readTree(refused.body()).path("problems").path(0);
        assertThat(problem.path("file").asText()).isEqualTo("connectors-config/rules/vib.yaml");
        assertThat(problem.path("line").asInt()).isEqualTo(7);
    }

    @Test
    void movesAWorkOrderOnlyWhereItMayGo() throws Exception {
        String path = "/api/v1/work-orders/" + FakePlant.ORDER;
        assertThat(post(path + "/state", "{\"state\":\"done\",\"user\":\"anna\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(JSON.readTree(get(path).body()).get("state").asText()).isEqualTo("done");
        HttpResponse<String> back = post(path + "/state", "{\"state\":\"open\"}");
        assertThat(back.statusCode()).isEqualTo(409);
        assertThat(JSON.readTree(back.body()).get("error").asText()).contains("cannot become open");
        assertThat(post(path + "/comments", "{\"text\":\"bearing changed\",\"user\":\"anna\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(get(path).body()).contains("bearing changed");
    }

    @Test
    void refusesBodiesThatAreNotWhatWasAsked() throws Exception {
        String path = "/api/v1/work-orders/" + FakePlant.ORDER + "/state";
        for (String bad : List.of(
                "",
                "{}",
                "[]",
                "{\"state\":7}",
                "{\"state\":\" \"}",
                "{nonsense",
                "{\"state\":\"" + "x".repeat(50) + "\"}")) {
            HttpResponse<String> answer = post(path, bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(JSON.readTree(answer.body()).get("hint").asText())
                    .as(bad)
                    .isNotEmpty();
        }
        assertThat(post(path, "{\"state\":\"" + "x".repeat(70_000) + "\"}").statusCode())
                .isEqualTo(413);
    }

    // ---- what it refuses

    @Test
    void answersUnknownIdsWith404AndAHint() throws Exception {
        for (String path : List.of(
                "/api/v1/tags/acme%2Fnothing/last",
                "/api/v1/series?tag=acme/nothing",
                "/api/v1/work-orders/WO-9",
                "/api/v1/work-orders/WO-000002/trend.svg",
                "/api/v1/nothing",
                "/web/../openapi.yaml",
                "/web/%2e%2e%2fweb",
                "/nothing")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(JSON.readTree(answer.body()).get("hint").asText())
                    .as(path)
                    .isNotEmpty();
        }
        assertThat(post("/api/v1/alarms/none/ack", "{}").statusCode()).isEqualTo(404);
        assertThat(post("/api/v1/work-orders/WO-9/state", "{\"state\":\"done\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void refusesQueriesThatCannotBeMeant() throws Exception {
        String tag = "/api/v1/series?tag=" + encode(FakePlant.VIBRATION);
        for (String bad : List.of(
                "/api/v1/series",
                tag + "&points=0",
                tag + "&points=1e9",
                tag + "&mode=guess",
                tag + "&from=yesterday",
                tag + "&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
                tag + "&to=99999999999999999999",
                "/api/v1/alarms?state=maybe",
                "/api/v1/work-orders?limit=-1")) {
            assertThat(get(bad).statusCode()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void takesTagPathsWithTheirSlashesAsTheyAre() throws Exception {
        assertThat(JSON.readTree(get("/api/v1/tags/" + FakePlant.VIBRATION + "/last")
                                .body())
                        .get("tag")
                        .asText())
                .isEqualTo(FakePlant.VIBRATION);
    }

    @Test
    void tellsAFailureWithoutItsInsides() throws Exception {
        plant.breakDown();
        HttpResponse<String> answer = get("/api/v1/assets");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body())
                .doesNotContain("secret")
                .doesNotContain("Exception")
                .doesNotContain(".java");
        assertThat(get("/metrics").body()).as("what can be read is served").contains("millrace_uptime_seconds");
    }

    /** DNS rebinding: the page of evil.example, its name now pointing here, sends its own name as Host. */
    @Test
    void servesOnlyUnderItsOwnNames() throws Exception {
        assertThat(raw("GET /api/v1/info HTTP/1.1\r\nHost: evil.example\r\n")).startsWith("HTTP/1.1 421");
        assertThat(raw("GET / HTTP/1.1\r\nHost: localhost.evil.example:8080\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(raw("GET /api/v1/info HTTP/1.1\r\nHost: hub.plant.example:8443\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: LOCALHOST\r\n")).startsWith("HTTP/1.1 200");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: 10.1.2.3:8080\r\n"))
                .as("a probe on the pod's address")
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void refusesOtherPagesAndTheirForms() throws Exception {
        String path = "/api/v1/alarms/" + encode(FakePlant.INCIDENT) + "/ack";
        assertThat(send(request(path)
                                .header("Origin", "https://evil.example")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(request(path)
                                .header("Origin", "null")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(request(path)
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(415);
        assertThat(plant.acked()).isEmpty();
        assertThat(send(request(path)
                                .header("Origin", "http://127.0.0.1:" + server.port())
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .statusCode())
                .as("its own page")
                .isEqualTo(200);
    }

    @Test
    void everyAnswerCarriesThePolicyAndNoCrossOriginPermission() throws Exception {
        for (String path : List.of(
                "/",
                "/web/main.js",
                "/api/v1/info",
                "/api/v1/work-orders/" + FakePlant.ORDER + "/trend.svg",
                "/nothing")) {
            var headers = get(path).headers();
            assertThat(headers.firstValue("content-security-policy").orElse(""))
                    .as(path)
                    .contains("default-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(headers.firstValue("x-content-type-options")).as(path).contains("nosniff");
            assertThat(headers.firstValue("access-control-allow-origin"))
                    .as(path)
                    .isEmpty();
        }
    }

    /** Names from the field reach the browser as JSON text or escaped XML; the pages put them in as text nodes. */
    @Test
    void neverServesAHostileNameAsMarkup() throws Exception {
        HttpResponse<String> assets = get("/api/v1/assets");
        assertThat(assets.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        assertThat(JSON.readTree(assets.body()).findValuesAsText("name")).contains(FakePlant.HOSTILE);
        assertThat(get("/").body())
                .doesNotContain("alert(1)")
                .doesNotContain("onclick=")
                .doesNotContain("<script>");
        for (String script : List.of("main", "overview", "orders", "alarms", "flow", "tag", "dom")) {
            assertThat(get("/web/" + script + ".js").body())
                    .as(script)
                    .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
        }
    }

    @Test
    void pagesAreRevalidatedNotSentAgain() throws Exception {
        String etag = get("/web/main.js").headers().firstValue("etag").orElseThrow();
        assertThat(send(request("/web/main.js").header("If-None-Match", etag)).statusCode())
                .isEqualTo(304);
        assertThat(get("/web/uplot.js").statusCode()).as("from the webjar").isEqualTo(200);
    }

    @Test
    void saysWhatToDoWhenThePortIsTaken() {
        ConsoleServer second = new ConsoleServer(
                new ConsoleServer.Options("127.0.0.1", server.port(), Set.of()),
                plant,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                Clock.systemUTC());
        assertThatThrownBy(second::start).isInstanceOf(IOException.class).hasMessageContaining("choose another port");
        second.close();
    }

    // ---- live events

    @Test
    void deliversEventsAsTheyHappen() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpResponse<InputStream> stream =
                client.send(request("/api/v1/events").build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        Thread.ofVirtual().start(() -> {
            try (var reader = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | java.io.UncheckedIOException e) {
                lines.add("end");
            }
        });
        within(() -> assertThat(lines)
                .contains(
                        "event: hello",
                        "event: values",
                        "event: alarm",
                        "event: order",
                        "event: source",
                        "event: ledger"));
        int before = lines.size();
        post("/api/v1/alarms/" + encode(FakePlant.INCIDENT) + "/ack", "{\"user\":\"anna\"}");
        within(() -> assertThat(List.copyOf(lines).subList(before, lines.size()))
                .anyMatch(line -> line.startsWith("data: ")
                        && line.contains("vib-zone")
                        && line.contains("\"acknowledged\":true")));
        stream.body().close();
    }

    private static void within(Runnable check) {
        org.awaitility.Awaitility.await().untilAsserted(check::run);
    }

    // ---- plumbing

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Java's client does not let a test choose Host. */
    private String raw(String head) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port());
                OutputStream out = socket.getOutputStream()) {
            out.write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
