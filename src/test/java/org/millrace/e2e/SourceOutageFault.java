package org.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.demo.CompressorServer;
import org.millrace.demo.FieldBroker;
import org.millrace.demo.LoRaWanPump;
import org.millrace.demo.PressServer;
import org.millrace.oracle.HubProcess;

/**
 * F03, F14 and F15: counterparts that are away at the start, that restart, and that are gone for ten seconds. The hub
 * starts without them, says so, shows no stale value as good, and recovers without help.
 */
class SourceOutageFault {
    private static final String PRESS = "acme/lyon/hall-2/press-line/pr-3/cycles.total";
    private static final String COMPRESSOR = "acme/lyon/utilities/air/c-301/pressure";
    private static final String PUMP = "acme/lyon/utilities/cooling/p-101/vibration.velocity_rms";

    @TempDir
    Path folder;

    @Test
    void sourcesAwayAtStartAndRestartedLaterRecoverWithoutHelp() throws Exception {
        int mqtt = freePort();
        int opcUa = freePort();
        int modbus = freePort();
        Path home = Homes.shipped(folder.resolve("home"));
        Map<String, String> environment = Map.of(
                "PLANT_MQTT", "mqtt://127.0.0.1:" + mqtt,
                "PLANT_OPCUA", "opc.tcp://127.0.0.1:" + opcUa + "/plant",
                "PLANT_MODBUS", "modbus-tcp://127.0.0.1:" + modbus);
        try (HubProcess hub = HubProcess.start(home, folder.resolve("data"), environment);
                PressServer press = new PressServer(opcUa, 3, Clock.systemUTC());
                CompressorServer compressor = new CompressorServer(modbus, 3)) {
            assertThat(sources(hub)).hasSize(3).allSatisfy(source -> {
                assertThat(source.path("up").asBoolean()).isFalse();
                assertThat(source.path("detail").asText())
                        .as("says what is wrong")
                        .isNotBlank();
            });

            FieldBroker broker = FieldBroker.start(folder.resolve("broker"), mqtt);
            try (LoRaWanPump pump = new LoRaWanPump(broker.port(), Clock.systemUTC(), new Random(3))) {
                press.start();
                compressor.start();
                pump.start();
                awaitFresh(hub, Instant.EPOCH);

                press.stop();
                compressor.stop();
                broker.close();
                await().untilAsserted(() -> {
                    assertThat(sources(hub))
                            .allSatisfy(source ->
                                    assertThat(source.path("up").asBoolean()).isFalse());
                    assertThat(last(hub, PRESS).path("quality").asText())
                            .as("no stale value as good")
                            .isEqualTo("BAD");
                    assertThat(last(hub, COMPRESSOR).path("quality").asText()).isEqualTo("BAD");
                });
                Instant before = Instant.now();

                broker = FieldBroker.start(folder.resolve("broker"), mqtt);
                press.start();
                compressor.start();
                awaitFresh(hub, before);
            } finally {
                broker.close();
            }
            JsonNode ledger = hub.get("ledger");
            assertThat(ledger.path("balanced").asBoolean()).as("%s", ledger).isTrue();
        }
    }

    private static void awaitFresh(HubProcess hub, Instant since) {
        await().pollInterval(Duration.ofMillis(300)).untilAsserted(() -> {
            assertThat(sources(hub))
                    .allSatisfy(source -> assertThat(source.path("up").asBoolean())
                            .as("%s", source)
                            .isTrue());
            for (String tag : new String[] {PRESS, COMPRESSOR, PUMP}) {
                JsonNode last = last(hub, tag);
                assertThat(last.path("quality").asText()).as(tag).isEqualTo("GOOD");
                assertThat(Instant.parse(last.path("hubTime").asText())).as(tag).isAfter(since);
            }
        });
    }

    private static JsonNode sources(HubProcess hub) {
        return hub.get("sources").path("items");
    }

    private static JsonNode last(HubProcess hub, String tag) {
        return hub.get("tags/" + tag + "/last");
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
