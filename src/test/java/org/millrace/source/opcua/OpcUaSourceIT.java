package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.demo.LoopbackOpcUaServer;
import org.millrace.demo.LoopbackOpcUaServer.Variable;
import org.millrace.plant.Tag;
import org.millrace.security.CertificateFolders;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.RetryPause;
import org.millrace.source.SourceBatch;

/** Against a real Milo server. */
class OpcUaSourceIT {
    private static final String URI = "urn:test:plant";

    private final List<Reading> got = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private int port;

    @TempDir
    Path pki;

    @BeforeEach
    void port() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @Test
    void valuesComeWithTypeAndSourceTimeAlsoFromANodeThatNeverChanges() throws Exception {
        server(List.of(URI), Map.of("T", real(20.5), "N", whole(7), "Fixed", real(150)));
        source(List.of(tag("T"), tag("N"), tag("Fixed")), this::accept);

        await().until(() -> values("T").size() == 1
                && values("N").size() == 1
                && values("Fixed").size() == 1);

        assertThat(values("T").getFirst().value()).isEqualTo(Value.of(20.5));
        assertThat(values("N").getFirst().value()).isEqualTo(Value.of(7L));
        assertThat(values("Fixed").getFirst().value()).isEqualTo(Value.of(150.0));
        long now = System.currentTimeMillis() * 1000;
        assertThat(values("T").getFirst().sourceTime()).isBetween(now - 60_000_000L, now + 1_000_000L);
        assertThat(values("T").getFirst().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void aValueThatTurnsBadIsPassedOnWithItsStatusCode() throws Exception {
        LoopbackOpcUaServer server = server(List.of(URI), Map.of("T", real(1)));
        source(List.of(tag("T")), this::accept);
        await().until(() -> values("T").size() == 1);

        server.set("T", new DataValue(Variant.ofNull(), new StatusCode(0x808C0000L)));
        await().until(() -> values("T").size() == 2);
        server.set("T", new DataValue(new Variant(2.0)));
        await().until(() -> values("T").size() == 3);

        assertThat(values("T").get(1).quality()).isEqualTo(Quality.BAD_SENSOR_FAILURE);
        assertThat(values("T").get(1).value()).isEqualTo(Value.NONE);
        assertThat(values("T").get(2).value()).isEqualTo(Value.of(2.0));
    }

    @Test
    void aBadNodeIsNamedOnceAndTheOthersLive() throws Exception {
        server(List.of(URI), Map.of("T", real(1)));
        OpcUaSource source =
                source(List.of(tag("T"), tag("Nope"), tag("ns=2;s=T", 0), tag("nsu=urn:other;s=T", 0)), this::accept);

        await().until(() -> source.status().up() && values("T").size() == 1);

        assertThat(values("Nope")).singleElement().satisfies(r -> {
            assertThat(r.quality()).isEqualTo(Quality.BAD_NODE_ID_UNKNOWN);
            assertThat(r.value()).isEqualTo(Value.NONE);
        });
        assertThat(source.status().detail())
                .contains("1 of 4 nodes")
                .contains("nsu=urn:test:plant;s=Nope (Bad_NodeIdUnknown)");
    }

    /** camel-milo gave 1.0 update a second per item where 10 were asked for. */
    @Test
    void theAskedSamplingIntervalIsHonoured() throws Exception {
        Map<String, Variable> nodes = new LinkedHashMap<>();
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            nodes.put("V" + i, whole(0));
            tags.add(tag("nsu=" + URI + ";s=V" + i, 0, Duration.ofMillis(100)));
        }
        LoopbackOpcUaServer server = server(List.of(URI), nodes);
        AtomicBoolean run = new AtomicBoolean(true);
        Thread machine = Thread.ofPlatform().daemon().start(() -> {
            int n = 0;
            while (run.get()) {
                n++;
                for (int i = 0; i < 200; i++) {
                    server.set("V" + i, new DataValue(new Variant(n)));
                }
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
        });
        AtomicInteger count = new AtomicInteger();
        source(tags, (batch) -> count.addAndGet(batch.readings().size()));
        await().until(() -> count.get() >= 200);

        int before = count.get();
        long start = System.nanoTime();
        await().pollDelay(Duration.ofSeconds(3)).timeout(Duration.ofSeconds(20)).until(() -> true);
        double perItem = (count.get() - before) / 200.0 / ((System.nanoTime() - start) / 1e9);
        run.set(false);
        machine.join();

        assertThat(perItem).isBetween(1.0, 11.0);
    }

    @Test
    void theServersDeadbandIsInTheNodesOwnUnit() throws Exception {
        LoopbackOpcUaServer server = server(
                List.of(URI),
                Map.of("T", real(100), "S", new Variable(NodeIds.String, new DataValue(new Variant("x")))));
        // stored = raw * 0.5, deadband 1.0 stored = 2.0 raw; a text node refuses the filter and is monitored without
        source(List.of(deadband("T", 0.5, 1.0), deadband("S", 0.5, 1.0)), this::accept);
        await().until(() -> values("T").size() == 1 && values("S").size() == 1);

        for (double v : new double[] {101, 101.9, 103, 103.5}) {
            server.set("T", new DataValue(new Variant(v)));
            int wait = (int) v;
            await().pollDelay(Duration.ofMillis(150)).until(() -> wait > 0);
        }
        server.set("S", new DataValue(new Variant("y")));
        await().until(() -> values("S").size() == 2);

        assertThat(values("T")).extracting(Reading::value).containsExactly(Value.of(100.0), Value.of(103.0));
    }

    @Test
    void aServerThatIsDownAtStartIsConnectedWhenItComes() throws Exception {
        OpcUaSource source = source(List.of(tag("T")), this::accept);
        await().until(() -> source.status().detail().contains("cannot connect"));
        assertThat(source.status().up()).isFalse();
        assertThat(values("T")).singleElement().extracting(Reading::quality).isEqualTo(Quality.BAD_NO_COMMUNICATION);

        server(List.of(URI), Map.of("T", real(3)));

        await().until(() -> source.status().up() && values("T").size() == 2);
        assertThat(values("T").getLast().value()).isEqualTo(Value.of(3.0));
    }

    @Test
    void aRestartWithOtherNamespaceIndicesIsSurvived() throws Exception {
        LoopbackOpcUaServer server = server(List.of(URI), Map.of("T", real(1)));
        OpcUaSource source = source(List.of(tag("T")), this::accept);
        await().until(() -> values("T").size() == 1);

        server.close();
        await().until(() -> !source.status().up() && values("T").size() == 2);
        assertThat(values("T").get(1).quality()).isEqualTo(Quality.BAD_NO_COMMUNICATION);
        server(List.of("urn:new:first", "urn:new:second", URI), Map.of("T", real(2)));

        await().until(() -> source.status().up() && values("T").size() == 3);
        assertThat(values("T").getLast().value()).isEqualTo(Value.of(2.0));
        assertThat(source.status().reconnects()).isEqualTo(1);
    }

    @Test
    void aReceiverThatRefusesGetsTheSameAgainInOrderAndOnce() throws Exception {
        LoopbackOpcUaServer server = server(List.of(URI), Map.of("N", whole(0)));
        AtomicInteger refusals = new AtomicInteger();
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        OpcUaSource source = newSource(List.of(tag("nsu=" + URI + ";s=N", 0, Duration.ofMillis(20))), security());
        open.add(source);
        source.start((batch, done) -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            if (refusals.incrementAndGet() % 3 == 2) {
                inFlight.decrementAndGet();
                done.accept(new IllegalStateException("journal full"));
                return;
            }
            got.addAll(((SourceBatch.Readings) batch).readings());
            inFlight.decrementAndGet();
            done.accept(null);
        });
        await().until(() -> values("N").size() == 1);
        for (int i = 1; i <= 40; i++) {
            server.set("N", new DataValue(new Variant(i)));
            int n = i;
            await().pollDelay(Duration.ofMillis(40)).until(() -> n > 0);
        }
        await().until(() -> values("N").getLast().value().equals(Value.of(40L)));

        List<Long> numbers =
                values("N").stream().map(r -> ((Value.Whole) r.value()).value()).toList();
        assertThat(numbers).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(35);
        assertThat(most.get()).isEqualTo(1);
    }

    @Test
    void thirtyRestartsLeaveNoThreadBehind() throws Exception {
        OpcUaSource source = source(List.of(tag("T")), this::accept);
        long before = 0;
        for (int i = 1; i <= 30; i++) {
            LoopbackOpcUaServer server = new LoopbackOpcUaServer(port, List.of(URI), Map.of("T", real(i)));
            server.start();
            try {
                Value expected = Value.of((double) i);
                await().pollInterval(Duration.ofMillis(20))
                        .until(() ->
                                values("T").stream().anyMatch(r -> r.value().equals(expected)));
            } finally {
                server.close();
            }
            await().until(() -> !source.status().up());
            if (i == 10) {
                before = clientThreads();
            }
        }
        long allowed = before + 4;
        await().until(() -> clientThreads() <= allowed);
        assertThat(source.status().reconnects()).isEqualTo(29);
        assertThat(openSockets(port)).isZero();
    }

    @Test
    void withoutLeaveToBeInsecureItDoesNotConnect() throws Exception {
        server(List.of(URI), Map.of("T", real(1)));
        OpcUaSource source = newSource(
                List.of(tag("T")),
                Optional.of(new OpcUaSourceFile.Security(
                        OpcUaSourceFile.Policy.None,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
        open.add(source);
        source.start((batch, done) -> {
            accept((SourceBatch.Readings) batch);
            done.accept(null);
        });

        await().until(() -> source.status().detail().contains("allow_insecure: true"));
        await().until(() -> values("T").size() == 1);
        assertThat(values("T").getFirst().quality()).isEqualTo(Quality.BAD_NO_COMMUNICATION);
    }

    private static long clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> !t.getName().startsWith("ForkJoin") && !t.getName().startsWith("awaitility"))
                .count();
    }

    /** Established or half-closed connections to the port, from /proc. */
    private static long openSockets(int port) throws IOException {
        String hex = ":%04X".formatted(port);
        long count = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            java.nio.file.Path path = java.nio.file.Path.of(table);
            if (java.nio.file.Files.exists(path)) {
                count += java.nio.file.Files.readAllLines(path).stream()
                        .map(line -> line.strip().split("\\s+"))
                        .filter(f -> f.length > 3 && f[2].endsWith(hex) && !f[3].equals("06"))
                        .count();
            }
        }
        return count;
    }

    private void accept(SourceBatch.Readings batch) {
        got.addAll(batch.readings());
    }

    private List<Reading> values(String name) {
        return got.stream()
                .filter(r -> r.field().equals("nsu=" + URI + ";s=" + name))
                .toList();
    }

    private LoopbackOpcUaServer server(List<String> namespaces, Map<String, Variable> nodes) throws IOException {
        LoopbackOpcUaServer server = new LoopbackOpcUaServer(port, namespaces, nodes);
        server.start();
        open.add(new AutoCloseable() {
            @Override
            public void close() {
                try {
                    server.close();
                } catch (RuntimeException e) {
                    // a test has closed it before
                }
            }
        });
        return server;
    }

    private static Optional<OpcUaSourceFile.Security> security() {
        return Optional.of(Sources.INSECURE);
    }

    private OpcUaSource source(List<Tag> tags, Consumer<SourceBatch.Readings> receiver) {
        OpcUaSource source = newSource(tags, security());
        open.add(source);
        source.start((batch, done) -> {
            receiver.accept((SourceBatch.Readings) batch);
            done.accept(null);
        });
        return source;
    }

    private OpcUaSource newSource(List<Tag> tags, Optional<OpcUaSourceFile.Security> security) {
        OpcUaSourceFile file = new OpcUaSourceFile(
                "press",
                "opc.tcp://127.0.0.1:" + port + "/plant",
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                10,
                Duration.ofSeconds(5),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                security);
        return new OpcUaSource(
                file,
                tags,
                reference -> reference,
                new CertificateFolders(pki),
                tag -> Reading.NO_TIME,
                Clock.systemUTC(),
                new RetryPause(Duration.ofMillis(50), Duration.ofMillis(500), new Random(1)));
    }

    private static Tag tag(String name) {
        return tag("nsu=" + URI + ";s=" + name, 0);
    }

    private static Tag tag(String node, double deadband) {
        return tag(node, deadband, null);
    }

    private static Tag tag(String node, double deadband, @Nullable Duration every) {
        return tag(node, 1, deadband, every);
    }

    private static Tag deadband(String name, double factor, double deadband) {
        return tag("nsu=" + URI + ";s=" + name, factor, deadband, null);
    }

    private static Tag tag(String node, double factor, double deadband, @Nullable Duration every) {
        return new Tag(
                "acme/" + node,
                node,
                "PR-1",
                new Tag.Origin("press", "", node, "default"),
                "",
                factor,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Map.of(),
                deadband,
                Optional.ofNullable(every),
                Optional.empty(),
                Optional.empty());
    }

    private static Variable real(double value) {
        return new Variable(NodeIds.Double, new DataValue(new Variant(value)));
    }

    private static Variable whole(int value) {
        return new Variable(NodeIds.Int32, new DataValue(new Variant(value)));
    }
}
