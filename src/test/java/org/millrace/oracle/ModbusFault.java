package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.demo.LoopbackModbusServer;
import org.millrace.e2e.Homes;
import org.millrace.oracle.FaultProxy.Mode;

/** F14: a PLC behind a bad line: connections reset, frames damaged, answers that come too late or never. */
class ModbusFault {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int CYCLES = 12;
    private static final String TAG = "acme/oracle/plc/line/mill/speed";

    @TempDir
    Path folder;

    @Test
    void f14ABadLineGivesBadQualityNeverAStaleGoodValueAndLeavesNothingBehind() throws Exception {
        SimpleProcessImage image = new SimpleProcessImage(1);
        image.addRegister(new SimpleRegister(1_234));
        int port = Rig.freePort();
        Path home = home();
        try (LoopbackModbusServer plc = new LoopbackModbusServer(port, image);
                FaultProxy line = FaultProxy.to(port);
                HubProcess hub = HubProcess.start(
                        home,
                        folder.resolve("data"),
                        Map.of("PLANT_MODBUS", "modbus-tcp://127.0.0.1:" + line.port()))) {
            assertThat(plc).isNotNull();
            awaitGood(hub);
            line.reset();
            awaitGood(hub);
            HubProcess.Resources before = hub.resources();

            Random random = new Random(Rig.seed(14));
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                line.mode(new Mode.Corrupt(8, new Random(random.nextLong())));
                long connections = line.accepted();
                await().atMost(SOON).until(() -> line.accepted() > connections || bad(hub));
                line.mode(FaultProxy.PASS);
                line.reset();
                awaitGood(hub);
            }
            for (Mode away :
                    new Mode[] {new Mode.Delay(Duration.ofSeconds(3)), new Mode.BlackHole(), new Mode.Refuse()}) {
                line.mode(away);
                if (away instanceof Mode.Refuse) {
                    line.reset();
                }
                await("no stale value as good: " + away).atMost(SOON).until(() -> bad(hub));
                line.mode(FaultProxy.PASS);
                line.cut();
                awaitGood(hub);
            }

            await("one connection, whatever happened")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(line.open()).isLessThanOrEqualTo(1));
            // a thread or socket left behind by each of the cycles would be more than this
            await().atMost(SOON).untilAsserted(() -> {
                HubProcess.Resources after = hub.resources();
                assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 11);
                assertThat(after.files()).isLessThanOrEqualTo(before.files() + 11);
            });
            JsonNode ledger = hub.get("ledger");
            assertThat(ledger.path("balanced").asBoolean()).as("%s", ledger).isTrue();
        }
    }

    private static boolean bad(HubProcess hub) {
        return hub.last(TAG).path("quality").asText().equals("BAD");
    }

    /** A value read after now. */
    private static void awaitGood(HubProcess hub) {
        Instant since = Instant.now();
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
            JsonNode last = hub.last(TAG);
            assertThat(last.path("quality").asText()).isEqualTo("GOOD");
            assertThat(last.path("value").asInt()).isEqualTo(1_234);
            assertThat(Instant.parse(last.path("hubTime").asText())).isAfter(since);
        });
    }

    private Path home() throws Exception {
        Path home = folder.resolve("home");
        Homes.write(home, "connectors-config/hub.yaml", "kind: Hub\nsite: oracle\n");
        Homes.write(home, "connectors-config/sources/plc.yaml", """
                kind: PlcSource
                id: plc
                connection: "{{env:PLANT_MODBUS:modbus-tcp://127.0.0.1:1502}}"
                timeout: 1s
                scan: { default: 200ms }
                """);
        Homes.write(home, "connectors-config/assets/mill.yaml", """
                kind: Asset
                id: mill
                name: Mill
                path: acme/oracle/plc/line/mill
                tags:
                  speed: { from: plc, address: "holding-register:1:INT", unit: "1/min" }
                """);
        Homes.write(home, "routes/plc.camel.yaml", """
                - route:
                    id: plc
                    from:
                      uri: hub:plc/plc
                      steps:
                        - to: hub:ingest
                """);
        Homes.write(home, "routes/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      steps:
                        - to: hub:historian
                """);
        return home;
    }
}
