package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.oracle.FaultProxy.Mode;

/**
 * What happens between the broker and the hub: F03, F04, F11, F12, F13. One hub lives through all of them, which is part of
 * what is shown; what one test had refused is expected by the next.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrokerFault {
    @TempDir
    static Path folder;

    private static Rig rig;
    private static long refused;
    private static long threadsAfterOneOutage = 150;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.withSqlite(folder, 4, 4);
        rig.startHub();
    }

    @AfterAll
    static void stop() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    @Order(1)
    void f03ABrokerThatRestartsLosesNothingAndFillsNoLog() throws Exception {
        rig.plant().send(300);
        long logged = linesAbout("is away");
        rig.stopBroker();
        await().until(() -> !rig.connected());
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        rig.restartBroker();
        rig.awaitConnected(Duration.ofSeconds(30));
        rig.plant().send(300);
        rig.plant().incident(0);
        rig.verify(refused);
        assertThat(linesAbout("is away") - logged).as("one line an outage").isEqualTo(1);
        threadsAfterOneOutage = rig.hub().resources().threads();
    }

    @Test
    @Order(2)
    void f04AHalfOpenConnectionIsFoundWithinOneAndAHalfKeepAlives() throws Exception {
        rig.plant().send(100);
        rig.brokerProxy().mode(new Mode.BlackHole());
        long start = System.nanoTime();
        await().pollInterval(Duration.ofMillis(50)).until(() -> !rig.connected());
        Duration found = Duration.ofNanos(System.nanoTime() - start);
        rig.plant().send(100);
        rig.brokerProxy().mode(FaultProxy.PASS);
        rig.brokerProxy().cut();
        rig.awaitConnected(Duration.ofSeconds(30));
        rig.verify(refused);
        assertThat(found).isLessThanOrEqualTo(Duration.ofMillis(OracleHome.KEEP_ALIVE_SECONDS * 1_500L + 10_000));
    }

    @Test
    @Order(3)
    void f04CutHalfClosedResetAndDelayedConnectionsAndLostAnswersLoseNothing() throws Exception {
        FaultProxy proxy = rig.brokerProxy();
        rig.plant().startLoad(400);
        proxy.mode(new Mode.ReplyLost(""));
        await().until(() -> proxy.repliesLost() > 0);
        proxy.mode(new Mode.Delay(Duration.ofMillis(20)));
        rig.awaitConnected(Duration.ofSeconds(40));
        for (Runnable fault : new Runnable[] {proxy::cut, proxy::halfClose, proxy::reset}) {
            fault.run();
            await().pollInterval(Duration.ofMillis(20)).until(() -> !rig.connected());
            rig.awaitConnected(Duration.ofSeconds(40));
        }
        proxy.mode(FaultProxy.PASS);
        rig.plant().stopLoad();
        rig.plant().incident(1);
        rig.verify(refused);
    }

    @Test
    @Order(4)
    void f11EachPoisonIsADeadLetterOnceWithItsReasonAndItsNeighboursAreUnharmed() throws Exception {
        String dev = StampedPlant.device(0);
        Map<String, byte[]> poison = new HashMap<>();
        poison.put("invalid UTF-8", new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'});
        poison.put("not JSON", "<xml/>".getBytes(StandardCharsets.US_ASCII));
        poison.put("too deep", ("[".repeat(10_000) + "]".repeat(10_000)).getBytes(StandardCharsets.US_ASCII));
        poison.put("1601", bytes("{\"ts\":\"1601-01-01T00:00:00Z\",\"values\":{\"seq\":1}}"));
        poison.put("9999", bytes("{\"ts\":\"9999-12-31T23:59:59Z\",\"values\":{\"seq\":1}}"));
        poison.put("bad time", bytes("{\"ts\":\"yesterday\",\"values\":{\"seq\":1}}"));
        poison.put("big", bytes("{\"values\":{\"seq\":\"" + "x".repeat(8 << 20) + "\"}}"));
        poison.put("truncated", bytes("{\"ts\":1,\"values\":{\"seq\""));
        poison.put("empty", new byte[0]);
        long before = rejected();
        for (byte[] payload : poison.values()) {
            rig.plant().send(5);
            rig.plant().raw(dev, payload);
        }
        rig.plant().send(5);
        long expected = poison.size();
        await().untilAsserted(() ->
                assertThat(rejected() - before).as("%s", letters()).isEqualTo(expected));
        refused += expected;
        rig.verify(refused);
        assertThat(rejected() - before).as("once each").isEqualTo(expected);
        letters().forEach(letter -> {
            assertThat(letter.path("reason").asText()).as("%s", letter).isNotBlank();
            assertThat(letter.path("detail").asText())
                    .as("%s", letter)
                    .isNotBlank()
                    .doesNotContain("\tat ");
        });
        assertThat(rig.hub().log()).as("no stack traces for bad payloads").doesNotContain("JsonParseException\n\tat");
    }

    @Test
    @Order(5)
    void f12ABurstOfTenTimesTheRateIsTakenWhole() throws Exception {
        rig.plant().send(2_500); // 4 devices: 10,000 messages as fast as the broker takes them
        rig.plant().incident(2);
        rig.verify(refused); // waits for lag 0, two minutes at most
    }

    @Test
    @Order(6)
    void f13WhatIsDeliveredTwiceIsStoredOnce() throws Exception {
        rig.plant().repeat(1, 0, 200);
        rig.plant().repeat(1, 100, 150);
        rig.plant().incident(3);
        rig.plant().incident(3); // the same condition while its order is open
        rig.verify(refused);
    }

    @Test
    @Order(7)
    void f13ASecondHubOnTheSameDataFolderRefusesToStartAndTheFirstGoesOn() throws Exception {
        assertThatThrownBy(() -> HubProcess.start(rig.home(), rig.data(), rig.environment()))
                .hasMessageContaining("another");
        rig.plant().send(50);
        rig.verify(refused);
        await("no growth of threads over all outages of this class")
                .until(() -> rig.hub().resources().threads() <= threadsAfterOneOutage + 8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static long rejected() {
        return rig.hub().get("ledger").path("total").path("rejected").asLong();
    }

    private static JsonNode letters() {
        return rig.hub().get("dead-letters?limit=100").path("items");
    }

    private static long linesAbout(String words) {
        return rig.hub().log().lines().filter(line -> line.contains(words)).count();
    }
}
