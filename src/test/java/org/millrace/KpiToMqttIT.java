package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.demo.FieldBroker;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal;
import org.millrace.kpi.OeeSpec;
import org.millrace.kpi.ShiftReport;
import org.millrace.route.LoopState;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;

/** The route of docs/kpi.md, as it stands there: a shift's figures reach a broker that was away, once, over restarts. */
class KpiToMqttIT {
    private static final long MINUTE = 60_000_000L;

    @TempDir
    Path folder;

    private Path home;

    private static String documented(int port) throws Exception {
        String doc = Files.readString(Path.of("docs/kpi.md"));
        int from = doc.indexOf("# routes/sinks/oee-to-mqtt.camel.yaml");
        assertThat(from).as("the route in docs/kpi.md").isPositive();
        return doc.substring(from, doc.indexOf("```", from)).replace("127.0.0.1:1883", "127.0.0.1:" + port);
    }

    private void home(int port) throws Exception {
        home = folder.resolve("home");
        Homes.field(home);
        Homes.write(home, "connectors-config/hub.yaml", "kind: Hub\nsite: lyon\nroutes: { allow_write: true }\n");
        Homes.write(home, "connectors-config/assets/pr.yaml", """
                kind: Asset
                id: PR
                name: Press
                path: acme/pr
                tags:
                  state: { from: field, device: p, field: s, map: { 0: STOP, 1: RUN } }
                  cycles: { from: field, device: p, field: c }
                """);
        Homes.write(home, "connectors-config/kpi/press.yaml", """
                kind: Oee
                id: press
                asset: PR
                calendar: days
                state: { tag: state, producing: [RUN], idle: [STOP] }
                cycles: { tag: cycles }
                ideal_cycle: { default: 60 s }
                ---
                kind: ShiftCalendar
                id: days
                time_zone: UTC
                shifts:
                  - { name: day, days: [mon, tue, wed, thu, fri, sat, sun], from: "06:00", to: "14:00" }
                """);
        Path mes = folder.resolve("mes.db");
        try (Connection made = DriverManager.getConnection("jdbc:sqlite:" + mes);
                Statement sql = made.createStatement()) {
            sql.execute("CREATE TABLE IF NOT EXISTS running AS SELECT 'PR' AS machine, 'A-17' AS order_no,"
                    + " '2020-01-01T00:00:00Z' AS started");
        }
        Homes.write(home, "connectors-config/context/mes.yaml", """
                kind: Context
                id: mes
                every: 200ms
                sql: { url: "jdbc:sqlite:%s", query: "SELECT machine, order_no, started FROM running" }
                asset: machine
                since: started
                fields: { order: order_no }
                """.formatted(mes));
        Homes.write(home, "routes/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { flushEvery: 100 }
                      steps:
                        - to: hub:historian
                """);
        Homes.write(home, "routes/sinks/oee-to-mqtt.camel.yaml", documented(port));
    }

    private Hub start() throws Exception {
        return Hub.start(new HubOptions(home, folder.resolve("data"), Map.of(), OptionalInt.of(0)));
    }

    /** Runs all the shift, a piece every two minutes: half of what is possible. */
    private static ShiftReport produce(Hub hub) throws Exception {
        long begin = hub.kpi().past("press", 1).getFirst().shift().time().from();
        SampleBatch.Builder batch = SampleBatch.builder(1_000);
        for (int minute = 0; minute < 480; minute++) {
            long at = begin + minute * MINUTE;
            batch.addBits(hub.journal().tagNumber("acme/pr/state"), at, SampleBatch.Kind.WHOLE, 1, Quality.GOOD);
            batch.addBits(
                    hub.journal().tagNumber("acme/pr/cycles"), at, SampleBatch.Kind.WHOLE, minute / 2, Quality.GOOD);
        }
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), 960, batch.build(), Map.of(), List.of()))
                .join();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                hub.journal().ledger().sinks().get("historian").queued())
                        .isZero());
        hub.kpi().reasonGiven(); // what was looked up above is looked up anew
        return hub.kpi().past("press", 1).getFirst();
    }

    /** A report of a machine that is not configured: what comes after all others. */
    private static void last(Hub hub) {
        SampleBatch batch = SampleBatch.builder(1)
                .addReal(hub.journal().tagNumber("acme/x/kpi.last.shift.oee"), hub.now(), 0.5, Quality.GOOD)
                .build();
        hub.journal()
                .append(new Journal.Intake(OeeSpec.SOURCE, hub.now(), 1, batch, Map.of(), List.of()))
                .join();
    }

    @Test
    void aShiftReachesABrokerThatWasAwayOnceOverRestarts() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        home(port);
        ShiftReport shift;
        try (Hub hub = start()) {
            shift = produce(hub);
            await().ignoreExceptions()
                    .untilAsserted(() ->
                            assertThat(hub.contexts().asOf("PR", hub.now())).containsEntry("order", "A-17"));
            hub.kpi().publish();
            hub.kpi().publish();
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(hub.routes().loops())
                            .filteredOn(loop -> loop.name().equals("oee-to-mqtt"))
                            .extracting(LoopState::up)
                            .containsExactly(false));
        }
        List<String> heard = new CopyOnWriteArrayList<>();
        try (FieldBroker broker = FieldBroker.start(folder.resolve("broker"), port)) {
            Mqtt5BlockingClient client = Mqtt5Client.builder()
                    .identifier("listener")
                    .serverHost("127.0.0.1")
                    .serverPort(port)
                    .buildBlocking();
            client.connect();
            client.toAsync()
                    .subscribeWith()
                    .topicFilter("plant/kpi")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .callback(message -> heard.add(new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8)))
                    .send()
                    .join();
            try (Hub hub = start()) {
                hub.kpi().publish();
                await().atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(heard).hasSize(1));
            }
            try (Hub hub = start()) {
                hub.kpi().publish();
                last(hub);
                await().atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(heard).anyMatch(text -> text.contains("\"last\"")));
            }
            client.disconnect();
        }

        assertThat(heard).as("each once").hasSize(2);
        JsonNode message = JsonMapper.builder().build().readTree(heard.getFirst());
        assertThat(message.path("kpi").asText()).isEqualTo("press");
        assertThat(message.path("path").asText()).isEqualTo("acme/pr");
        assertThat(message.path("period").asText()).isEqualTo("shift");
        assertThat(message.path("at").asText())
                .isEqualTo(Micros.iso(shift.shift().time().to()));
        JsonNode figures = message.path("figures");
        assertThat(figures.path("oee").asDouble())
                .isEqualTo(shift.oee().oee().orElseThrow())
                .isBetween(.45, .55);
        assertThat(figures.path("pieces").asDouble()).isEqualTo(239);
        assertThat(figures.path("coverage").asDouble()).isEqualTo(1);
        assertThat(message.at("/context/order").asText()).isEqualTo("A-17");
    }
}
