package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmCommand;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal;
import org.millrace.rule.AlarmEvent;
import org.millrace.runtime.Commands;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.store.Audit;
import org.millrace.store.WorkOrders;

/** What operators do to alarms through the API of a whole hub: journalled, audited, and still so after a restart. */
class HubAlarmsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALARM = "high@M";

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void home() throws IOException {
        home = folder.resolve("home");
        write("connectors-config/plant.yaml", """
                kind: MqttSource
                id: field
                broker: mqtt://127.0.0.1:9
                client_id: t
                topics:
                  - { filter: "a/+", decode: json, map: { device: "$topic[1]", readings: . } }
                ---
                kind: Asset
                id: M
                name: Machine
                path: acme/lyon/hall/line/m
                class: machine
                tags:
                  load: { from: field, device: m, field: load }
                ---
                kind: Rule
                id: high
                title: "High on {asset.name}"
                for: { class: machine }
                watch: threshold
                input: load
                limits: { H: 1000 }
                levels: { H: { severity: major } }
                failure_mode: VIB
                work_order: { on: raised }
                alarm: { confirm: true, latch: true }
                ---
                kind: AlarmPolicy
                id: site
                shelve: { max: 1h }
                """);
        write("routes/sinks/work-orders.camel.yaml", """
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters: { name: work-orders }
                      steps:
                        - to: hub:cmms/desk
                """);
    }

    private void write(String file, String text) throws IOException {
        Homes.write(home, file, text);
    }

    private Hub start() throws Exception {
        return Hub.start(new HubOptions(home, folder.resolve("data"), Map.of(), OptionalInt.of(0)));
    }

    private static void load(Hub hub, double value) {
        SampleBatch batch = SampleBatch.of(List.of(new Sample(
                hub.journal().tagNumber("acme/lyon/hall/line/m/load"), hub.now(), Value.of(value), Quality.GOOD)));
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), 1, batch, Map.of(), List.of()))
                .join();
    }

    private static void state(Hub hub, String state) throws Exception {
        assertThat(post(hub, "/work-orders/WO-000001/state", "{\"user\":\"bob\",\"state\":\"" + state + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    private static HttpResponse<String> post(Hub hub, String target, String action, String body) throws Exception {
        return post(hub, "/alarms/" + URLEncoder.encode(target, StandardCharsets.UTF_8) + "/" + action, body);
    }

    private static HttpResponse<String> post(Hub hub, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1" + path))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static JsonNode get(Hub hub, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return JSON.readTree(client.send(
                            HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1" + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
        }
    }

    private static ConditionFactory patiently() {
        return await().ignoreExceptions();
    }

    private static JsonNode alarm(Hub hub) throws Exception {
        return get(hub, "/alarms?state=all").at("/items/0");
    }

    @Test
    void aShelvedAlarmStaysShelvedOverARestartMakesNoOrderAndIsToldWhenUnshelved() throws Exception {
        try (Hub hub = start()) {
            assertThat(post(hub, ALARM, "shelve", "{\"user\":\"ann\",\"for\":\"30m\"}")
                            .body())
                    .contains("a reason is needed");
            assertThat(post(hub, ALARM, "shelve", "{\"user\":\"ann\",\"reason\":\"x\",\"for\":\"2h\"}")
                            .body())
                    .contains("at most 1h");
            assertThat(post(hub, "no@M", "shelve", "{\"reason\":\"x\"}").statusCode())
                    .isEqualTo(404);
            assertThat(post(hub, ALARM, "unshelve", "{}").statusCode()).isEqualTo(409);
            assertThat(post(hub, ALARM, "shelve", "{\"user\":\"ann\",\"reason\":\"known\",\"for\":\"30m\"}")
                            .statusCode())
                    .isEqualTo(200);
            load(hub, 5_000);
            patiently().untilAsserted(() -> {
                JsonNode handling = alarm(hub).get("handling");
                assertThat(handling.at("/silencedBy/0").asText()).isEqualTo("shelved");
                assertThat(handling.get("shelvedWhy").asText()).isEqualTo("known");
                assertThat(handling.get("state").asText()).isEqualTo("active, unacknowledged");
            });
        }
        try (Hub hub = start()) {
            assertThat(get(hub, "/alarms/shelved").at("/items/0/shelvedBy").asText())
                    .isEqualTo("ann");
            assertThat(hub.desk().list(10)).as("nobody is called").isEmpty();
            assertThat(post(hub, ALARM, "unshelve", "{\"user\":\"bob\",\"reason\":\"mended\"}")
                            .statusCode())
                    .isEqualTo(200);
            patiently().untilAsserted(() -> assertThat(hub.desk().list(10)).hasSize(1));
            assertThat(alarm(hub).at("/handling/silencedBy")).isEmpty();
            assertThat(hub.store().audit().latest(10))
                    .extracting(Audit.Row::who, Audit.Row::what)
                    .contains(
                            org.assertj.core.groups.Tuple.tuple("ann", "alarm.shelve"),
                            org.assertj.core.groups.Tuple.tuple("bob", "alarm.unshelve"));
            JsonNode kpi = get(hub, "/kpi/alarms");
            assertThat(kpi.at("/items/0/alarms").asInt()).isEqualTo(1);
            assertThat(kpi.at("/items/0/silenced/shelved").asInt()).isEqualTo(1);
            assertThat(kpi.at("/items/1/area").asText()).isEqualTo("acme/lyon/hall");
        }
    }

    @Test
    void acknowledgedConfirmedResetByNameAndThenOver() throws Exception {
        try (Hub hub = start()) {
            load(hub, 5_000);
            patiently()
                    .untilAsserted(() ->
                            assertThat(alarm(hub).get("active").asBoolean()).isTrue());
            String incident = alarm(hub).get("incident").asText();
            assertThat(post(hub, incident, "reset", "{}").statusCode()).isEqualTo(409);
            assertThat(post(hub, incident, "ack", "{\"user\":\"ann\",\"comment\":\"on my way\"}")
                            .statusCode())
                    .isEqualTo(200);
            patiently()
                    .untilAsserted(() -> assertThat(
                                    alarm(hub).at("/handling/confirmable").asBoolean())
                            .isTrue());
            load(hub, 1);
            post(hub, incident, "confirm", "{\"user\":\"ann\"}");
            patiently()
                    .untilAsserted(() -> assertThat(
                                    alarm(hub).at("/handling/resettable").asBoolean())
                            .isTrue());
            assertThat(post(hub, incident, "reset", "{\"user\":\"bob\"}").statusCode())
                    .isEqualTo(200);
            patiently()
                    .untilAsserted(
                            () -> assertThat(alarm(hub).get("open").asBoolean()).isFalse());
            assertThat(hub.store().outbox().events(incident))
                    .filteredOn(event -> !event.handling().who().isEmpty())
                    .extracting(e -> e.type() + " " + e.handling().who() + " "
                            + e.handling().comment())
                    .containsExactlyInAnyOrder("ACKED ann on my way", "CONFIRMED ann ", "NORMAL bob ");
        }
    }

    @Test
    void aWorkOrderInProgressMutesItsAlarm() throws Exception {
        try (Hub hub = start()) {
            load(hub, 5_000);
            patiently().untilAsserted(() -> assertThat(hub.desk().list(10)).hasSize(1));
            state(hub, "in_progress");
            patiently()
                    .untilAsserted(
                            () -> assertThat(alarm(hub).at("/handling/mutedBy").asText())
                                    .isEqualTo("WO-000001"));
            state(hub, "done");
            patiently().untilAsserted(() -> {
                assertThat(get(hub, "/alarms/shelved").get("mutes")).isEmpty();
                assertThat(alarm(hub).get("acknowledged").asBoolean()).isTrue();
            });
            assertThat(hub.desk().list(10))
                    .singleElement()
                    .satisfies(order -> assertThat(order.state()).isEqualTo(WorkOrders.State.DONE));
            assertThat(hub.store().outbox().events(alarm(hub).get("incident").asText()))
                    .extracting(AlarmEvent::type)
                    .contains(AlarmEvent.Type.SUPPRESSED, AlarmEvent.Type.UNSUPPRESSED);
        }
    }

    /** A crash between the end of an order and the end of its mute, or a connector that was taken away. */
    @Test
    void aMuteThatNobodyWorksUnderEndsAtTheNextStartAndOneThatIsMissingBegins() throws Exception {
        try (Hub hub = start()) {
            load(hub, 5_000);
            patiently().untilAsserted(() -> assertThat(hub.desk().list(10)).hasSize(1));
            state(hub, "in_progress");
            patiently().untilAsserted(() -> assertThat(hub.alarmBoard().mutes()).hasSize(1));
            say(hub, new AlarmCommand.Unmute("desk", "WO-000001", "x"));
            say(hub, new AlarmCommand.Mute("desk", "WO-000009", "M", "VIB", 0, "x"));
            say(hub, new AlarmCommand.Mute("atlas", "WO-000001", "M", "", 0, "x"));
            patiently().untilAsserted(() -> assertThat(hub.alarmBoard().mutes()).hasSize(2));
        }
        try (Hub hub = start()) {
            patiently()
                    .untilAsserted(() -> assertThat(hub.alarmBoard().mutes())
                            .containsExactly(new AlarmBoard.Mute("desk", "WO-000001", "M", "VIB", 0, "hub")));
            patiently()
                    .untilAsserted(() -> assertThat(hub.store().audit().latest(20))
                            .filteredOn(row -> row.who().equals("hub"))
                            .extracting(row -> row.what() + " " + row.detail())
                            .contains(
                                    "alarm.unmute M VIB: order WO-000009 of desk: nobody works on it",
                                    "alarm.unmute M: order WO-000001 of atlas: nobody works on it",
                                    "alarm.mute M VIB: order WO-000001 of desk: work on it is in progress"));
            state(hub, "done");
            patiently().untilAsserted(() -> assertThat(hub.alarmBoard().mutes()).isEmpty());
        }
    }

    private static void say(Hub hub, AlarmCommand command) {
        hub.journal().command(hub.now(), Commands.write(command)).join();
    }
}
