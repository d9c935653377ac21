package org.millrace.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.demo.FieldBroker;
import org.millrace.source.Source.Receiver;
import org.millrace.source.SourceBatch;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceMemory;

/** Against a real MQTT 5 broker in this process. */
@Timeout(120)
class MqttSourceIT {
    @TempDir
    static Path folder;

    private static FieldBroker broker;
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final String name = "it-" + NEXT.incrementAndGet();
    private final String topic = name + "/line/press/telemetry";

    @BeforeAll
    static void startBroker() {
        broker = FieldBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** Remembers what came, in order; its answer can be changed while it runs. */
    private static final class Recorder implements Receiver {
        final List<String> texts = Collections.synchronizedList(new ArrayList<>());
        final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        final List<Payload> payloads = Collections.synchronizedList(new ArrayList<>());
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger inFlight = new AtomicInteger();
        final AtomicInteger mostInFlight = new AtomicInteger();
        volatile boolean failing;
        volatile boolean silent;

        @Override
        public void receive(SourceBatch batch, Consumer<@Nullable Throwable> done) {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            Payloads delivery = (Payloads) batch;
            if (failing) {
                refused.incrementAndGet();
                inFlight.decrementAndGet();
                done.accept(new IllegalStateException("journal is full"));
                return;
            }
            sizes.add(delivery.payloads().size());
            for (Payload payload : delivery.payloads()) {
                payloads.add(payload);
                texts.add(new String(payload.bytes(), StandardCharsets.UTF_8));
            }
            if (silent) {
                return;
            }
            inFlight.decrementAndGet();
            CompletableFuture.runAsync(() -> done.accept(null)); // as a journal's writer thread would
        }

        List<String> copy() {
            synchronized (texts) {
                return List.copyOf(texts);
            }
        }
    }

    MqttSourceFile.Version version() {
        return MqttSourceFile.Version.V5;
    }

    private MqttSourceFile file(String uri, int receiveMaximum) {
        return file(uri, receiveMaximum, "hub-" + name, "");
    }

    private MqttSourceFile file(String uri, int receiveMaximum, String clientId, String before) {
        return new MqttSourceFile(
                "field",
                uri,
                version(),
                clientId,
                Duration.ofDays(7),
                receiveMaximum,
                Duration.ofSeconds(30),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(new MqttSourceFile.Topic(
                        before + name + "/+/+/telemetry",
                        "json",
                        1,
                        Map.of("device", "$topic[2]", "readings", ".values"),
                        Optional.empty())));
    }

    private MqttSource source(String uri, int receiveMaximum) {
        return source(file(uri, receiveMaximum));
    }

    private static MqttSource source(MqttSourceFile file) {
        return new MqttSource(file, reference -> "", SourceMemory.none(), Clock.systemUTC());
    }

    private void publish(int port, int from, int to) throws Exception {
        Mqtt5AsyncClient client =
                Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildAsync();
        client.connect().get(20, TimeUnit.SECONDS);
        List<CompletableFuture<?>> acknowledged = new ArrayList<>();
        for (int i = from; i < to; i++) {
            acknowledged.add(client.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                    .send());
        }
        CompletableFuture.allOf(acknowledged.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        client.disconnect().get(10, TimeUnit.SECONDS);
    }

    /** A session with a subscription, and then nobody there. */
    private void leaveSession(String uri) {
        try (MqttSource source = source(uri, 1_000)) {
            source.start(new Recorder());
            soon().until(() -> source.status().up());
        }
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static ConditionFactory soon() {
        return await().pollInterval(Duration.ofMillis(20));
    }

    /** What the broker still holds for this session: what the next hub gets. */
    private void assertLeft(List<String> expected) {
        Recorder next = new Recorder();
        try (MqttSource source = source(broker.uri(), 1_000)) {
            source.start(next);
            soon().until(() -> source.status().up() && next.texts.size() >= expected.size());
            await().during(Duration.ofMillis(300)).until(() -> next.copy().equals(expected));
        }
    }

    @Test
    void messagesQueuedWhileTheHubWasAwayAllArriveInOrderAndAreAcknowledged() throws Exception {
        leaveSession(broker.uri());
        publish(broker.port(), 0, 2_000);
        Recorder recorder = new Recorder();
        try (MqttSource source = source(broker.uri(), 1_000)) {
            source.start(recorder);
            soon().until(() -> recorder.texts.size() >= 2_000);
            assertThat(recorder.copy()).isEqualTo(numbers(0, 2_000));
            assertThat(recorder.mostInFlight).hasValue(1);
            assertThat(recorder.sizes).hasSizeLessThan(1_000).allMatch(size -> size <= Intake.MAX_MESSAGES);
            assertThat(recorder.payloads.get(0).topic()).isEqualTo(topic);
            assertThat(recorder.payloads.get(0).format()).isEqualTo("json");
            assertThat(recorder.payloads.get(0).map()).containsEntry("device", "$topic[2]");
            soon().until(() ->
                    source.status().received() == 2_000 && source.status().lastData() > 0);
        }
        assertLeft(List.of());
    }

    @Test
    void whatTheReceiverRefusesIsNotAcknowledgedAndIsOfferedAgain() throws Exception {
        Recorder recorder = new Recorder();
        recorder.failing = true;
        int receiveMaximum = 20;
        try (MqttSource source = source(broker.uri(), receiveMaximum)) {
            source.start(recorder);
            soon().until(() -> source.status().up());
            publish(broker.port(), 0, 300); // 15 times what the broker may send at once
            soon().until(() -> recorder.refused.get() >= 3);
            assertThat(source.status().received()).isLessThanOrEqualTo(receiveMaximum + 64);
            assertThat(source.status().detail()).contains("held back: journal is full");
            recorder.failing = false;
            soon().until(() -> recorder.texts.size() >= 300);
            assertThat(recorder.copy()).isEqualTo(numbers(0, 300));
        }
        assertLeft(List.of());
    }

    @Test
    void refusedMessagesStayWithTheBrokerWhenTheHubStops() throws Exception {
        Recorder recorder = new Recorder();
        recorder.failing = true;
        try (MqttSource source = source(broker.uri(), 1_000)) {
            source.start(recorder);
            soon().until(() -> source.status().up());
            publish(broker.port(), 0, 10);
            soon().until(() -> recorder.refused.get() >= 2);
        }
        assertLeft(numbers(0, 10));
    }

    @Test
    void nothingIsAcknowledgedBeforeTheReceiverIsDone() throws Exception {
        Recorder slow = new Recorder();
        slow.silent = true;
        try (MqttSource source = source(broker.uri(), 1_000)) {
            source.start(slow);
            soon().until(() -> source.status().up());
            publish(broker.port(), 0, 50);
            soon().until(() -> !slow.texts.isEmpty());
        }
        Recorder next = new Recorder();
        try (MqttSource source = source(broker.uri(), 1_000)) {
            source.start(next);
            soon().until(() -> next.texts.size() >= 50);
            assertThat(next.copy()).isEqualTo(numbers(0, 50));
        }
    }

    @Test
    void aBrokerRestartLosesNothing() throws Exception {
        Path data = folder.resolve(name);
        FieldBroker first = FieldBroker.start(data, 0);
        int port = first.port();
        Recorder recorder = new Recorder();
        try (MqttSource source = source(first.uri(), 100)) {
            source.start(recorder);
            soon().until(() -> source.status().up());
            publish(port, 0, 50);
            soon().until(() -> recorder.texts.size() == 50);
            recorder.failing = true; // so that messages are in the hub, not acknowledged, when the broker goes
            publish(port, 50, 300);
            soon().until(() -> recorder.refused.get() >= 1);
            first.close();
            soon().until(() -> !source.status().up());
            assertThat(source.status().detail()).contains("down since").contains("next try in");
            try (FieldBroker second = FieldBroker.start(data, port)) {
                soon().until(() -> source.status().up());
                recorder.failing = false;
                publish(port, 300, 320);
                soon().until(() -> new LinkedHashSet<>(recorder.copy()).size() == 320);
                assertThat(new LinkedHashSet<>(recorder.copy())).containsExactlyElementsOf(numbers(0, 320));
                assertThat(source.status().reconnects()).isPositive();
            }
        } finally {
            first.close();
        }
    }

    @Test
    void aBrokerThatForgetsTheSessionIsSubscribedToAgain() throws Exception {
        Recorder recorder = new Recorder();
        FieldBroker first = FieldBroker.start(folder.resolve(name + "-a"), 0);
        try (MqttSource source = source(first.uri(), 1_000)) {
            source.start(recorder);
            soon().until(() -> source.status().up());
            first.close();
            soon().until(() -> !source.status().up());
            try (FieldBroker second = FieldBroker.start(folder.resolve(name + "-b"), first.port())) {
                soon().until(() -> source.status().up());
                publish(second.port(), 0, 5);
                soon().until(() -> recorder.copy().equals(numbers(0, 5)));
            }
        } finally {
            first.close();
        }
    }

    @Test
    void aBrokerThatIsDownAtStartIsWaitedFor() throws Exception {
        FieldBroker early = FieldBroker.start(folder.resolve(name), 0);
        int port = early.port();
        early.close();
        Recorder recorder = new Recorder();
        try (MqttSource source = source("mqtt://127.0.0.1:" + port, 1_000)) {
            source.start(recorder);
            soon().until(() -> source.status().detail().contains("down since"));
            assertThat(source.status().up()).isFalse();
            assertThat(source.status().detail())
                    .contains("mqtt://127.0.0.1:" + port)
                    .contains("refused");
            try (FieldBroker late = FieldBroker.start(folder.resolve(name), port)) {
                soon().until(() -> source.status().up());
                publish(port, 0, 3);
                soon().until(() -> recorder.copy().equals(numbers(0, 3)));
                assertThat(late.uri()).endsWith(":" + port);
            }
        }
    }

    @Test
    void aRunningStreamKeepsItsOrderInBatches() throws Exception {
        Recorder recorder = new Recorder();
        try (MqttSource source = source(broker.uri(), 1_000)) {
            source.start(recorder);
            soon().until(() -> source.status().up());
            publish(broker.port(), 0, 10_000);
            soon().until(() -> recorder.texts.size() >= 10_000);
            assertThat(recorder.copy()).isEqualTo(numbers(0, 10_000));
            assertThat(recorder.sizes.stream().anyMatch(size -> size > 1)).isTrue();
        }
    }

    /** A broker that knows no receive maximum, or does not mind it, has more under way than the hub takes. */
    @Test
    void moreThanTheHubTakesAtOnceArrivesInOrderAndNothingTwice() throws Exception {
        leaveSession(broker.uri());
        publish(broker.port(), 0, 2_000);
        Recorder recorder = new Recorder();
        try (MqttSource source = source(broker.uri(), 10)) {
            source.start(recorder);
            soon().until(() -> recorder.texts.size() >= 2_000);
            assertThat(recorder.copy()).isEqualTo(numbers(0, 2_000));
        }
        assertLeft(List.of());
    }

    @Test
    void ofASharedSubscriptionEachMessageGoesToOneHub() throws Exception {
        Recorder one = new Recorder();
        Recorder two = new Recorder();
        String group = "$share/" + name + "/";
        try (MqttSource first = source(file(broker.uri(), 100, "one-" + name, group));
                MqttSource second = source(file(broker.uri(), 100, "two-" + name, group))) {
            first.start(one);
            second.start(two);
            soon().until(() -> first.status().up() && second.status().up());
            publish(broker.port(), 0, 200);
            soon().until(() -> one.texts.size() + two.texts.size() >= 200);
            first.close(); // the broker may have preferred it; now the other is at work
            publish(broker.port(), 200, 400);
            soon().until(() -> one.texts.size() + two.texts.size() >= 400);
            assertThat(two.texts).hasSizeGreaterThanOrEqualTo(200);
            List<String> all = new ArrayList<>(one.copy());
            all.addAll(two.copy());
            assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(0, 400));
            assertThat(two.payloads.get(0).format()).isEqualTo("json");
        }
    }

    @Test
    void aRetainedMessageComesOnceAndNotAgainAfterALostConnection() throws Exception {
        Path data = folder.resolve(name);
        FieldBroker first = FieldBroker.start(data, 0);
        Recorder recorder = new Recorder();
        try (MqttSource source = source(first.uri(), 100)) {
            send(first.port(), "kept", true);
            source.start(recorder);
            soon().until(() -> recorder.texts.size() == 1);
            assertThat(recorder.payloads.get(0).retained()).isTrue();
            soon().until(() -> source.status().lastData() > 0);
            first.close();
            soon().until(() -> !source.status().up());
            try (FieldBroker second = FieldBroker.start(data, first.port())) {
                soon().until(() -> source.status().up());
                send(second.port(), "news", false);
                soon().until(() -> recorder.copy().contains("news"));
                assertThat(recorder.copy()).filteredOn("kept"::equals).hasSize(1);
                assertThat(recorder.payloads)
                        .last()
                        .satisfies(p -> assertThat(p.retained()).isFalse());
            }
        } finally {
            first.close();
        }
    }

    private void send(int port, String text, boolean retained) throws Exception {
        Mqtt5AsyncClient client =
                Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildAsync();
        client.connect().get(20, TimeUnit.SECONDS);
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(retained)
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send()
                .get(20, TimeUnit.SECONDS);
        client.disconnect().get(10, TimeUnit.SECONDS);
    }
}
