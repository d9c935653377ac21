package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.e2e.Homes;

/**
 * Devices post over HTTP while the hub is killed: each repeats a message until it has 202. One gives its values a time,
 * the other leaves that to the hub; both number their messages, and every number has to be one row of the historian.
 */
@Timeout(600)
class HttpKillFault {
    private static final int KILLS = 4;

    @TempDir
    Path folder;

    private volatile String url = "";

    @Test
    void whatWasAnswered202IsThereOnceHoweverOftenTheHubIsKilled() throws Exception {
        Random random = new Random(Rig.seed(7));
        Path home = home();
        Path data = folder.resolve("data");
        HubProcess hub = HubProcess.start(home, data, Map.of());
        url = hub.url();
        try (Poster timed = new Poster("timed", "{\"ts\":%d,\"values\":{\"n\":%d}}");
                Poster untimed = new Poster("untimed", "{\"values\":{\"n\":%2$d}}")) {
            for (int kill = 0; kill < KILLS; kill++) {
                int enough = Math.min(timed.acknowledged(), untimed.acknowledged()) + 20;
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> timed.acknowledged() > enough && untimed.acknowledged() > enough);
                await().pollDelay(Duration.ofMillis(random.nextInt(200))).until(() -> true);
                hub.kill();
                hub = HubProcess.start(home, data, Map.of());
                url = hub.url();
            }
            timed.finish();
            untimed.finish();
            assertThat(timed.repeated() + untimed.repeated())
                    .as("a kill that meets no message proves nothing")
                    .isPositive();
            HubProcess last = hub;
            await().atMost(Rig.DRAIN).untilAsserted(() -> {
                assertThat(rows(data, "timed")).isEqualTo(once(timed.acknowledged()));
                assertThat(rows(data, "untimed")).isEqualTo(once(untimed.acknowledged()));
            });
            await().atMost(Rig.DRAIN).ignoreExceptions().untilAsserted(() -> {
                JsonNode ledger = last.get("ledger");
                assertThat(ledger.path("balanced").asBoolean()).as("%s", ledger).isTrue();
            });
        } finally {
            hub.close();
        }
    }

    private static Map<Integer, Integer> once(int messages) {
        Map<Integer, Integer> each = new TreeMap<>();
        for (int n = 1; n <= messages; n++) {
            each.put(n, 1);
        }
        return each;
    }

    /** How many rows each number has. */
    private static Map<Integer, Integer> rows(Path data, String device) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("historian.db"));
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("SELECT coalesce(s.vl, s.v), count(*) FROM tag_sample s JOIN tag t"
                                + " ON t.tag_id = s.tag_id WHERE t.path LIKE '%/" + device + "/n' GROUP BY 1")) {
            Map<Integer, Integer> counts = new TreeMap<>();
            while (rows.next()) {
                counts.put(rows.getInt(1), rows.getInt(2));
            }
            return counts;
        }
    }

    private Path home() throws IOException {
        Path home = folder.resolve("home");
        for (String device : new String[] {"timed", "untimed"}) {
            Homes.write(home, "secrets/" + device, token(device));
            Homes.write(home, "connectors-config/sources/" + device + ".yaml", """
                    kind: HttpSource
                    id: %1$s
                    decode: json
                    map: { device: "$topic[2]", %2$sreadings: .values }
                    devices: { %1$s: "{{file-secret:%1$s}}" }
                    """.formatted(
                            device, device.equals("timed") ? "time: .ts, " : ""));
            Homes.write(home, "connectors-config/assets/" + device + ".yaml", """
                    kind: Asset
                    id: %1$s
                    name: %1$s
                    path: acme/oracle/http/%1$s
                    tags:
                      n: { from: %1$s, device: %1$s, field: n }
                    """.formatted(device));
            Homes.write(home, "routes/sources/" + device + ".camel.yaml", """
                    - route:
                        id: %1$s
                        from:
                          uri: hub:http/%1$s
                          steps: [ { to: "hub:decode/auto" }, { to: "hub:ingest" } ]
                    """.formatted(device));
        }
        Homes.write(home, "routes/sources/ingest.camel.yaml", """
                - rest:
                    id: ingest
                    path: /ingest
                    post:
                      - id: ingest-post
                        path: /{source}
                        to: hub:receive
                """);
        Homes.write(home, "routes/pipeline/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { flushEvery: 200 }
                      steps: [ { to: "hub:historian" } ]
                """);
        return home;
    }

    private static String token(String device) {
        return device + "-0123456789abcdef";
    }

    /** A device: one message after the other, each until it is answered 202. */
    private final class Poster implements AutoCloseable {
        private final HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
        private final AtomicBoolean run = new AtomicBoolean(true);
        private final AtomicInteger acknowledged = new AtomicInteger();
        private final AtomicInteger repeated = new AtomicInteger();
        private final String device;
        private final String form;
        private final Thread thread;

        /** @param form of the body, given a time in µs and the number */
        Poster(String device, String form) {
            this.device = device;
            this.form = form;
            this.thread = Thread.ofPlatform().name("poster-" + device).start(this::post);
        }

        private void post() {
            long begin = java.time.Instant.parse("2026-11-22T00:00:00Z").getEpochSecond() * 1_000_000L;
            for (int n = 1; run.get(); n++) {
                String body = form.formatted(begin + n * 1_000L, n);
                while (!taken(n, body)) {
                    repeated.incrementAndGet();
                    await().pollDelay(Duration.ofMillis(20)).until(() -> true);
                }
                acknowledged.set(n);
            }
        }

        private boolean taken(int n, String body) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/ingest/" + device))
                    .timeout(Duration.ofSeconds(30))
                    .header("Authorization", "Bearer " + token(device))
                    .header("Idempotency-Key", "message " + n)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try {
                return client.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 202;
            } catch (IOException e) {
                return false; // the hub is being killed: nobody knows whether it was taken
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                run.set(false);
                return true;
            }
        }

        int acknowledged() {
            return acknowledged.get();
        }

        int repeated() {
            return repeated.get();
        }

        /** Ends with the message it is at. */
        void finish() throws InterruptedException {
            run.set(false);
            thread.join(Duration.ofSeconds(60).toMillis());
            assertThat(thread.isAlive()).isFalse();
        }

        @Override
        public void close() throws InterruptedException {
            run.set(false);
            thread.interrupt();
            thread.join(10_000);
            client.close();
        }
    }
}
