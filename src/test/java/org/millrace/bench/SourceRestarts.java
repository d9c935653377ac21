package org.millrace.bench;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.millrace.demo.FieldBroker;
import org.millrace.demo.LoopbackOpcUaServer;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.security.CertificateFolders;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.SourceMemory;
import org.millrace.source.mqtt.MqttSource;
import org.millrace.source.mqtt.MqttSourceFile;
import org.millrace.source.opcua.OpcUaSource;
import org.millrace.source.opcua.OpcUaSourceFile;

/**
 * {@code mqtt|opcua [RESTARTS]}: a source is closed and started anew, many times: data must come within 10 s each time,
 * and no thread, socket or memory may stay behind. Its broker or server runs on.
 */
public final class SourceRestarts {
    private static final String URI = "urn:bench:plant";
    private static final AtomicLong GOOD = new AtomicLong();

    private SourceRestarts() {}

    public static void main(String[] args) throws Exception {
        int restarts = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        boolean good = switch (args.length == 0 ? "" : args[0]) {
            case "mqtt" -> mqtt(restarts);
            case "opcua" -> opcua(restarts);
            default -> throw new IllegalArgumentException("mqtt or opcua, then how many restarts");
        };
        System.exit(good ? 0 : 1);
    }

    private static boolean restarts(String name, int restarts, Supplier<Source> made) throws Exception {
        Source[] source = {begun(made.get())};
        try {
            return Restarts.run(
                    name,
                    restarts,
                    new Restarts.Counterpart() {
                        @Override
                        public void stop() {
                            source[0].close();
                        }

                        @Override
                        public void start() {
                            source[0] = begun(made.get());
                        }
                    },
                    GOOD::get);
        } finally {
            source[0].close();
        }
    }

    private static Source begun(Source source) {
        source.start((batch, done) -> {
            GOOD.addAndGet(
                    switch (batch) {
                        case SourceBatch.Payloads payloads ->
                            payloads.payloads().size();
                        case SourceBatch.Readings readings ->
                            readings.readings().stream()
                                    .filter(reading -> reading.quality() == Quality.GOOD)
                                    .count();
                    });
            done.accept(null);
        });
        return source;
    }

    private static boolean mqtt(int restarts) throws Exception {
        try (FieldBroker broker = FieldBroker.start()) {
            Mqtt5AsyncClient device = Mqtt5Client.builder()
                    .identifier("device")
                    .serverHost("127.0.0.1")
                    .serverPort(broker.port())
                    .buildAsync();
            device.connect().get(20, TimeUnit.SECONDS);
            Thread publisher = Thread.ofPlatform().daemon().start(() -> publish(device));
            MqttSourceFile file = new MqttSourceFile(
                    "field",
                    "mqtt://127.0.0.1:" + broker.port(),
                    MqttSourceFile.Version.V5,
                    "hub",
                    Duration.ofDays(7),
                    100,
                    Duration.ofSeconds(30),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(new MqttSourceFile.Topic("plant/#", "plain", 1, Map.of(), Optional.empty())));
            try {
                return restarts(
                        "mqtt",
                        restarts,
                        () -> new MqttSource(file, reference -> "", SourceMemory.none(), Clock.systemUTC()));
            } finally {
                publisher.interrupt();
                publisher.join();
                device.disconnect().get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static void publish(Mqtt5AsyncClient device) {
        try {
            for (long n = 0; ; n++) {
                device.publishWith()
                        .topic("plant/level")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(Long.toString(n).getBytes(StandardCharsets.US_ASCII))
                        .send();
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            // over
        }
    }

    private static boolean opcua(int restarts) throws Exception {
        int port = freePort();
        CertificateFolders folders = new CertificateFolders(Files.createTempDirectory("millrace-pki-"));
        folders.create();
        try (LoopbackOpcUaServer server = new LoopbackOpcUaServer(
                port,
                List.of(URI),
                Map.of("T", new LoopbackOpcUaServer.Variable(NodeIds.Double, new DataValue(new Variant(20.5)))))) {
            server.start();
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
                    Optional.of(new OpcUaSourceFile.Security(
                            OpcUaSourceFile.Policy.None,
                            Optional.empty(),
                            true,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())));
            String node = "nsu=" + URI + ";s=T";
            Tag tag = Tags.plain("PR-1", node, new Tag.Origin("press", "", node, "default"));
            return restarts(
                    "opcua",
                    restarts,
                    () -> new OpcUaSource(
                            file, List.of(tag), reference -> "", folders, t -> Reading.NO_TIME, Clock.systemUTC()));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
