package org.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Hub;
import org.millrace.HubOptions;
import org.millrace.demo.FieldBroker;
import org.millrace.demo.LoopbackModbusServer;
import org.millrace.demo.LoopbackOpcUaServer;

/**
 * What comes from the field and is wrong: each is counted and kept with its reason, or shown as unmapped; its neighbours
 * in the same payload and on the same connection go through; and the account is right to the unit.
 */
class BadInputFault {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SILO = "acme/lyon/stores/silo/";
    private static final String PRESS = "acme/lyon/hall/press/";
    private static final String PUMP = "acme/lyon/water/pump/";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final long start = Instant.now().minusSeconds(3_600).getEpochSecond() * 1_000_000;

    @Test
    void badInputIsCountedKeptAndHurtsNobodyElse() throws Exception {
        int opcUa = freePort();
        int modbus = freePort();
        SimpleProcessImage registers = new SimpleProcessImage(1);
        for (int i = 0; i < 5; i++) {
            registers.addRegister(new SimpleRegister(700 + i));
        }
        Map<String, LoopbackOpcUaServer.Variable> nodes =
                Map.of("Oil", new LoopbackOpcUaServer.Variable(NodeIds.Double, new DataValue(new Variant(61.5))));
        try (FieldBroker broker = FieldBroker.start(folder.resolve("broker"), 0);
                LoopbackOpcUaServer server = new LoopbackOpcUaServer(opcUa, List.of("urn:acme:press"), nodes);
                LoopbackModbusServer plc = new LoopbackModbusServer(modbus, registers)) {
            server.start();
            Path home = home(broker.uri(), server.endpoint(), "modbus-tcp://127.0.0.1:" + modbus);
            try (Hub hub = Hub.start(new HubOptions(home, folder.resolve("data"), Map.of(), OptionalInt.of(0)))) {
                await().untilAsserted(() -> assertThat(get(hub, "sources").path("items"))
                        .hasSize(3)
                        .allSatisfy(s ->
                                assertThat(s.path("up").asBoolean()).as("%s", s).isTrue()));
                publish(broker);
                payloads(hub);
                missingNode(hub);
                missingRegister(hub);
                account(hub);
            }
        }
    }

    /** Every message has a good neighbour; numbers in the values tell them apart. */
    private void publish(FieldBroker broker) {
        Mqtt5BlockingClient device = Mqtt5Client.builder()
                .identifier("device")
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .buildBlocking();
        device.connect();
        send(device, "silo", "{\"ts\":" + (start + 1) + ",\"values\":{\"level\":10,\"temp\":20.5}}");
        send(device, "silo", "{\"ts\":" + (start + 2) + ",\"values\":{\"level\":11,");
        send(device, "silo", "\u0000\u0001 not json at all");
        send(device, "silo", "{\"ts\":" + (start + 3) + ",\"values\":{\"level\":\"full\",\"temp\":21.5}}");
        send(device, "silo", "{\"ts\":" + (start + 4) + ",\"values\":{\"level\":NaN,\"temp\":22.5}}");
        send(device, "silo", "{\"ts\":\"1970-01-01T00:00:05Z\",\"values\":{\"level\":12,\"temp\":99.5}}");
        send(device, "silo", "{\"ts\":\"2099-01-01T00:00:00Z\",\"values\":{\"level\":13,\"temp\":98.5}}");
        send(device, "silo", "{\"ts\":" + (start + 5) + ",\"values\":{\"level\":14,\"temp\":23.5,\"colour\":\"red\"}}");
        send(device, "stranger", "{\"ts\":" + (start + 6) + ",\"values\":{\"level\":77}}");
        send(device, "stranger", "{\"ts\":" + (start + 7) + ",\"values\":{\"level\":78}}");
        send(device, "silo", "{\"ts\":" + (start + 8) + ",\"values\":{\"level\":15,\"temp\":24.5}}");
        device.disconnect();
    }

    private static void send(Mqtt5BlockingClient device, String name, String payload) {
        device.publishWith()
                .topic("plant/lyon/" + name + "/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(UTF_8))
                .send();
    }

    private void payloads(Hub hub) {
        await().untilAsserted(() -> {
            assertThat(series(hub, SILO + "temp")).containsExactly(20.5, 21.5, 22.5, 23.5, 24.5);
            assertThat(series(hub, SILO + "level")).containsExactly(10.0, 14.0, 15.0);
        });
        JsonNode letters = get(hub, "dead-letters").path("items");
        Map<String, Integer> reasons = new TreeMap<>();
        letters.forEach(letter -> reasons.merge(letter.path("reason").asText(), 1, Integer::sum));
        assertThat(reasons)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "malformed", 2, "wrong-type", 1, "not-a-number", 1, "ancient-time", 2, "future-time", 2));
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.path("source").asText()).isEqualTo("field");
            assertThat(letter.path("detail").asText()).as("says what to do").hasSizeGreaterThan(15);
            assertThat(letter.path("context").asText()).contains("silo");
            assertThat(letter.path("raw").asText()).as("as it came").isNotEmpty();
        });
        assertThat(letters)
                .filteredOn(letter -> letter.path("reason").asText().equals("wrong-type"))
                .first()
                .satisfies(letter -> assertThat(letter.path("detail").asText())
                        .contains(SILO + "level")
                        .contains("full"));

        JsonNode unmapped = get(hub, "unmapped").path("items");
        Map<String, Integer> seen = new TreeMap<>();
        unmapped.forEach(u -> seen.put(
                u.path("source").asText() + " " + u.path("device").asText() + " "
                        + u.path("field").asText(),
                u.path("count").asInt()));
        assertThat(seen).containsExactlyInAnyOrderEntriesOf(Map.of("field silo colour", 1, "field stranger level", 2));
    }

    private void missingNode(Hub hub) {
        await().untilAsserted(() -> {
            assertThat(last(hub, PRESS + "oil").path("quality").asText()).isEqualTo("GOOD");
            assertThat(last(hub, PRESS + "ghost").path("quality").asText()).isEqualTo("BAD");
        });
        assertThat(source(hub, "press-line").path("detail").asText())
                .contains("Ghost")
                .contains("Bad_NodeIdUnknown");
        assertThat(source(hub, "press-line").path("up").asBoolean()).isTrue();
    }

    private void missingRegister(Hub hub) {
        await().untilAsserted(() -> {
            assertThat(last(hub, PUMP + "pressure").path("quality").asText()).isEqualTo("GOOD");
            assertThat(last(hub, PUMP + "ghost").path("quality").asText()).isEqualTo("BAD");
        });
        assertThat(source(hub, "plc-7").path("detail").asText()).contains("holding-register:400");
        assertThat(source(hub, "plc-7").path("up").asBoolean()).isTrue();
    }

    private void account(Hub hub) {
        await().untilAsserted(() -> {
            JsonNode ledger = get(hub, "ledger");
            assertThat(ledger.path("balanced").asBoolean()).as("%s", ledger).isTrue();
            JsonNode field = ledger.path("sources").path("field");
            // 8 of good payloads and their neighbours, 2 payloads without readings, 6 refused by value or time, 3
            // unmapped
            assertThat(field.path("received").asLong()).as("%s", field).isEqualTo(19);
            assertThat(field.path("accepted").asLong()).isEqualTo(8);
            assertThat(field.path("rejected").asLong()).isEqualTo(8);
            assertThat(field.path("filteredTotal").asLong()).isEqualTo(3);
            assertThat(field.path("filtered").path("unmapped").asLong()).isEqualTo(3);
        });
    }

    private List<Double> series(Hub hub, String tag) {
        List<Double> values = new java.util.ArrayList<>();
        String from = Instant.ofEpochMilli(start / 1_000 - 1_000).toString();
        String to = Instant.ofEpochMilli(start / 1_000 + 1_000).toString();
        get(hub, "series?tag=" + tag + "&from=" + from + "&to=" + to + "&mode=raw&points=100")
                .path("values")
                .forEach(v -> values.add(v.asDouble()));
        return values;
    }

    private JsonNode last(Hub hub, String tag) {
        return get(hub, "tags/" + tag + "/last");
    }

    private JsonNode source(Hub hub, String id) {
        for (JsonNode source : get(hub, "sources").path("items")) {
            if (source.path("id").asText().equals(id)) {
                return source;
            }
        }
        throw new AssertionError("no source " + id);
    }

    private JsonNode get(Hub hub, String path) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1/" + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The shipped routes on a plant of its own. */
    private Path home(String broker, String endpoint, String connection) throws IOException {
        Path home = folder.resolve("home");
        for (String route :
                new String[] {"pipeline/historian", "sources/field", "sources/plc-7", "sources/press-line"}) {
            String file = "routes/" + route + ".camel.yaml";
            Homes.write(home, file, Files.readString(Path.of(file)));
        }
        Homes.write(home, "connectors-config/sources/all.yaml", """
                kind: MqttSource
                id: field
                broker: %s
                client_id: bad-input
                topics:
                  - { filter: "plant/+/+/telemetry", decode: json, map: { device: "$topic[2]", time: .ts, readings: .values } }
                ---
                kind: OpcUaSource
                id: press-line
                endpoint: %s
                security: { policy: None, allow_insecure: true }
                ---
                kind: PlcSource
                id: plc-7
                connection: %s
                scan: { default: 300ms }
                """.formatted(broker, endpoint, connection));
        Homes.write(home, "connectors-config/assets/all.yaml", """
                kind: Asset
                id: SILO
                name: Silo
                path: acme/lyon/stores/silo
                tags:
                  level: { from: field, device: silo, field: level, unit: "%", range: [0, 100] }
                  temp: { from: field, device: silo, field: temp, unit: Cel }
                ---
                kind: Asset
                id: PRESS
                name: Press
                path: acme/lyon/hall/press
                tags:
                  oil: { from: press-line, node: "nsu=urn:acme:press;s=Oil", unit: Cel }
                  ghost: { from: press-line, node: "nsu=urn:acme:press;s=Ghost", unit: Cel }
                ---
                kind: Asset
                id: PUMP
                name: Pump
                path: acme/lyon/water/pump
                tags:
                  pressure: { from: plc-7, address: "holding-register:1:INT", unit: bar, scale: { factor: 0.01 } }
                  ghost: { from: plc-7, address: "holding-register:400:INT", unit: bar }
                """);
        return home;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
