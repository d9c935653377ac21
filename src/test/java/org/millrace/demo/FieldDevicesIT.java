package org.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Undecodable;
import org.millrace.source.SourceMemory;
import org.millrace.source.decode.DecodeStep;
import org.millrace.source.decode.Decoders;
import org.millrace.source.mqtt.MqttSource;
import org.millrace.source.mqtt.MqttSourceFile;

/** The simulated devices, read by the real source and decoders. */
@Timeout(120)
class FieldDevicesIT {
    private static FieldBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = FieldBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void theBrokerIsReachableOnLoopbackOnly() throws Exception {
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(network.getInetAddresses())) {
                if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
                    try (Socket socket = new Socket()) {
                        Assertions.assertThatThrownBy(
                                        () -> socket.connect(new InetSocketAddress(address, broker.port()), 1_000))
                                .isInstanceOf(java.io.IOException.class);
                    }
                }
            }
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", broker.port()), 1_000);
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void everyAcknowledgedMessageBecomesReadings() {
        DecodeStep step = new DecodeStep(Decoders.standard(), DecodeStep.AUTO);
        ConcurrentLinkedQueue<Reading> readings = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Undecodable> undecodable = new ConcurrentLinkedQueue<>();
        MqttSourceFile file = new MqttSourceFile(
                "field",
                broker.uri(),
                MqttSourceFile.Version.V5,
                "hub",
                Duration.ofDays(1),
                1_000,
                Duration.ofSeconds(30),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(
                        new MqttSourceFile.Topic(
                                "application/+/device/+/event/up", "chirpstack", 1, Map.of(), Optional.empty()),
                        new MqttSourceFile.Topic(
                                "plant/+/+/telemetry",
                                "json",
                                1,
                                Map.of("device", "$topic[2]", "time", ".ts", "readings", ".values"),
                                Optional.empty())));
        try (MqttSource source = new MqttSource(file, reference -> "", SourceMemory.none(), Clock.systemUTC());
                LoRaWanPump pump = new LoRaWanPump(
                        broker.port(), Clock.systemUTC(), new SplittableRandom(1), Duration.ofMillis(50));
                SiloSensor silo = new SiloSensor(
                        broker.port(), Clock.systemUTC(), new SplittableRandom(2), Duration.ofMillis(50));
                RecordingReplay replay = new RecordingReplay(broker.port(), Duration.ofMillis(1))) {
            source.start((batch, done) -> {
                var decoded = step.apply((Payloads) batch);
                readings.addAll(decoded.readings());
                undecodable.addAll(decoded.undecodable());
                done.accept(null);
            });
            await().until(() -> source.status().up());
            pump.start();
            silo.start();
            replay.start();
            await().until(() -> replay.finished()
                    && replay.published() == replay.size()
                    && count(readings, "furnace-1") == replay.size());
            pump.stop();
            silo.stop();
            await().until(() -> count(readings, "silo-2") == silo.published()
                    && count(readings, LoRaWanPump.DEV_EUI) == 5 * pump.published());
            assertThat(pump.published()).isPositive();
            assertThat(silo.published()).isPositive();
            assertThat(undecodable).isEmpty();
        }
        assertThat(readings.stream().filter(r -> r.device().equals("furnace-1")).map(Reading::sourceTime))
                .isSorted()
                .allMatch(time -> time >= 1_386_979_200_000_000L && time < 1_387_411_200_000_000L);
    }

    private static long count(Iterable<Reading> readings, String device) {
        long n = 0;
        for (Reading reading : readings) {
            if (reading.device().equals(device)) {
                n++;
            }
        }
        return n;
    }
}
