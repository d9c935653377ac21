package org.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.demo.DemoPlant;
import org.millrace.historian.TestPostgres;
import org.millrace.oracle.HubProcess;

/**
 * F01 of the fault matrix on the whole way: kill -9 of the hub in mid-stream, several times, and afterwards every value
 * the broker had acknowledged is in the historian exactly once, the ledger balances, and the pump's incident has exactly
 * one work order.
 */
class MainJobFault {
    private static final int MESSAGES = 6_000;

    @TempDir
    Path folder;

    @Test
    void everyAcceptedValueIsInSqliteOnceAndTheIncidentHasOneOrderAfterKills() throws Exception {
        run(
                "",
                () -> DriverManager.getConnection(
                        "jdbc:sqlite:" + folder.resolve("data").resolve("historian.db")));
    }

    @Test
    void everyAcceptedValueIsInPostgresOnceAndTheIncidentHasOneOrderAfterKills() throws Exception {
        try (TestPostgres postgres = TestPostgres.start()) {
            run(
                    postgres.url() + "?user=" + postgres.user() + "&password=" + postgres.password(),
                    () -> DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password()));
        }
    }

    private void run(String historianUrl, Database database) throws Exception {
        Path home = Homes.shipped(folder.resolve("home"));
        Homes.write(home, "connectors-config/assets/e2e.yaml", StampedDevice.ASSET);
        Path data = Files.createDirectories(folder.resolve("data"));
        Random random = new Random(42);
        try (DemoPlant plant = DemoPlant.start(folder.resolve("plant"), DemoPlant.Ports.FREE, 7, Clock.systemUTC())) {
            Map<String, String> environment = new HashMap<>(plant.environment());
            environment.put("MILLRACE_HISTORIAN_URL", historianUrl);
            HubProcess hub = HubProcess.start(home, data, environment);
            try (StampedDevice device = new StampedDevice(port(plant))) {
                awaitUp(hub); // what is published before the session exists was never the hub's
                plant.play();
                int sent = 0;
                for (int kill = 0; kill < 3; kill++) {
                    int more = MESSAGES / 4;
                    int half = more / 4 + random.nextInt(more / 2);
                    device.send(sent, sent + half);
                    hub.kill();
                    device.send(sent + half, sent + more);
                    sent += more;
                    hub = HubProcess.start(home, data, environment);
                }
                device.send(sent, MESSAGES);
                device.settle();
                HubProcess last = hub;
                await().pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
                    assertThat(orders(last, "P-101")).hasSize(1);
                    assertThat(orders(last, "P-101").getFirst().path("severity").asText())
                            .isEqualTo("critical");
                });
                await().pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() -> assertThat(count(database))
                                .as("stored; %s; dead letters %s", last.get("ledger"), last.get("dead-letters?limit=3"))
                                .isEqualTo(device.acknowledged().size()));
                assertThat(stored(database)).containsExactlyInAnyOrderEntriesOf(device.acknowledged());
                assertThat(device.acknowledged()).hasSize(MESSAGES);
                assertThat(last.get("ledger").path("balanced").asBoolean())
                        .as("ledger %s", last.get("ledger"))
                        .isTrue();
                assertThat(orders(last, "P-101")).as("one incident, one order").hasSize(1);
                assertThat(hub.terminate()).as("exit code after SIGTERM").isIn(0, 143);
            } finally {
                hub.close();
            }
        }
    }

    private static void awaitUp(HubProcess hub) {
        await().untilAsserted(() -> assertThat(hub.get("sources").path("items"))
                .allSatisfy(source -> assertThat(source.path("up").asBoolean())
                        .as("%s", source)
                        .isTrue()));
    }

    private static int port(DemoPlant plant) {
        String uri = plant.environment().get("PLANT_MQTT");
        return Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
    }

    private static List<JsonNode> orders(HubProcess hub, String asset) {
        List<JsonNode> orders = new ArrayList<>();
        hub.get("work-orders").path("items").forEach(order -> {
            if (order.path("asset").asText().equals(asset)) {
                orders.add(order);
            }
        });
        return orders;
    }

    @FunctionalInterface
    private interface Database {
        Connection open() throws Exception;
    }

    private static long count(Database database) throws Exception {
        return stored(database).size();
    }

    /** Source time (µs) to value of the stamped tag; the key of the table makes each time unique. */
    private static Map<Long, Long> stored(Database database) throws Exception {
        Map<Long, Long> rows = new TreeMap<>();
        try (Connection connection = database.open()) {
            boolean sqlite = connection.getMetaData().getDatabaseProductName().equals("SQLite");
            String time = sqlite ? "s.ts" : "(extract(epoch from s.ts) * 1000000)::bigint";
            try (PreparedStatement select = connection.prepareStatement("SELECT " + time
                    + ", coalesce(s.vl, s.v) FROM tag_sample s JOIN tag t ON t.tag_id = s.tag_id WHERE t.path = ?")) {
                select.setString(1, StampedDevice.TAG);
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        rows.put(found.getLong(1), found.getLong(2));
                    }
                }
            } catch (java.sql.SQLException e) {
                return Map.of(); // the schema is not there yet
            }
        }
        return rows;
    }
}
