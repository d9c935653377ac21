package org.millrace.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.config.Secret;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceMemory;
import org.millrace.source.mqtt.MqttSource;
import org.millrace.source.mqtt.MqttSourceFile;
import org.millrace.source.mqtt.MqttSourceFile.Version;

/** The MQTT source against Mosquitto, in both versions of the protocol. */
@Timeout(180)
class MosquittoOnRealServer {
    private static final String TOPIC = "plant/line/press/telemetry";

    @TempDir
    Path folder;

    private final List<String> texts = Collections.synchronizedList(new ArrayList<>());

    private Mosquitto start(Version version) throws IOException {
        return Mosquitto.start(folder, version == Version.V5 ? 20 : 0);
    }

    private MqttSource source(Mosquitto broker, Version version, String client, String filter, String password) {
        MqttSourceFile file = new MqttSourceFile(
                "field",
                broker.uri(),
                version,
                client,
                Duration.ofDays(1),
                50,
                Duration.ofSeconds(30),
                Optional.of(Mosquitto.USER),
                Optional.of(new Secret("{{file-secret:broker}}")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(new MqttSourceFile.Topic(filter, "plain", 1, Map.of(), Optional.empty())));
        return new MqttSource(file, reference -> password, SourceMemory.none(), Clock.systemUTC());
    }

    private MqttSource source(Mosquitto broker, Version version) {
        return source(broker, version, "hub", "plant/#", Mosquitto.PASSWORD);
    }

    /** Takes what comes, done on another thread as a journal is. */
    private void start(MqttSource source, List<String> into) {
        source.start((batch, done) -> {
            ((Payloads) batch)
                    .payloads()
                    .forEach(payload -> into.add(new String(payload.bytes(), StandardCharsets.UTF_8)));
            CompletableFuture.runAsync(() -> done.accept(null));
        });
    }

    private static void publish(Mosquitto broker, int from, int to) throws Exception {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .simpleAuth()
                .username(Mosquitto.USER)
                .password(Mosquitto.PASSWORD.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildAsync();
        client.connect().get(20, TimeUnit.SECONDS);
        List<CompletableFuture<?>> acknowledged = new ArrayList<>();
        for (int i = from; i < to; i++) {
            acknowledged.add(client.publishWith()
                    .topic(TOPIC)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                    .send());
        }
        CompletableFuture.allOf(acknowledged.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        client.disconnect().get(10, TimeUnit.SECONDS);
    }

    private static List<String> numbers(int to) {
        return IntStream.range(0, to).mapToObj(Integer::toString).toList();
    }

    private List<String> copy() {
        synchronized (texts) {
            return List.copyOf(texts);
        }
    }

    /** 40 times what the hub takes at once; in MQTT 3.1.1 from a broker that sends without a limit. */
    @ParameterizedTest
    @EnumSource
    void whatWasQueuedArrivesInOrder(Version version) throws Exception {
        try (Mosquitto broker = start(version)) {
            try (MqttSource before = source(broker, version)) {
                start(before, new ArrayList<>());
                await().until(() -> before.status().up());
            }
            publish(broker, 0, 2_000);
            try (MqttSource source = source(broker, version)) {
                start(source, texts);
                await().until(() -> texts.size() >= 2_000);
                await().until(() -> new LinkedHashSet<>(copy()).size() == 2_000);
                assertThat(new LinkedHashSet<>(copy())).containsExactlyElementsOf(numbers(2_000));
                if (version == Version.V3_1_1) { // in MQTT 5 it oversteps the receive maximum once, and is cut off
                    assertThat(texts).hasSize(2_000);
                }
            }
            List<String> left = Collections.synchronizedList(new ArrayList<>());
            try (MqttSource after = source(broker, version)) {
                start(after, left);
                await().until(() -> after.status().up());
                publish(broker, 2_000, 2_001);
                await().until(() -> !left.isEmpty());
                assertThat(left).as("nothing is left of what was acknowledged").containsExactly("2000");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRestartOfTheBrokerLosesNothing(Version version) throws Exception {
        try (Mosquitto broker = start(version);
                MqttSource source = source(broker, version)) {
            start(source, texts);
            await().until(() -> source.status().up());
            publish(broker, 0, 50);
            await().until(() -> texts.size() == 50);
            broker.stop();
            await().until(() -> !source.status().up());
            broker.again();
            publish(broker, 50, 500); // mostly before the hub is back
            await().until(() -> source.status().up());
            publish(broker, 500, 520);
            await().until(() -> new LinkedHashSet<>(copy()).size() == 520);
            assertThat(new LinkedHashSet<>(copy())).containsExactlyElementsOf(numbers(520));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSharedSubscriptionDividesTheMessages(Version version) throws Exception {
        List<String> other = Collections.synchronizedList(new ArrayList<>());
        try (Mosquitto broker = start(version);
                MqttSource one = source(broker, version, "one", "$share/hubs/plant/#", Mosquitto.PASSWORD);
                MqttSource two = source(broker, version, "two", "$share/hubs/plant/#", Mosquitto.PASSWORD)) {
            start(one, texts);
            start(two, other);
            await().until(() -> one.status().up() && two.status().up());
            publish(broker, 0, 80);
            await().until(() -> texts.size() + other.size() >= 80);
            assertThat(texts).isNotEmpty();
            assertThat(other).isNotEmpty();
            List<String> all = new ArrayList<>(texts);
            all.addAll(other);
            assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(80));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongPasswordIsTold(Version version) throws Exception {
        try (Mosquitto broker = start(version);
                MqttSource source = source(broker, version, "hub", "plant/#", "wrong")) {
            start(source, texts);
            await().untilAsserted(() -> assertThat(source.status().detail())
                    .contains("the broker refuses the login (NOT_AUTHORIZED): check user and password")
                    .doesNotContain("wrong"));
        }
    }
}
