package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.security.KnownCertificate;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.opcua.OpcUaSourceFile.Policy;
import org.millrace.systems.NodeOpcua;

/** A server that is not of the same make as the client. */
class NodeOpcuaOnRealServer {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void open() throws Exception {
        sources = new Sources(folder.resolve("pki"));
        sources.publishEvery = Duration.ofMillis(250);
    }

    @AfterEach
    void close() throws Exception {
        sources.close();
    }

    @Test
    void valuesComeWithTheirQuality() throws Exception {
        NodeOpcua server = server();
        OpcUaSource source = sources.start("N", "Broken", "Missing");
        await().atMost(PATIENCE).until(() -> !numbers().isEmpty());

        server.set("N", 7);

        await().atMost(PATIENCE).until(() -> numbers().getLast() == 7);
        assertThat(sources.values("Broken")).anyMatch(r -> r.quality() == Quality.BAD_SENSOR_FAILURE);
        assertThat(sources.values("Missing")).anyMatch(r -> r.quality() == Quality.BAD_NODE_ID_UNKNOWN);
        assertThat(source.status().detail()).contains("2 of 3 nodes monitored");
    }

    /** The server's certificate is not known at first; a user logs in through a channel that is signed and encrypted. */
    @Test
    void aServerIsConnectedSecurelyOnceItsCertificateIsTrusted() throws Exception {
        sources.security = Optional.of(Sources.user(Policy.Aes256_Sha256_RsaPss, NodeOpcua.USER));
        sources.secret = NodeOpcua.PASSWORD;
        server();
        OpcUaSource source = sources.start("N");
        await().atMost(PATIENCE)
                .until(() -> source.status().detail().contains("not trusted")
                        || !sources.folders
                                .list(KnownCertificate.Place.REJECTED)
                                .isEmpty());
        assertThat(sources.got).allMatch(r -> Quality.isBad(r.quality()));

        sources.folders.trust(
                sources.folders.list(KnownCertificate.Place.REJECTED).getFirst().thumbprint());

        await().atMost(PATIENCE).until(() -> !numbers().isEmpty());
        assertThat(source.status().up()).isTrue();
    }

    /** What was recorded while nobody listened, here because the hub was down. */
    @Test
    void theHistoryOfAnOutageIsFilledIn() throws Exception {
        NodeOpcua server = server();
        OpcUaSource first = sources.start("N");
        await().atMost(PATIENCE).until(() -> !numbers().isEmpty());
        server.set("N", 1);
        await().atMost(PATIENCE).until(() -> numbers().getLast() == 1);
        Reading newest = sources.values("N").getLast();
        first.close();
        for (int i = 2; i <= 30; i++) {
            server.set("N", i);
            int n = i;
            await().pollDelay(Duration.ofMillis(20)).until(() -> n > 0);
        }

        sources.start(Map.of(Sources.node("N"), newest.sourceTime()), "N");

        await().atMost(PATIENCE).until(() -> numbers().getLast() == 30);
        assertThat(numbers().subList(numbers().indexOf(1L), numbers().size()))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 30).boxed().toList());
    }

    /** Its SourceName is {@code 2:Motor}, with an index that may move: the source's node is the better choice. */
    @Test
    void anAlarmIsAStateAndEachOfItsEventsIsToldOnceOverAReconnect() throws Exception {
        sources.events = Optional.of(new OpcUaSourceFile.Events(
                "i=2253",
                Map.of(
                        "hot",
                        new OpcUaSourceFile.Selection(
                                Optional.of(Sources.node("Motor")), List.of("i=2915"), Optional.of("Temp*"), 1))));
        NodeOpcua server = server();
        OpcUaSource source = sources.start("N", "hot/active", "hot/event");
        await().atMost(PATIENCE).until(() -> states().equals(List.of(Value.of(false))));

        server.set("Hot", true);
        await().atMost(PATIENCE).until(() -> states().getLast().equals(Value.of(true)));
        int told = sources.events("hot", "event").size();
        assertThat(sources.events("hot", "event").getLast().value().toString())
                .contains("\"condition\":\"Temperature\"", "s=Motor\"", "\"active\":true");

        source.close();
        sources.start(
                Map.of("event", sources.events("hot", "event").getLast().sourceTime()), "N", "hot/active", "hot/event");
        await().atMost(PATIENCE).until(() -> states().size() == 3);
        assertThat(states()).containsExactly(Value.of(false), Value.of(true), Value.of(true));
        server.set("Hot", false);

        await().atMost(PATIENCE).until(() -> states().getLast().equals(Value.of(false)));
        assertThat(sources.events("hot", "event").stream()
                        .map(Reading::value)
                        .distinct()
                        .count())
                .as("no event is told twice")
                .isEqualTo(sources.events("hot", "event").size());
        assertThat(sources.events("hot", "event")).hasSizeGreaterThan(told);
    }

    private NodeOpcua server() throws Exception {
        return sources.closing(NodeOpcua.start(sources.port, folder.resolve("node-opcua")));
    }

    private List<Value> states() {
        return sources.events("hot", "active").stream()
                .filter(r -> Quality.isGood(r.quality()))
                .map(Reading::value)
                .toList();
    }

    private List<Long> numbers() {
        return sources.values("N").stream()
                .filter(r -> Quality.isGood(r.quality()))
                .map(r -> (long) r.value().number())
                .toList();
    }
}
