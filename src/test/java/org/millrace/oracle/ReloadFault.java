package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.e2e.Homes;

/** F18: the configuration of a hub under load is changed, with good files and with bad ones. */
class ReloadFault {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LIMIT = "connectors-config/rules/level-high.yaml";
    private static final String FIELD = "connectors-config/sources/field.yaml";
    private static final String EXTRA_TAG = "acme/oracle/stamped/line/extra/seq";

    @TempDir
    Path folder;

    /** A set of files with one error changes nothing at all, also where its other files are good. */
    @Test
    void f18BadFilesChangeNothingAndAreNamedWithTheirLine() throws Exception {
        try (Rig rig = Rig.withSqlite(folder, 3, 1)) {
            rig.startHub();
            rig.plant().startLoad(400);
            String version = configuration(rig).path("version").asText();
            await().atMost(SOON).until(() -> received(rig) > 200);
            long received = received(rig);
            String good = Files.readString(rig.home().resolve(LIMIT));
            edit(rig, LIMIT, "10 Cel", "1000 Cel"); // good by itself, and not taken up alone

            refused(rig, "connectors-config/assets/broken.yaml", "kind: Asset\nid: [broken\n", 3);
            refused(rig, "connectors-config/assets/lost.yaml", """
                    kind: Asset
                    id: lost
                    name: Lost
                    path: acme/oracle/lost/line/lost
                    tags:
                      level: { from: feld, device: lost, field: level }
                    """, 6);
            refused(rig, "connectors-config/rules/none.yaml", """
                    kind: Rule
                    id: none
                    title: "{level}"
                    for: { class: stamped-tank }
                    watch: threshold
                    input: pressure
                    limits: { H: 10 bar }
                    levels:
                      H: { severity: major }
                    failure_mode: OHE
                    """, 6);
            refused(rig, "routes/sinks/evil.camel.yaml", """
                    - route:
                        id: evil
                        from:
                          uri: hub:journal/evil
                          steps:
                            - to: exec:sh
                    """, 6);

            assertThat(configuration(rig).path("version").asText()).isEqualTo(version);
            assertThat(received(rig)).as("the same source, still at work").isGreaterThan(received);
            rig.plant().incident(0); // crosses 10, not 1000
            rig.plant().stopLoad();
            rig.verify(0);
            Files.writeString(rig.home().resolve(LIMIT), good);
            assertThat(reload(rig, 200).path("state").asText()).isEqualTo("unchanged");
            assertThat(audit(rig))
                    .hasSize(4)
                    .allSatisfy(
                            row -> assertThat(row).contains("configuration.refused", "in force " + version, "anna"));
        }
    }

    private void refused(Rig rig, String file, String text, int line) throws Exception {
        Homes.write(rig.home(), file, text);
        JsonNode answer = reload(rig, 409);
        assertThat(answer.path("state").asText()).isEqualTo("refused");
        assertThat(answer.path("problems")).as("%s", answer).anySatisfy(problem -> {
            assertThat(problem.path("file").asText()).isEqualTo(file);
            assertThat(problem.path("line").asInt()).isEqualTo(line);
            assertThat(problem.path("message").asText()).isNotBlank();
        });
        assertThat(configuration(rig)).as("also told to who asks later").isEqualTo(answer);
        Files.delete(rig.home().resolve(file));
    }

    @Test
    void f18GoodFilesTakeEffectUnderLoadAndTheRestGoesOn() throws Exception {
        try (Rig rig = Rig.withSqlite(folder, 3, 4)) {
            rig.startHub();
            rig.plant().startLoad(400);
            rig.plant().raw("extra", value("seq", 7, 1)); // no tag takes it yet: filtered, the one of verify(1)
            rig.plant().incident(0);
            rig.plant().raw("tank-0002", value("level", 20, 1));
            String open = orderOf(rig, "tank-0002");
            String before = configuration(rig).path("version").asText();
            long received = received(rig);

            Homes.write(rig.home(), "connectors-config/assets/extra.yaml", """
                    kind: Asset
                    id: extra
                    name: Extra
                    path: acme/oracle/stamped/line/extra
                    tags:
                      seq: { from: field, device: extra, field: seq }
                    """);
            Homes.write(rig.home(), "routes/sinks/copy.camel.yaml", """
                    - route:
                        id: copy
                        from:
                          uri: hub:journal/copy
                          steps:
                            - to: hub:historian
                    """);
            edit(rig, LIMIT, "10 Cel", "30 Cel");
            JsonNode applied = reload(rig, 200);
            assertThat(applied.path("state").asText()).as("%s", applied).isEqualTo("applied");
            String after = applied.path("version").asText();
            assertThat(after).isNotEqualTo(before);

            rig.plant().raw("extra", value("seq", 8, 2));
            await().atMost(SOON)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(
                                    rig.hub().last(EXTRA_TAG).path("value").asInt())
                            .isEqualTo(8));
            await().atMost(SOON).untilAsserted(() -> assertThat(states(rig)).contains("copy Started", "field Started"));
            // 20 was too much under the limit before, and is not under this one; 31 is
            rig.plant().raw("tank-0003", value("level", 20, 2));
            rig.plant().raw("tank-0003", value("level", 31, 3));
            orderOf(rig, "tank-0003");
            assertThat(raisedAt(rig, "tank-0003")).isEqualTo(31.0);
            // an incident that was open goes on as the same one, and ends by the new limit
            rig.plant().raw("tank-0002", value("level", 25, 2));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    alarm(rig, "tank-0002").path("active").asBoolean())
                            .isFalse());
            assertThat(orderOf(rig, "tank-0002")).isEqualTo(open);

            assertThat(received(rig)).as("the same source, still at work").isGreaterThan(received);
            Files.delete(rig.home().resolve("routes/sinks/copy.camel.yaml"));
            edit(rig, FIELD, "keep_alive: 4s", "keep_alive: 5s");
            JsonNode second = reload(rig, 200);
            assertThat(second.path("changes").toString())
                    .contains("source field", "routes/sinks/copy.camel.yaml removed")
                    .doesNotContain("rules", "tags");
            assertThat(states(rig)).noneMatch(route -> route.startsWith("copy"));
            assertThat(rig.hub().get("ledger").path("sinks").has("copy")).isFalse();
            rig.awaitConnected(SOON);
            assertThat(audit(rig)).hasSize(2).first().asString().contains("configuration.applied", after);

            rig.plant().raw("tank-0001", value("level", 40, 4));
            orderOf(rig, "tank-0001");
            rig.plant().stopLoad();
            rig.verify(1);
            rig.hub().kill();
            rig.startHub();
            assertThat(configuration(rig).path("version").asText())
                    .as("a restart takes up the same files")
                    .isEqualTo(second.path("version").asText());
            rig.verify(1);
        }
    }

    /** What is taken up at start only is said so, and not half done. */
    @Test
    void f18WhatNeedsARestartIsRefusedWithThatReason() throws Exception {
        try (Rig rig = Rig.withSqlite(folder, 1, 1)) {
            rig.startHub();
            edit(rig, "connectors-config/hub.yaml", "max_size: 2 GB", "max_size: 3 GB");
            edit(rig, LIMIT, "10 Cel", "30 Cel");
            JsonNode answer = reload(rig, 409);
            assertThat(answer.path("problems").path(0).path("file").asText()).isEqualTo("connectors-config/hub.yaml");
            assertThat(answer.path("problems").path(0).path("message").asText()).contains("'journal'");
            assertThat(answer.path("problems").path(0).path("hint").asText()).contains("restart");
            rig.plant().incident(0); // 20: by the limit in force
            rig.verify(0);
        }
    }

    private static JsonNode reload(Rig rig, int status) {
        HttpResponse<String> answer = rig.hub().post("reload", "{\"user\":\"anna\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return HubProcess.json(answer.body());
    }

    private static JsonNode configuration(Rig rig) {
        return rig.hub().get("configuration");
    }

    /** Messages since the source was made: one made anew begins at none. */
    private static long received(Rig rig) {
        return rig.hub().get("sources").path("items").path(0).path("received").asLong();
    }

    private static List<String> states(Rig rig) {
        List<String> states = new ArrayList<>();
        rig.hub()
                .get("routes")
                .path("items")
                .forEach(route -> states.add(
                        route.path("id").asText() + " " + route.path("state").asText()));
        return states;
    }

    /** Number of the asset's only work order. */
    private static String orderOf(Rig rig, String asset) {
        List<String> orders = new ArrayList<>();
        await().atMost(SOON).untilAsserted(() -> {
            orders.clear();
            rig.hub().get("work-orders?limit=1000").path("items").forEach(order -> {
                if (order.path("asset").asText().equals(asset)) {
                    orders.add(order.path("number").asText());
                }
            });
            assertThat(orders).as("orders for %s", asset).hasSize(1);
        });
        return orders.getFirst();
    }

    private static JsonNode alarm(Rig rig, String asset) {
        List<JsonNode> found = new ArrayList<>();
        rig.hub().get("alarms?state=all").path("items").forEach(alarm -> {
            if (alarm.path("asset").asText().equals(asset)) {
                found.add(alarm);
            }
        });
        assertThat(found).as("incidents of %s", asset).hasSize(1);
        return found.getFirst();
    }

    private static double raisedAt(Rig rig, String asset) {
        return alarm(rig, asset).path("value").asDouble();
    }

    /** @param second orders the values of one device; all are in the past */
    private static byte[] value(String field, double value, int second) {
        long time = java.time.Instant.now().minusSeconds(60 - second).getEpochSecond() * 1_000_000;
        return ("{\"ts\":" + time + ",\"values\":{\"" + field + "\":" + value + "}}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void edit(Rig rig, String file, String from, String to) throws Exception {
        Path path = rig.home().resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replace(from, to));
    }

    /** What the audit trail says of the configuration, oldest first. */
    private static List<String> audit(Rig rig) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection store =
                        DriverManager.getConnection("jdbc:sqlite:" + rig.data().resolve("store.db"));
                ResultSet row = store.createStatement()
                        .executeQuery(
                                "SELECT who, what, detail FROM audit WHERE what LIKE 'configuration.%' ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1) + " " + row.getString(2) + " " + row.getString(3));
            }
        }
        return rows;
    }
}
