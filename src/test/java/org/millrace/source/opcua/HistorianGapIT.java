package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Hub;
import org.millrace.HubOptions;
import org.millrace.e2e.Homes;

/** A whole hub: neither the server's outage nor its own leaves a hole or a double in the historian. */
class HistorianGapIT {
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final int PER_OUTAGE = 300;

    @TempDir
    Path folder;

    private final ScriptedServer.Recorder recorder = new ScriptedServer.Recorder();
    private long next;

    @Test
    void outagesOfTheServerAndOfTheHubAreFilledFromTheServersHistory() throws Exception {
        try (Sources sources = new Sources(folder.resolve("pki"))) {
            Path data = folder.resolve("data");
            HubOptions options = new HubOptions(home(sources.port), data, Map.of(), OptionalInt.of(0));
            ScriptedServer server = start(sources);
            try (Hub hub = Hub.start(options)) {
                awaitStored(data);

                server.close();
                await().atMost(RECOVERY)
                        .until(() -> !hub.summary(0).sources().get("press").up());
                theMachineGoesOn();
                server = start(sources);
                awaitStored(data);
                assertThat(hub.summary(0).ledger().balanced()).isTrue();
            }
            theMachineGoesOn();
            server.set("N", value());
            try (Hub hub = Hub.start(options)) {
                awaitStored(data);
                assertThat(hub.summary(0).ledger().balanced()).isTrue();
            }
        }
    }

    private void awaitStored(Path data) {
        await().atMost(RECOVERY)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(stored(data))
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, next).boxed().toList()));
    }

    /** One value a millisecond, with nobody listening. */
    private void theMachineGoesOn() {
        long start = Instant.now().toEpochMilli();
        for (int i = 0; i < PER_OUTAGE; i++) {
            recorder.record("N", at(++next, start + i));
        }
        await().until(() -> Instant.now().toEpochMilli() > start + PER_OUTAGE);
    }

    private ScriptedServer start(Sources sources) throws Exception {
        ScriptedServer.Setup setup = sources.setup().with("N", 0L);
        setup.recorder = recorder;
        DataValue current = value();
        recorder.record("N", current);
        setup.initial = Map.of("N", current);
        return sources.closing(new ScriptedServer(setup));
    }

    private DataValue value() {
        return at(++next, Instant.now().toEpochMilli());
    }

    private static DataValue at(long n, long millis) {
        return new DataValue(
                new Variant(n), StatusCode.GOOD, new DateTime(Instant.ofEpochMilli(millis)), DateTime.now());
    }

    private Path home(int port) throws Exception {
        Path home = folder.resolve("home");
        Homes.write(home, "connectors-config/sources/press.yaml", """
                kind: OpcUaSource
                id: press
                endpoint: opc.tcp://127.0.0.1:%d/plant
                sample_every: 50ms
                publish_every: 100ms
                security: { policy: None, allow_insecure: true }
                """.formatted(port));
        Homes.write(home, "connectors-config/assets/pr-1.yaml", """
                kind: Asset
                id: PR-1
                name: Press
                path: acme/lyon/hall/line/pr-1
                tags:
                  n: { from: press, node: "nsu=urn:test:plant;s=N" }
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

    private static List<Long> stored(Path data) throws Exception {
        List<Long> values = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("historian.db"));
                PreparedStatement select = connection.prepareStatement(
                        "SELECT coalesce(s.vl, s.v) FROM tag_sample s JOIN tag t ON t.tag_id = s.tag_id"
                                + " WHERE t.path = ? AND s.q >= 0 ORDER BY s.ts")) {
            select.setString(1, "acme/lyon/hall/line/pr-1/n");
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    values.add(found.getLong(1));
                }
            }
        }
        return values;
    }
}
