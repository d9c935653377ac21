package org.millrace.source.opcua;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.millrace.config.Secret;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.security.CertificateFolders;
import org.millrace.security.KnownCertificate;
import org.millrace.signal.Reading;
import org.millrace.source.RetryPause;
import org.millrace.source.SourceBatch;

/** Sources under test, what they delivered, and the servers they talk to; closed together. */
final class Sources implements AutoCloseable {
    static final OpcUaSourceFile.Security INSECURE = security(OpcUaSourceFile.Policy.None, Optional.empty());

    /** One key for all tests: making it takes its time. */
    private static final Path OWN = own();

    final List<Reading> got = new CopyOnWriteArrayList<>();
    final CertificateFolders folders;
    final int port;
    Optional<OpcUaSourceFile.Security> security = Optional.of(INSECURE);
    Optional<OpcUaSourceFile.Watch> watch = Optional.empty();
    Optional<OpcUaSourceFile.Backfill> backfill = Optional.empty();
    Optional<OpcUaSourceFile.Events> events = Optional.empty();
    Duration sampleEvery = Duration.ofMillis(50);
    Duration publishEvery = Duration.ofMillis(100);
    int queue = 100;
    String secret = "";
    int connectTo;
    private final List<AutoCloseable> open = new ArrayList<>();

    Sources(Path pki) throws IOException {
        folders = new CertificateFolders(pki);
        folders.create();
        Files.copy(OWN, folders.folder(KnownCertificate.Place.OWN).resolve("application.p12"));
        port = freePort();
        connectTo = port;
    }

    private static Path own() {
        try {
            CertificateFolders once = new CertificateFolders(
                    Files.createTempDirectory(Path.of("target"), "pki").toAbsolutePath());
            ApplicationCertificate.of(once);
            return once.folder(KnownCertificate.Place.OWN).resolve("application.p12");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static OpcUaSourceFile.Security security(OpcUaSourceFile.Policy policy, Optional<OpcUaSourceFile.Mode> mode) {
        return new OpcUaSourceFile.Security(
                policy, mode, true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static OpcUaSourceFile.Security user(OpcUaSourceFile.Policy policy, String user) {
        return new OpcUaSourceFile.Security(
                policy,
                Optional.empty(),
                true,
                Optional.of(user),
                Optional.of(new Secret("{{file-secret:password}}")),
                Optional.empty(),
                Optional.empty());
    }

    ScriptedServer.Setup setup() {
        return new ScriptedServer.Setup(port);
    }

    <T extends AutoCloseable> T closing(T part) {
        open.add(part);
        return part;
    }

    OpcUaSourceFile file() {
        return new OpcUaSourceFile(
                "press",
                "opc.tcp://127.0.0.1:" + connectTo + "/plant",
                sampleEvery,
                publishEvery,
                queue,
                Duration.ofSeconds(5),
                watch,
                backfill,
                events,
                security);
    }

    OpcUaSource start(String... names) {
        return start(Map.of(), names);
    }

    /** @param newest µs a node was stored with before */
    OpcUaSource start(Map<String, Long> newest, String... names) {
        OpcUaSource source = closing(new OpcUaSource(
                file(),
                java.util.Arrays.stream(names).map(Sources::tag).toList(),
                reference -> secret,
                folders,
                tag -> newest.getOrDefault(tag.origin().field(), Reading.NO_TIME),
                Clock.systemUTC(),
                new RetryPause(Duration.ofMillis(50), Duration.ofMillis(500), new Random(1))));
        source.start((batch, done) -> {
            got.addAll(((SourceBatch.Readings) batch).readings());
            done.accept(null);
        });
        return source;
    }

    /** What a tag of events got. */
    List<Reading> events(String selection, String field) {
        return got.stream()
                .filter(r -> r.device().equals(selection) && r.field().equals(field))
                .toList();
    }

    static String node(String name) {
        return name.contains("=") ? name : "nsu=" + ScriptedServer.URI + ";s=" + name;
    }

    List<Reading> values(String name) {
        return got.stream().filter(r -> r.field().equals(node(name))).toList();
    }

    /** @param name a variable, a node id, or {@code selection/field} of events */
    static Tag tag(String name) {
        String[] event = name.split("/");
        if (event.length == 2) {
            return Tags.plain("PR-1", name, new Tag.Origin("press", event[0], event[1], "default"));
        }
        return Tags.plain("PR-1", name, new Tag.Origin("press", "", node(name), "default"));
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }
}
