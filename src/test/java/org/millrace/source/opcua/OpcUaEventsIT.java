package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Hub;
import org.millrace.HubOptions;
import org.millrace.e2e.Homes;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** Alarms and conditions of a server are tags: right at every moment, and each event once, whatever breaks. */
class OpcUaEventsIT {
    private static final Duration RECOVERY = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    private Sources sources;
    private final Map<String, OpcUaSourceFile.Selection> select = new LinkedHashMap<>();

    @BeforeEach
    void open() throws Exception {
        sources = new Sources(folder.resolve("pki"));
        select.put(
                "hot",
                new OpcUaSourceFile.Selection(Optional.of("Motor*"), List.of("i=2915"), Optional.of("Temp*"), 1));
        select.put("all", new OpcUaSourceFile.Selection(Optional.empty(), List.of(), Optional.empty(), 1));
        select.put("grave", new OpcUaSourceFile.Selection(Optional.empty(), List.of(), Optional.empty(), 800));
        sources.events = Optional.of(new OpcUaSourceFile.Events("i=2253", select));
    }

    @AfterEach
    void close() throws Exception {
        sources.close();
    }

    /** OffNormalAlarmType is a subtype of the AlarmConditionType that the file names. */
    @Test
    void conditionsAreStatesAndTheSelectionsDecideWhatTheyAreOf() throws Exception {
        ScriptedServer server =
                sources.closing(new ScriptedServer(sources.setup().with("T", 1.0)));
        sources.start("T", "hot/active", "hot/acked", "hot/severity", "hot/event", "all/message", "grave/active");
        await().atMost(RECOVERY).until(() -> values("hot", "active").equals(List.of(Value.of(false))));

        server.conditions().alarm("Temperature", "Motor 1", 700, true, false);
        server.conditions().alarm("Pressure", "Pump 1", 900, true, false);
        server.conditions().message("Press", 100, "door opened");
        server.conditions().alarm("Temperature", "Motor 1", 700, false, false);
        server.conditions().alarm("Temperature", "Motor 1", 700, false, true);

        await().atMost(RECOVERY).until(() -> values("all", "message").size() == 5);
        assertThat(values("hot", "active")).containsExactly(Value.of(false), Value.of(true), Value.of(false));
        assertThat(values("hot", "acked")).containsExactly(Value.of(true), Value.of(false), Value.of(true));
        assertThat(values("hot", "severity")).containsExactly(Value.of(0L), Value.of(700L), Value.of(0L));
        assertThat(values("grave", "active")).containsExactly(Value.of(false), Value.of(true));
        assertThat(values("all", "message"))
                .containsExactly(
                        Value.of("Temperature too high"),
                        Value.of("Pressure too high"),
                        Value.of("door opened"),
                        Value.of("Temperature normal"),
                        Value.of("Temperature normal"));
        assertThat(values("hot", "event"))
                .extracting(v -> ((Value.Text) v).value())
                .hasSize(3)
                .first()
                .asString()
                .contains(
                        "\"source\":\"Motor 1\"",
                        "\"condition\":\"Temperature\"",
                        "\"active\":true",
                        "\"acked\":false",
                        "\"type\":\"i=10637\"",
                        "\"severity\":700");
        assertThat(sources.values("T")).as("values come beside them").isNotEmpty();
    }

    /** What a restarted server still tells is known; what it does not is over; what happened meanwhile is told, once. */
    @Test
    void overAnOutageTheStatesAreRightAgainAndEachEventIsToldOnce() throws Exception {
        ScriptedServer server = sources.closing(new ScriptedServer(sources.setup()));
        OpcUaSource source = sources.start("hot/active", "all/count", "all/event");
        await().atMost(RECOVERY).until(() -> values("all", "count").equals(List.of(Value.of(0L))));
        ScriptedConditions.State hot = server.conditions().alarm("Temperature", "Motor 1", 700, true, false);
        ScriptedConditions.State low = server.conditions().alarm("Level", "Tank", 300, true, false);
        await().atMost(RECOVERY).until(() -> values("all", "count").contains(Value.of(2L)));

        server.close();
        await().atMost(RECOVERY).until(() -> !source.status().up());
        ScriptedServer again = new ScriptedServer(sources.setup());
        again.conditions().keep(low); // the other has gone
        again.conditions()
                .keep(new ScriptedConditions.State(
                        "Flow",
                        "",
                        "Pipe",
                        NodeIds.OffNormalAlarmType,
                        500,
                        "Flow too high",
                        true,
                        false,
                        true,
                        "while-away",
                        DateTime.now()));
        sources.closing(again);

        await().atMost(RECOVERY)
                .until(() -> values("hot", "active").getLast().equals(Value.of(false))
                        && values("all", "event").size() == 3);
        assertThat(sources.events("hot", "active"))
                .extracting(Reading::quality)
                .containsExactly(Quality.GOOD, Quality.GOOD, Quality.BAD_NO_COMMUNICATION, Quality.GOOD);
        assertThat(sources.events("hot", "active"))
                .extracting(Reading::sourceTime)
                .isSorted();
        assertThat(texts("all", "event"))
                .filteredOn(t -> t.contains(hex(low.eventId())))
                .hasSize(1);
        assertThat(texts("all", "event"))
                .filteredOn(t -> t.contains(hex(hot.eventId())))
                .hasSize(1);
        assertThat(texts("all", "event")).filteredOn(t -> t.contains("Flow")).hasSize(1);
        assertThat(values("all", "count").getLast()).isEqualTo(Value.of(2L));
    }

    @Test
    void anEventStoredBeforeTheHubRestartedIsNotToldAgainButItsStateIs() throws Exception {
        ScriptedServer server = sources.closing(new ScriptedServer(sources.setup()));
        OpcUaSource first = sources.start("all/active", "all/event");
        await().atMost(RECOVERY).until(() -> values("all", "active").equals(List.of(Value.of(false))));
        server.conditions().alarm("Temperature", "Motor 1", 700, true, false);
        await().atMost(RECOVERY).until(() -> values("all", "event").size() == 1);
        long stored = sources.events("all", "event").getLast().sourceTime();
        first.close();
        sources.got.clear();

        sources.start(Map.of("active", stored, "event", stored), "all/active", "all/event");

        await().atMost(RECOVERY).until(() -> values("all", "active").equals(List.of(Value.of(true))));
        assertThat(values("all", "event")).isEmpty();
        server.conditions().alarm("Temperature", "Motor 1", 700, false, true);
        await().atMost(RECOVERY).until(() -> values("all", "event").size() == 1);
    }

    @Test
    void aServerThatCannotRefreshIsSaidAndItsNextEventsCount() throws Exception {
        ScriptedServer server = sources.closing(new ScriptedServer(sources.setup()));
        server.conditions().refuseRefresh = true;
        OpcUaSource source = sources.start("hot/active");

        await().atMost(RECOVERY)
                .until(() -> source.status().detail().contains("cannot tell its conditions anew (Bad_NotSupported)"));
        assertThat(values("hot", "active")).as("nobody knows").isEmpty();
        server.conditions().alarm("Temperature", "Motor 1", 700, true, false);
        await().atMost(RECOVERY).until(() -> values("hot", "active").equals(List.of(Value.of(true))));
    }

    @Test
    void anObjectWithoutEventsIsSaidAndItsTagsAreBad() throws Exception {
        sources.events = Optional.of(new OpcUaSourceFile.Events("nsu=" + ScriptedServer.URI + ";s=T", select));
        sources.closing(new ScriptedServer(sources.setup().with("T", 1.0)));
        OpcUaSource source = sources.start("T", "hot/active");

        await().atMost(RECOVERY).until(() -> source.status().up());
        assertThat(source.status().detail()).contains("1 of 1 nodes monitored", "no events");
        await().atMost(RECOVERY).until(() -> sources.events("hot", "active").size() == 1);
        assertThat(Quality.isBad(sources.events("hot", "active").getFirst().quality()))
                .isTrue();
        await().atMost(RECOVERY).until(() -> !sources.values("T").isEmpty());
    }

    /** A whole hub: one condition, one alarm of a rule, also when the server is restarted while it is active. */
    @Test
    void aConditionRaisesOneAlarmOfARuleOverARestartOfTheServer() throws Exception {
        HubOptions options = new HubOptions(home(), folder.resolve("data"), Map.of(), OptionalInt.of(0));
        ScriptedServer server = sources.closing(new ScriptedServer(sources.setup()));
        try (Hub hub = Hub.start(options)) {
            await().atMost(RECOVERY)
                    .until(() -> hub.summary(0).sources().get("press").up());
            ScriptedConditions.State hot = server.conditions().alarm("Temperature", "Motor 1", 700, true, false);
            await().atMost(RECOVERY).until(() -> hub.summary(0).alarms().raised() == 1);

            server.close();
            await().atMost(RECOVERY)
                    .until(() -> !hub.summary(0).sources().get("press").up());
            ScriptedServer again = new ScriptedServer(sources.setup());
            again.conditions().keep(hot);
            sources.closing(again);
            await().atMost(RECOVERY)
                    .until(() -> hub.summary(0).sources().get("press").up() && again.conditions().refreshes > 0);
            again.conditions().alarm("Temperature", "Motor 1", 700, false, true);

            await().atMost(RECOVERY)
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(hub.summary(0).ledger().received()).isGreaterThanOrEqualTo(7));
            await().during(Duration.ofSeconds(1))
                    .atMost(RECOVERY)
                    .until(() -> hub.summary(0).alarms().raised() == 1);
            await().atMost(RECOVERY).until(() -> hub.summary(0).ledger().balanced());
        }
    }

    private Path home() throws Exception {
        Path home = folder.resolve("home");
        Homes.write(home, "connectors-config/sources/press.yaml", """
                kind: OpcUaSource
                id: press
                endpoint: opc.tcp://127.0.0.1:%d/plant
                publish_every: 100ms
                security: { policy: None, allow_insecure: true }
                events:
                  select:
                    motor-hot: { source: "Motor 1", types: ["i=2915"], condition: "Temp*", min_severity: 500 }
                """.formatted(sources.port));
        Homes.write(home, "connectors-config/assets/pr-1.yaml", """
                kind: Asset
                id: PR-1
                name: Press
                path: acme/lyon/hall/line/pr-1
                tags:
                  motor.hot: { from: press, device: motor-hot, field: active }
                  motor.event: { from: press, device: motor-hot, field: event }
                """);
        Homes.write(home, "connectors-config/rules/motor-hot.yaml", """
                kind: Rule
                id: motor-hot
                title: "{asset.name} reports its motor too hot"
                for: { assets: [PR-1] }
                watch: condition
                when: motor.hot > 0.0
                levels: { active: { severity: critical } }
                """);
        Homes.write(home, "routes/press.camel.yaml", """
                - route:
                    id: press
                    from:
                      uri: hub:opcua/press
                      steps:
                        - to: hub:ingest
                """);
        Files.createDirectories(home.resolve("routes/pipeline"));
        Files.copy(
                Path.of("routes/pipeline/historian.camel.yaml"), home.resolve("routes/pipeline/historian.camel.yaml"));
        return home;
    }

    private List<Value> values(String selection, String field) {
        return sources.events(selection, field).stream()
                .filter(r -> !Quality.isBad(r.quality()))
                .map(Reading::value)
                .toList();
    }

    private List<String> texts(String selection, String field) {
        return values(selection, field).stream()
                .map(v -> ((Value.Text) v).value())
                .toList();
    }

    private static String hex(String eventId) {
        return java.util.HexFormat.of().formatHex(eventId.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
