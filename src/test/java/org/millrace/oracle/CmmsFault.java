package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.stub.AtlasStub;
import org.millrace.connector.stub.AtlasStub.Request;
import org.millrace.connector.stub.AtlasStub.Trouble;
import org.millrace.e2e.Homes;

/** What happens between the hub and its work-order system: F02 and F07, on real hub processes. */
class CmmsFault {
    private static final long FIRST_PAUSE_MICROS = 200_000;
    private static final long LONGEST_PAUSE_MICROS = 1_600_000;
    /** The asset whose orders go to the desk instead. */
    private static final int DESK = 0;

    @TempDir
    Path folder;

    private AtlasStub atlas;
    private FaultProxy proxy;
    private Rig rig;

    @BeforeEach
    void start() throws Exception {
        atlas = new AtlasStub();
        proxy = FaultProxy.to(atlas.port());
        rig = Rig.withSqlite(folder, 2, 8);
        rig.environment().put("ATLAS_URL", "http://127.0.0.1:" + proxy.port());
        rig.environment().put("ATLAS_USER", AtlasStub.USER);
        Path home = rig.home();
        Homes.write(home, "secrets/atlas", AtlasStub.PASSWORD + "\n");
        Homes.write(
                home,
                "connectors-config/cmms/atlas.yaml",
                Catalogue.text("atlas").orElseThrow().replaceAll("limits: \\{[^}]*}", "limits: { concurrency: 2 }")
                        + """
                        connection: { read: 2s }
                        orders: { settle: 1s, first_pause: 200ms, longest_pause: 1600ms, comment_every: 15m }
                        """);
        Homes.write(home, "routes/sinks/work-orders.camel.yaml", """
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters:
                        name: work-orders
                      steps:
                        - choice:
                            when:
                              - simple: "${header.asset} == '%s'"
                                steps:
                                  - to: hub:cmms/desk
                            otherwise:
                              steps:
                                - to: hub:cmms/atlas
                """.formatted(StampedPlant.alarmAsset(DESK)));
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
        proxy.close();
        atlas.close();
    }

    private static void eventually(String what, ThrowingRunnable check) {
        await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .untilAsserted(check);
    }

    @Test
    void f02KilledBetweenTheCmmsAcceptingAndTheHubCommittingThereIsOneWorkOrder() throws Exception {
        rig.startHub();
        atlas.trouble("POST /work-orders", Trouble.DONE_THEN_HANGS);
        rig.plant().incident(1);
        eventually("the CMMS has the order", () -> assertThat(ordersOf(1)).isEqualTo(1));
        rig.hub().kill();
        atlas.wellAgain();
        rig.startHub();
        eventually("the hub has found it", () -> assertThat(state(1)).isEqualTo("open"));

        proxy.mode(new FaultProxy.Mode.ReplyLost("POST /work-orders HTTP"));
        rig.plant().incident(2);
        eventually("the answer is lost", () -> assertThat(proxy.repliesLost()).isPositive());
        rig.hub().kill();
        proxy.mode(FaultProxy.PASS);
        rig.startHub();
        eventually("the hub has found it", () -> assertThat(state(2)).isEqualTo("open"));

        assertThat(ordersOf(1)).isEqualTo(1);
        assertThat(ordersOf(2)).isEqualTo(1);
        assertThat(atlas.count("POST", "/work-orders")).isEqualTo(2);
        rig.verify(0);
    }

    @Test
    void f07WhateverTheCmmsAnswersThereIsOneWorkOrderAndTheOtherSinksDoNotWait() throws Exception {
        rig.startHub();
        atlas.trouble("*", Trouble.ERROR);
        rig.plant().incident(1);
        eventually("it was tried more than once", () -> assertThat(refused(500)).hasSizeGreaterThan(6));
        pausesGrow(refused(500));
        eventually("the circuit is seen", () -> {
            assertThat(sink().path("up").asBoolean()).isFalse();
            assertThat(sink().path("lastError").asText()).contains("500");
        });
        rig.plant().incident(DESK);
        eventually("the desk does not wait", () -> assertThat(state(DESK)).isEqualTo("open"));
        rig.plant().send(50);
        eventually(
                "the historian does not wait",
                () -> assertThat(rig.oracle().missing()).isZero());
        atlas.wellAgain();
        eventually("then it arrives", () -> assertThat(state(1)).isEqualTo("open"));
        assertThat(ordersOf(1)).isEqualTo(1);

        survives(2, Trouble.TOO_MANY);
        survives(3, Trouble.HANGS);
        survives(4, Trouble.DONE_THEN_HANGS);
        survives(5, Trouble.GARBAGE);
        survives(6, Trouble.DONE_THEN_500);

        atlas.trouble("*", Trouble.UNAUTHORIZED);
        rig.plant().incident(7);
        eventually(
                "a person is told",
                () -> assertThat(sink().path("lastError").asText()).startsWith("credentials refused"));
        assertThat(refused(401)).as("no storm").hasSizeLessThan(6);
        atlas.wellAgain();
        rig.hub().kill(); // rather than wait for the minute a refused login costs
        rig.startHub();
        eventually("nothing is forgotten", () -> assertThat(state(7)).isEqualTo("open"));
        for (int asset = 1; asset < 8; asset++) {
            assertThat(ordersOf(asset)).as(StampedPlant.alarmAsset(asset)).isEqualTo(1);
        }
        assertThat(rig.hub().get("dead-letters").path("items")).isEmpty();
        rig.verify(0);
    }

    private void survives(int asset, Trouble trouble) throws Exception {
        long before = atlas.count("POST", "/work-orders");
        atlas.trouble("POST /work-orders", trouble);
        rig.plant().incident(asset);
        eventually(
                trouble + " was met",
                () -> assertThat(atlas.count("POST", "/work-orders") > before || ordersOf(asset) > 0)
                        .isTrue());
        atlas.wellAgain();
        eventually("then it arrives", () -> assertThat(state(asset)).isEqualTo("open"));
        assertThat(ordersOf(asset)).as(trouble.name()).isEqualTo(1);
    }

    /** Three failures open the circuit; from then on each pause is at least twice the one before, up to the longest. */
    private static void pausesGrow(List<Request> failed) {
        long least = FIRST_PAUSE_MICROS;
        for (int i = 3; i < failed.size(); i++) {
            long gap = failed.get(i).micros() - failed.get(i - 1).micros();
            assertThat(gap).as("pause %s of %s", i, failed).isGreaterThanOrEqualTo(least * 9 / 10);
            least = Math.min(LONGEST_PAUSE_MICROS, least * 2);
        }
    }

    private List<Request> refused(int status) {
        return atlas.requests().stream()
                .filter(request -> request.status() == status)
                .toList();
    }

    private long ordersOf(int asset) {
        return atlas.orders().stream()
                .filter(order -> order.description.contains("/" + StampedPlant.alarmAsset(asset) + "/"))
                .count();
    }

    private String state(int asset) {
        for (JsonNode order : rig.hub().get("work-orders?limit=1000").path("items")) {
            if (order.path("asset").asText().equals(StampedPlant.alarmAsset(asset))) {
                return order.path("state").asText();
            }
        }
        return "";
    }

    private JsonNode sink() {
        for (JsonNode sink : rig.hub().get("sinks").path("items")) {
            if (sink.path("name").asText().equals("cmms/atlas")) {
                return sink;
            }
        }
        throw new AssertionError("no sink cmms/atlas");
    }
}
