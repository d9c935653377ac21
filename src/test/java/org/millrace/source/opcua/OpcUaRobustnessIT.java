package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** Connected is not enough: data must come. Against a real server that does what servers in plants do. */
class OpcUaRobustnessIT {
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void open() throws Exception {
        sources = new Sources(folder.resolve("pki"));
    }

    @AfterEach
    void close() throws Exception {
        sources.close();
    }

    /** The commonest fault of all: the session answers every keep-alive, and no data ever come again. */
    @Test
    void aSubscriptionThatTheServerForgotIsMadeAnew() throws Exception {
        sources.watch = Optional.of(new OpcUaSourceFile.Watch(Duration.ofSeconds(2)));
        ScriptedServer server =
                sources.closing(new ScriptedServer(sources.setup().with("T", 1.0)));
        OpcUaSource source = sources.start("T");
        await().until(() -> sources.values("T").size() == 1);

        server.dropSubscriptionsSilently();
        assertThat(server.sessions()).hasSize(1);
        server.set("T", 2.0);

        await().atMost(RECOVERY)
                .until(() -> sources.values("T").getLast().value().equals(Value.of(2.0)));
        assertThat(sources.values("T"))
                .as("the time without data is marked")
                .anyMatch(r -> r.quality() == Quality.BAD_NO_COMMUNICATION);
        assertThat(source.status().up()).isTrue();
    }

    @Test
    void aHealthyServerThatHasNothingToSayIsLeftAlone() throws Exception {
        sources.watch = Optional.of(new OpcUaSourceFile.Watch(Duration.ofSeconds(1)));
        ScriptedServer server =
                sources.closing(new ScriptedServer(sources.setup().with("T", 1.0)));
        OpcUaSource source = sources.start("T");
        await().until(() -> sources.values("T").size() == 1);
        var session = server.sessions().getFirst().getSessionId();

        await().during(Duration.ofSeconds(6))
                .atMost(RECOVERY)
                .until(() -> source.status().up());

        assertThat(source.status().reconnects()).isZero();
        assertThat(server.sessions().getFirst().getSessionId()).isEqualTo(session);
        assertThat(sources.values("T")).hasSize(1);
    }

    @Test
    void aKilledSessionIsReplaced() throws Exception {
        ScriptedServer server =
                sources.closing(new ScriptedServer(sources.setup().with("T", 1.0)));
        sources.start("T");
        await().until(() -> sources.values("T").size() == 1);

        server.killSessions(true);
        server.set("T", 2.0);

        await().atMost(RECOVERY)
                .until(() -> sources.values("T").getLast().value().equals(Value.of(2.0)));
    }

    @Test
    void thousandsOfItemsAreMadeWithinTheServersLimitAndBadOnesDoNotStopTheOthers() throws Exception {
        ScriptedServer.Setup setup = sources.setup();
        setup.maxItemsPerCall = 700;
        sources.sampleEvery = Duration.ofSeconds(1);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            names.add("V" + i);
            if (i % 100 != 7) {
                setup.with("V" + i, i);
            }
        }
        sources.closing(new ScriptedServer(setup));

        OpcUaSource source = sources.start(names.toArray(String[]::new));

        await().atMost(RECOVERY).until(() -> sources.got.size() >= 3000);
        assertThat(source.status().detail()).contains("2970 of 3000 nodes monitored", "V107 (Bad_NodeIdUnknown)");
        assertThat(sources.got)
                .filteredOn(r -> r.quality() == Quality.BAD_NODE_ID_UNKNOWN)
                .hasSize(30);
        assertThat(sources.got).filteredOn(r -> Quality.isGood(r.quality())).hasSize(2970);
    }

    /** A node that does not change keeps its old source time: without care the Bad of the outage would stay for ever. */
    @Test
    void aValueThatDidNotChangeOverAnOutageIsGoodAgain() throws Exception {
        sources.watch = Optional.of(new OpcUaSourceFile.Watch(Duration.ofSeconds(2)));
        ScriptedServer server =
                sources.closing(new ScriptedServer(sources.setup().with("Setpoint", 150.0)));
        sources.start("Setpoint");
        await().until(() -> sources.values("Setpoint").size() == 1);

        server.dropSubscriptionsSilently();

        await().atMost(RECOVERY).until(() -> sources.values("Setpoint").size() == 3);
        List<Reading> readings = sources.values("Setpoint");
        assertThat(readings)
                .extracting(Reading::quality)
                .containsExactly(Quality.GOOD, Quality.BAD_NO_COMMUNICATION, Quality.GOOD);
        assertThat(readings).extracting(Reading::sourceTime).isSorted().doesNotHaveDuplicates();
    }

    /** Three seconds without network: the session is resumed, and the server hands over what it has queued. */
    @Test
    void whatTheServerQueuedWhileTheNetworkWasAwayArrives() throws Exception {
        ScriptedServer server =
                sources.closing(new ScriptedServer(sources.setup().with("N", 0).with("Fixed", 7)));
        CutProxy proxy = sources.closing(new CutProxy(sources.port));
        sources.connectTo = proxy.port();
        OpcUaSource source = sources.start("N", "Fixed");
        await().until(() ->
                sources.values("N").size() == 1 && sources.values("Fixed").size() == 1);
        var session = server.sessions().getFirst().getSessionId();

        proxy.cut();
        await().atMost(RECOVERY).until(() -> !source.status().up());
        for (int i = 1; i <= 10; i++) {
            server.set("N", i);
            int n = i;
            await().pollDelay(Duration.ofMillis(120)).until(() -> n > 0); // slower than it is sampled
        }
        proxy.restore();

        await().atMost(RECOVERY)
                .until(() -> sources.values("N").getLast().value().equals(Value.of(10L))
                        && sources.values("Fixed").getLast().quality() == Quality.GOOD);
        assertThat(server.sessions().getFirst().getSessionId())
                .as("the same session")
                .isEqualTo(session);
        assertThat(sources.values("N"))
                .filteredOn(r -> r.quality() == Quality.GOOD)
                .extracting(r -> ((Value.Whole) r.value()).value())
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(sources.values("N"))
                .filteredOn(r -> r.quality() == Quality.BAD_NO_COMMUNICATION)
                .hasSize(1);
        assertThat(source.status().up()).isTrue();
    }
}
