package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;

/** A whole hub: a stop without a reason is seen in the API, gets one from a person, and both are kept. */
class HubOeeIT {
    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    private void write(String file, String text) throws IOException {
        Homes.write(folder.resolve("home"), "connectors-config/" + file, text);
    }

    private HttpResponse<String> post(Hub hub, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1/kpi/oee/press/reason"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode shift(Hub hub) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1/kpi/oee?id=press&shifts=1"))
                .build();
        String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return JsonMapper.builder()
                .build()
                .readTree(body)
                .path("items")
                .path(0)
                .path("shifts")
                .path(0);
    }

    @Test
    void aStopGetsItsReasonFromAPersonAndTheParetoCountsIt() throws Exception {
        write("assets/pr.yaml", """
                kind: Asset
                id: PR
                name: Press
                path: acme/pr
                tags:
                  state: { from: field, device: p, field: s, map: { 0: STOP, 1: RUN } }
                  cycles: { from: field, device: p, field: c }
                """);
        Homes.field(folder.resolve("home"));
        write("kpi/press.yaml", """
                kind: Oee
                id: press
                asset: PR
                state: { tag: state, producing: [RUN], idle: [STOP] }
                cycles: { tag: cycles }
                ideal_cycle: { default: 1 s }
                """);
        Files.createDirectories(folder.resolve("home/routes"));
        HubOptions options =
                new HubOptions(folder.resolve("home"), folder.resolve("data"), Map.of(), OptionalInt.of(0));
        try (Hub hub = Hub.start(options)) {
            long start = hub.now() - 1_000_000;
            SampleBatch batch = SampleBatch.builder(1)
                    .addBits(hub.journal().tagNumber("acme/pr/state"), start, SampleBatch.Kind.WHOLE, 0, Quality.GOOD)
                    .build();
            hub.journal()
                    .append(new Journal.Intake("field", hub.now(), 1, batch, Map.of(), List.of()))
                    .join();
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(shift(hub).path("stops")).hasSize(1));
            JsonNode stop = shift(hub).path("stops").path(0);
            assertThat(stop.path("startMicros").asLong()).isEqualTo(start);
            assertThat(stop.path("reason").asText()).isEmpty();
            assertThat(shift(hub).path("reasons").path(0).path("reason").asText())
                    .isEqualTo("no reason given");

            assertThat(post(hub, "{\"start\":" + start + ",\"reason\":\"no material\",\"user\":\"anna\"}")
                            .statusCode())
                    .isEqualTo(200);

            assertThat(shift(hub).path("stops").path(0).path("reason").asText()).isEqualTo("no material");
            assertThat(shift(hub).path("reasons").path(0).path("reason").asText())
                    .isEqualTo("no material");
            assertThat(hub.store().audit().latest(1)).singleElement().satisfies(row -> {
                assertThat(row.who()).isEqualTo("anna");
                assertThat(row.what()).isEqualTo("stop.reason");
                assertThat(row.detail()).contains("PR").contains("no material");
            });
            assertThat(post(hub, "{\"start\":12,\"reason\":\"x\"}").statusCode())
                    .isEqualTo(404);
            assertThat(post(hub, "{\"reason\":\"x\"}").statusCode()).isEqualTo(400);
        }
    }
}
