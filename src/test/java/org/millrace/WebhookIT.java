package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.stub.AtlasStub;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.ticket.OrderState;

/** A CMMS that says when something changed there is asked at once, instead of at the next poll. */
class WebhookIT {
    @TempDir
    Path folder;

    @Test
    void whatChangedInTheCmmsIsKnownWhenItSaysSo() throws Exception {
        Path home = folder.resolve("home");
        try (AtlasStub atlas = new AtlasStub()) {
            write(home);
            Map<String, String> environment = Map.of("ATLAS_URL", atlas.url(), "ATLAS_USER", AtlasStub.USER);
            try (Hub hub = Hub.start(new HubOptions(home, folder.resolve("data"), environment, OptionalInt.of(0)))) {
                raise(hub);
                await().untilAsserted(() -> assertThat(state(hub)).isEqualTo(OrderState.OPEN));
                long polls = atlas.count("POST", "/work-orders/search");
                atlas.person(1, "IN_PROGRESS");

                assertThat(post(hub, "/hooks/atlas/wrong")).isEqualTo(404);
                assertThat(post(hub, "/hooks/other/s3cret-hook")).isEqualTo(404);
                assertThat(post(hub, "/hooks/atlas")).isEqualTo(404);
                assertThat(state(hub)).as("the next poll is an hour away").isEqualTo(OrderState.OPEN);
                assertThat(atlas.count("POST", "/work-orders/search")).isEqualTo(polls);

                assertThat(post(hub, "/hooks/atlas/s3cret-hook")).isEqualTo(202);
                await().untilAsserted(() -> assertThat(state(hub)).isEqualTo(OrderState.IN_PROGRESS));
            }
        }
    }

    private static OrderState state(Hub hub) {
        return hub.store().tickets().list(1).getFirst().state();
    }

    private static int post(Hub hub, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(hub.url() + path))
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"event\":\"WORK_ORDER_CHANGE\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static void raise(Hub hub) {
        SampleBatch batch = SampleBatch.of(List.of(new Sample(
                hub.journal().tagNumber("acme/lyon/hall/line/m/load"), hub.now(), Value.of(2_000.0), Quality.GOOD)));
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), 1, batch, Map.of(), List.of()))
                .join();
    }

    private static void write(Path home) throws Exception {
        Homes.field(home);
        Homes.write(home, "secrets/atlas", AtlasStub.PASSWORD + "\n");
        Homes.write(home, "secrets/atlas-hook", "s3cret-hook\n");
        String atlas = Catalogue.text("atlas").orElseThrow();
        assertThat(atlas).containsPattern("every: \\d+s");
        Homes.write(
                home,
                "connectors-config/cmms/atlas.yaml",
                atlas.replaceAll("every: \\d+s", "every: 1h")
                        + "orders: { webhook: \"{{file-secret:atlas-hook}}\" }\n");
        Homes.write(home, "connectors-config/plant.yaml", """
                kind: Asset
                id: M
                name: Machine
                path: acme/lyon/hall/line/m
                class: machine
                tags:
                  load: { from: field, device: m, field: load }
                ---
                kind: Rule
                id: high
                title: "High on {asset.name}"
                for: { class: machine }
                watch: threshold
                input: load
                limits: { H: 1000 }
                levels: { H: { severity: critical } }
                work_order: { on: raised }
                """);
        Homes.write(home, "routes/sinks/all.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { flushEvery: 100 }
                      steps:
                        - to: hub:historian
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters: { name: work-orders }
                      steps:
                        - to: hub:cmms/atlas
                """);
    }
}
