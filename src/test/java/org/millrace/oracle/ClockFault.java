package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Hub;
import org.millrace.HubOptions;
import org.millrace.HubSummary;
import org.millrace.demo.FieldBroker;

/**
 * F10: somebody sets the machine's clock, an hour back and 400 days ahead. The hub runs in this process, by a clock that
 * jumps; {@link System#nanoTime}, by which its timers run, does not.
 */
class ClockFault {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** Shows the system's time plus an offset. */
    private static final class JumpingClock extends Clock {
        private volatile Duration offset = Duration.ZERO;

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(offset);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void f10AClockThatJumpsChangesNoSourceTimeDoublesNoAlarmAndIsTold() throws Exception {
        Path home = OracleHome.write(folder.resolve("home"), 1, 2);
        Path data = folder.resolve("data");
        JumpingClock clock = new JumpingClock();
        try (FieldBroker broker = FieldBroker.start(folder.resolve("broker"), 0);
                Hub hub = Hub.start(
                        new HubOptions(home, data, Map.of("PLANT_MQTT", broker.uri()), OptionalInt.of(0)), clock);
                StampedPlant plant = new StampedPlant(broker.port(), 1);
                HttpClient http = HttpClient.newHttpClient()) {
            Oracle oracle = new Oracle(
                    plant, () -> DriverManager.getConnection("jdbc:sqlite:" + data.resolve("historian.db")), data);
            await().atMost(SOON).until(() -> up(hub));
            plant.send(50);
            plant.raw(StampedPlant.alarmAsset(0), level(20));
            await().atMost(SOON).until(() -> hub.summary(0).workOrders().size() == 1);

            for (Duration jump : List.of(Duration.ofDays(400), Duration.ofHours(-1))) {
                clock.offset = jump;
                long work = processorNanos();
                long start = System.nanoTime();
                plant.send(50);
                await().atMost(SOON).ignoreExceptions().until(() -> oracle.missing() == 0);
                await().atMost(SOON).until(() -> jumps(data).size() == (jump.isNegative() ? 2 : 1));
                await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
                assertThat((double) (processorNanos() - work) / (System.nanoTime() - start))
                        .as("no hot loop: cores in use after a jump of %s", jump)
                        .isLessThan(0.9 * Runtime.getRuntime().availableProcessors());
                assertThat(up(hub)).isTrue();
                assertThat(hub.summary(0).workOrders()).as("alarm not doubled").hasSize(1);
            }

            // the field's time is right, the hub's an hour behind: not taken for a measurement, and not lost
            plant.raw(StampedPlant.alarmAsset(1), level(30));
            await().atMost(SOON).until(() -> hub.summary(0).ledger().rejected() == 1);
            clock.offset = Duration.ZERO;
            await().atMost(SOON).until(() -> jumps(data).size() == 3);
            JsonNode letter = get(http, hub, "dead-letters").path("items").path(0);
            assertThat(letter.path("reason").asText()).isEqualTo("future-time");
            JsonNode replayed =
                    post(http, hub, "dead-letters/" + letter.path("id").asText() + "/replay");
            assertThat(replayed.path("state").asText()).as("%s", replayed).isEqualTo("replayed");
            await().atMost(SOON).until(() -> hub.summary(0).workOrders().size() == 2);

            plant.settle();
            await().atMost(SOON).untilAsserted(() -> {
                HubSummary.LedgerLine ledger = hub.summary(0).ledger();
                assertThat(ledger.balanced()).isTrue();
                assertThat(ledger.queued() + ledger.rejected() + ledger.expired())
                        .isZero();
            });
            assertThat(oracle.missing()).isZero();
            assertThat(sourceTimes(data)).as("as the devices sent them").isEqualTo(sent(plant, 150));
            assertThat(told(jumps(data).get(0))).isCloseTo(Duration.ofDays(400), Duration.ofMinutes(1));
            assertThat(told(jumps(data).get(1)))
                    .isCloseTo(Duration.ofDays(400).plusHours(1).negated(), Duration.ofMinutes(1));
        }
    }

    /** The size that a line about a jump names. */
    private static Duration told(String line) {
        Matcher size = Pattern.compile("jumped by (PT[-0-9HMS.]+):").matcher(line);
        assertThat(size.find()).as(line).isTrue();
        return Duration.parse(size.group(1));
    }

    private static boolean up(Hub hub) {
        return hub.summary(0).sources().values().stream().allMatch(HubSummary.SourceLine::up);
    }

    private static byte[] level(double level) {
        long micros = Instant.now().toEpochMilli() * 1_000;
        return ("{\"ts\":" + micros + ",\"values\":{\"level\":" + level + "}}").getBytes(StandardCharsets.US_ASCII);
    }

    private static long processorNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static List<Long> sent(StampedPlant plant, int count) {
        List<Long> times = new ArrayList<>();
        for (int seq = 0; seq < count; seq++) {
            times.add(plant.time(seq));
        }
        return times;
    }

    private static List<Long> sourceTimes(Path data) throws Exception {
        List<Long> times = new ArrayList<>();
        try (Connection historian = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("historian.db"));
                ResultSet row = historian
                        .createStatement()
                        .executeQuery("SELECT s.ts FROM tag_sample s JOIN tag t ON t.tag_id = s.tag_id WHERE t.path = '"
                                + StampedPlant.tag(0, "seq") + "' ORDER BY s.ts")) {
            while (row.next()) {
                times.add(row.getLong(1));
            }
        }
        return times;
    }

    private static List<String> jumps(Path data) throws Exception {
        List<String> jumps = new ArrayList<>();
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("store.db"));
                ResultSet row = store.createStatement()
                        .executeQuery("SELECT detail FROM audit WHERE what = 'clock.jump' ORDER BY id")) {
            while (row.next()) {
                jumps.add(row.getString(1));
            }
        }
        return jumps;
    }

    private static JsonNode get(HttpClient http, Hub hub, String path) throws Exception {
        return answer(http, HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1/" + path)));
    }

    private static JsonNode post(HttpClient http, Hub hub, String path) throws Exception {
        return answer(
                http,
                HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1/" + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"anna\"}")));
    }

    private static JsonNode answer(HttpClient http, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer =
                http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return HubProcess.json(answer.body());
    }
}
