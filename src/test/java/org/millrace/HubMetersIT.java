package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.stub.AtlasStub;
import org.millrace.console.ConsoleData.SinkView;
import org.millrace.e2e.Homes;
import org.millrace.store.Alarms;

/** A whole hub: run hours go to the CMMS, its order of the service comes back done, and the meter counts anew. */
@Timeout(180)
class HubMetersIT {
    private static final String TOKEN = "drive-token-0123456789";

    @TempDir
    Path folder;

    private final AtlasStub atlas = new AtlasStub();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void configure() throws Exception {
        write("secrets/drive", TOKEN);
        write("secrets/atlas", AtlasStub.PASSWORD);
        write(
                "connectors-config/cmms/atlas.yaml",
                Catalogue.text("atlas")
                                .orElseThrow()
                                .replace("{{env:ATLAS_URL}}", atlas.url())
                                .replace("{{env:ATLAS_USER}}", AtlasStub.USER)
                                .replace("per_minute: 80, per_hour: 900, ", "")
                                .replace("every: 30s", "every: 200ms")
                        + "\norders: { first_pause: 100ms, settle: 200ms }\n");
        write("connectors-config/sources/drive.yaml", """
                kind: HttpSource
                id: drive
                decode: json
                map: { device: "$topic[2]", time: .ts, readings: .values }
                devices: { d: "{{file-secret:drive}}" }
                """);
        write("connectors-config/assets/m-1.yaml", """
                kind: Asset
                id: M-1
                name: Drive 1
                path: acme/lyon/hall-3/m-1
                tags:
                  run: { from: drive, device: d, field: minutes, unit: min, counter: { bits: 32 } }
                """);
        write("connectors-config/rules/service.yaml", """
                kind: Rule
                id: drive-100h
                title: "100 h service of {asset.name}"
                for: { assets: [M-1] }
                watch: meter
                input: run
                every: 100 h
                failure_mode: OTH
                work_order: { on: due }
                """);
        write("connectors-config/meters/hours.yaml", """
                kind: Meters
                id: hours
                connector: atlas
                every: 1d
                meters:
                  - { asset: M-1, tag: run, meter: "17", unit: h }
                """);
        write("routes/drive.camel.yaml", """
                - route:
                    id: drive
                    from: { uri: hub:http/drive, steps: [ { to: hub:decode/auto }, { to: hub:ingest } ] }
                - route:
                    id: orders
                    from: { uri: "hub:events?name=orders", steps: [ { to: hub:cmms/atlas } ] }
                - route:
                    id: meters
                    from:
                      uri: hub:journal/meters
                      parameters: { flushEvery: 50 }
                      steps: [ { to: hub:readings/atlas } ]
                """);
    }

    @AfterEach
    void stop() {
        atlas.close();
    }

    private void write(String file, String text) throws Exception {
        Homes.write(folder.resolve("home"), file, text);
    }

    private void run(Hub hub, long minutes) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url() + "/ingest/drive"))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"ts\":\"" + Instant.now() + "\",\"values\":{\"minutes\":" + minutes + "}}"))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(202);
    }

    private static void eventually(ThrowingRunnable what) {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(what);
    }

    @Test
    void runHoursReachTheCmmsAndItsFinishedOrderBeginsTheNextInterval() throws Exception {
        try (Hub hub = Hub.start(
                new HubOptions(folder.resolve("home"), folder.resolve("data"), Map.of(), OptionalInt.of(0)))) {
            run(hub, 60_003);
            eventually(() -> assertThat(atlas.readings()).containsExactly("17=1000.0"));
            assertThat(atlas.orders()).isEmpty();

            run(hub, 60_003 + 101 * 60);
            eventually(() -> assertThat(atlas.orders())
                    .singleElement()
                    .satisfies(order -> assertThat(order.title).contains("100 h service of Drive 1")));
            assertThat(atlas.readings()).as("once a day").containsExactly("17=1000.0");

            atlas.person(1, "COMPLETE");
            eventually(() -> assertThat(open(hub))
                    .as("re-armed by the order that is done")
                    .isEmpty());
            run(hub, 60_003 + 150 * 60);
            run(hub, 60_003 + 202 * 60);
            eventually(() -> assertThat(open(hub)).hasSize(1));
            eventually(() -> assertThat(readings(hub).lagEntries()).isZero());
            assertThat(readings(hub).up()).isTrue();
        }
    }

    private static List<Alarms.Alarm> open(Hub hub) {
        return hub.store().alarms().open();
    }

    private static SinkView readings(Hub hub) {
        return Sinks.of(hub).stream()
                .filter(sink -> sink.name().equals("readings/atlas"))
                .findFirst()
                .orElseThrow();
    }
}
