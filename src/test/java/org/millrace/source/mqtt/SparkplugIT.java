package org.millrace.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.millrace.source.decode.EdgeNode.metric;
import static org.millrace.source.decode.EdgeNode.payload;
import static org.millrace.source.decode.EdgeNode.unnamed;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.tahu.message.model.MetricDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.demo.FieldBroker;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;
import org.millrace.source.SourceMemory;
import org.millrace.source.decode.DecodeStep;
import org.millrace.source.decode.Decoders;

/** The hub as Host Application on a real broker, against an edge node that speaks through Eclipse Tahu. */
@Timeout(120)
class SparkplugIT {
    private final ConcurrentLinkedQueue<Reading> readings = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> undecodable = new ConcurrentLinkedQueue<>();

    MqttSourceFile.Version version() {
        return MqttSourceFile.Version.V5;
    }

    private MqttSource hub(FieldBroker broker) {
        MqttSourceFile file = new MqttSourceFile(
                "spark",
                broker.uri(),
                version(),
                "hub",
                Duration.ofDays(7),
                1_000,
                Duration.ofSeconds(30),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("millrace"),
                List.of(new MqttSourceFile.Topic("spBv1.0/#", "sparkplug", 0, Map.of(), Optional.empty())));
        MqttSource source = new MqttSource(file, reference -> "", SourceMemory.none(), Clock.systemUTC());
        DecodeStep step = new DecodeStep(Decoders.standard(), DecodeStep.AUTO);
        source.start((batch, done) -> {
            Readings decoded = step.apply((Payloads) batch);
            readings.addAll(decoded.readings());
            decoded.undecodable().forEach(u -> undecodable.add(u.reason()));
            done.accept(null);
        });
        return source;
    }

    /** Born again whenever it is asked; every life has other aliases. */
    private static final class Node implements AutoCloseable {
        final Mqtt5AsyncClient client;
        final AtomicInteger births = new AtomicInteger();
        private long seq;
        private long alias = 100;

        Node(int port) throws Exception {
            client = client(port);
        }

        void answerRebirths() throws Exception {
            subscribe(client, "spBv1.0/plant/NCMD/press", publish -> born());
        }

        synchronized void born() {
            births.incrementAndGet();
            alias += 10;
            seq = 0;
            send("NBIRTH/press", payload(seq++, List.of(metric("bdSeq", -1, MetricDataType.Int64, 0L))));
            send(
                    "DBIRTH/press/oil",
                    payload(seq++, List.of(metric("temperature", alias, MetricDataType.Double, -1.0))));
        }

        synchronized void says(double value) {
            send("DDATA/press/oil", payload(seq++ & 0xFF, List.of(unnamed(alias, MetricDataType.Double, value))));
        }

        /** False, and nothing said, once it has been born that often. */
        synchronized boolean saysBefore(int birth, double value) {
            if (births.get() >= birth) {
                return false;
            }
            says(value);
            return true;
        }

        synchronized void loses() {
            seq++;
        }

        private void send(String path, byte[] bytes) {
            String[] levels = path.split("/", 2);
            // never waited for: this runs on the client's own thread too
            var unused = client.publishWith()
                    .topic("spBv1.0/plant/" + levels[0] + "/" + levels[1])
                    .payload(bytes)
                    .send();
        }

        @Override
        public void close() {
            client.disconnect().join();
        }
    }

    private static Mqtt5AsyncClient client(int port) throws Exception {
        Mqtt5AsyncClient client =
                Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildAsync();
        client.connect().get(20, TimeUnit.SECONDS);
        return client;
    }

    private static void subscribe(Mqtt5AsyncClient client, String topic, Consumer<Mqtt5Publish> callback)
            throws Exception {
        client.subscribeWith().topicFilter(topic).callback(callback).send().get(20, TimeUnit.SECONDS);
    }

    private void arrives(double value) {
        await().until(() -> readings.stream()
                .anyMatch(r -> r.device().equals("plant/press/oil")
                        && r.field().equals("temperature")
                        && r.value().equals(Value.of(value))));
    }

    @Test
    void aNodeThatWasThereBeforeIsAskedForItsBirthAndNoValueGetsAnothersName() throws Exception {
        try (FieldBroker broker = FieldBroker.start();
                Node node = new Node(broker.port())) {
            ConcurrentLinkedQueue<String> states = new ConcurrentLinkedQueue<>();
            Mqtt5AsyncClient watcher = client(broker.port());
            subscribe(
                    watcher,
                    "spBv1.0/STATE/millrace",
                    p -> states.add(new String(p.getPayloadAsBytes(), StandardCharsets.UTF_8)));
            node.answerRebirths();
            node.born(); // before the hub: nobody hears it
            try (MqttSource hub = hub(broker)) {
                await().until(() -> hub.status().up());
                await().until(() -> states.stream().anyMatch(s -> s.contains("\"online\":true")));
                node.says(20.5); // an alias of a birth that the hub has not heard
                await().until(() -> node.births.get() >= 2);
                node.says(21.5);
                arrives(21.5);
                assertThat(undecodable).containsOnly("no-birth");
                assertThat(readings).noneMatch(r -> r.value().equals(Value.of(20.5)));

                int births = node.births.get();
                node.loses();
                node.says(30.0); // after a gap
                // the hub asks a node again only after a while: it must go on talking to be heard
                await().until(() -> !node.saysBefore(births + 1, 30.0));
                node.says(22.5);
                arrives(22.5);
                assertThat(readings).noneMatch(r -> r.value().equals(Value.of(30.0)));
            }
            await().until(() -> states.stream().reduce((a, b) -> b).orElse("").contains("\"online\":false"));
            assertThat(readings)
                    .filteredOn(r -> r.field().equals("temperature"))
                    .allMatch(r -> r.quality() == Quality.GOOD);
            watcher.disconnect().get(20, TimeUnit.SECONDS);
        }
    }
}
