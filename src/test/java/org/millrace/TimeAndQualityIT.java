package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.cli.HubCommand;
import org.millrace.e2e.Homes;
import org.millrace.historian.LastValue;
import org.millrace.journal.Journal;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/**
 * What time does to values: a tag that is silent for longer than its {@code stale_after} is stale wherever it is looked
 * at, and the clock of a device that is off is shown.
 */
class TimeAndQualityIT {
    private static final String TAG = "acme/x/m/level";
    private static final String TOKEN = "a-token-of-the-tracker";
    private static final long SECOND = 1_000_000L;
    private static final long MINUTE = 60 * SECOND;

    @TempDir
    Path folder;

    /** The real one, set forward by the test. */
    private static final class SetClock extends Clock {
        volatile Duration forward = Duration.ZERO;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(forward);
        }
    }

    private final SetClock clock = new SetClock();
    private final HttpClient http = HttpClient.newHttpClient();
    private Hub hub;

    @BeforeEach
    void start() throws Exception {
        Path home = folder.resolve("home");
        Homes.write(home, "connectors-config/assets/m.yaml", """
                kind: Asset
                id: M
                name: Machine
                path: acme/x/m
                class: machine
                tags:
                  level: { from: field, device: m, field: level, unit: bar, stale_after: 10m }
                  other: { from: field, device: m, field: other, unit: bar }
                """);
        Homes.field(home);
        Homes.write(home, "routes/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { flushEvery: 100 }
                      steps:
                        - to: hub:historian
                """);
        Homes.write(home, "connectors-config/sources/cellular.yaml", """
                kind: HttpSource
                id: cellular
                decode: json
                map: { device: "$topic[2]", time: .ts, readings: .values }
                devices: { tracker-1: "{{file-secret:tracker}}" }
                """);
        Homes.write(home, "secrets/tracker", TOKEN);
        Homes.write(home, "routes/cellular.camel.yaml", """
                - route:
                    id: cellular
                    from:
                      uri: hub:http/cellular
                      steps:
                        - to: hub:decode/auto
                        - to: hub:ingest
                """);
        run();
    }

    private void run() throws Exception {
        hub = Hub.start(
                new HubOptions(folder.resolve("home"), folder.resolve("data"), Map.of(), OptionalInt.of(0)), clock);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private void deliver(String tag, long time, double value) {
        SampleBatch batch =
                SampleBatch.of(List.of(new Sample(hub.journal().tagNumber(tag), time, Value.of(value), Quality.GOOD)));
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), 1, batch, Map.of(), List.of()))
                .join();
    }

    private String get(String path) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(hub.url() + path)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private JsonNode last() throws Exception {
        return JsonMapper.builder()
                .build()
                .readTree(get("/api/v1/tags/" + URLEncoder.encode(TAG, StandardCharsets.UTF_8) + "/last"));
    }

    private LastValue stored() throws Exception {
        return hub.historian().query().lastAll().stream()
                .filter(value -> value.tagPath().equals(TAG))
                .findFirst()
                .orElseThrow();
    }

    private void shown(boolean stale, double value) {
        await().ignoreExceptions().untilAsserted(() -> {
            JsonNode last = last();
            assertThat(last.path("stale").asBoolean()).isEqualTo(stale);
            assertThat(last.path("value").asDouble()).isEqualTo(value);
            assertThat(last.path("status").asText()).isEqualTo(stale ? "UncertainLastUsableValue" : "Good");
        });
    }

    private String whyNot() {
        return hub("why-not", "M/level@" + Micros.iso(hub.now()));
    }

    private String hub(String... line) {
        List<String> all = new ArrayList<>(List.of(line));
        all.addAll(List.of("--url", hub.url()));
        StringWriter out = new StringWriter();
        int exit = HubCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(all.toArray(String[]::new));
        assertThat(exit).as(out.toString()).isZero();
        return out.toString();
    }

    @Test
    void itIsStaleInTheApiTheHistorianTheMetricsAndTheExplanation() throws Exception {
        long time = hub.now() - SECOND;
        deliver(TAG, time, 4.5);
        deliver("acme/x/m/other", time, 1);
        shown(false, 4.5);
        assertThat(get("/metrics")).contains("millrace_stale_tags{source=\"field\"} 0.0");

        clock.forward = Duration.ofMinutes(11);
        shown(true, 4.5);
        await().ignoreExceptions().untilAsserted(() -> {
            LastValue mark = stored();
            assertThat(mark.time()).isEqualTo(time + 10 * MINUTE);
            assertThat(mark.quality()).isEqualTo(Quality.UNCERTAIN_LAST_USABLE_VALUE);
            assertThat(mark.value()).isEqualTo(Value.of(4.5));
        });
        assertThat(get("/metrics")).contains("millrace_stale_tags{source=\"field\"} 1.0");
        assertThat(whyNot()).contains("not received").contains("stale: nothing new for 600 s");
        assertThat(hub.journal().ledger().balanced()).isTrue();

        deliver(TAG, hub.now(), 4.6);
        shown(false, 4.6);
        assertThat(get("/metrics")).contains("millrace_stale_tags{source=\"field\"} 0.0");
        await().untilAsserted(() -> assertThat(hub.historian().query().count())
                .as("two values, a mark, the other")
                .isEqualTo(4));
    }

    @Test
    void itIsStaleAfterARestartTooAndMarkedOnce() throws Exception {
        long time = hub.now() - SECOND;
        deliver(TAG, time, 4.5);
        shown(false, 4.5);
        clock.forward = Duration.ofMinutes(11);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(stored().quality()).isEqualTo(Quality.UNCERTAIN_LAST_USABLE_VALUE));
        hub.close();

        clock.forward = Duration.ofMinutes(40);
        run();
        shown(true, 4.5);
        clock.forward = Duration.ofMinutes(60); // more than its stale_after after the start
        long tick = hub.journal().tick(hub.now()).join();
        await().until(() -> hub.rules().position() >= tick);
        deliver(TAG, hub.now(), 4.7);
        shown(false, 4.7);
        await().untilAsserted(() -> assertThat(hub.historian().query().count())
                .as("two values, one mark")
                .isEqualTo(3));
    }

    @Test
    void theClockOfADeviceThatIsBehindIsShown() throws Exception {
        assertThat(hub("clocks")).contains("no device has sent times of its own for three minutes");
        for (int minute = 1; minute <= 3; minute++) {
            clock.forward = Duration.ofMinutes(minute);
            String body = "{\"ts\":\"" + Micros.iso(hub.now() - 3 * 3_600 * SECOND) + "\",\"values\":{\"level\":1}}";
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(hub.url() + "/ingest/cellular"))
                            .header("Authorization", "Bearer " + TOKEN)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        }
        assertThat(hub("clocks")).contains("cellular").contains("tracker-1").contains("3.0 h behind");
        JsonNode shown = JsonMapper.builder().build().readTree(get("/api/v1/clocks"));
        assertThat(shown.path("items").path(0).path("skewSeconds").asDouble()).isBetween(-10_860.0, -10_800.0);
        assertThat(get("/metrics"))
                .containsPattern("millrace_device_clock_skew_seconds\\{device=\"tracker-1\",source=\"cellular\"} -108");
    }
}
