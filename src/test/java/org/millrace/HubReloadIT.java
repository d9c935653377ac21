package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connector file comes and goes, with the route that names it, while the hub runs. */
class HubReloadIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROUTE = "routes/sinks/work-orders.camel.yaml";
    private static final String CONNECTOR = "connectors-config/cmms/hook.yaml";

    @TempDir
    Path folder;

    @Test
    void aConnectorComesAndGoesWithTheRouteThatNamesIt() throws Exception {
        write(ROUTE, route("desk"));
        Files.createDirectories(folder.resolve("home/connectors-config"));
        try (Hub hub = Hub.start(
                new HubOptions(folder.resolve("home"), folder.resolve("data"), Map.of(), OptionalInt.of(0)))) {
            assertThat(hub.remoteOrders().system("hook")).isEmpty();

            write(CONNECTOR, """
                    kind: Connector
                    id: hook
                    title: Hook
                    base_url: "http://127.0.0.1:9"
                    auth: { kind: none }
                    order: { id: .id, state: .state, reference: .reference }
                    operations:
                      find: { path: /orders, query: { reference: $ref }, items: .orders }
                      create: { method: POST, path: /orders, body: "{title}" }
                    map:
                      severity: { critical: "1", major: "2", minor: "3", info: "4" }
                      state: { open: [open], in_progress: [], on_hold: [], done: [done], cancelled: [] }
                    """);
            write(ROUTE, route("hook"));
            JsonNode added = reload(hub);
            assertThat(added.path("state").asText()).as("%s", added).isEqualTo("applied");
            assertThat(added.path("changes").toString()).contains("connectors 0 -> 1", ROUTE);
            assertThat(hub.remoteOrders().system("hook")).isPresent();

            Files.delete(folder.resolve("home").resolve(CONNECTOR));
            write(ROUTE, route("desk"));
            JsonNode removed = reload(hub);
            assertThat(removed.path("state").asText()).as("%s", removed).isEqualTo("applied");
            assertThat(hub.remoteOrders().system("hook")).isEmpty();
        }
    }

    private static String route(String system) {
        return """
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters: { name: work-orders }
                      steps:
                        - to: hub:cmms/%s
                """.formatted(system);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve("home").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static JsonNode reload(Hub hub) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return JSON.readTree(client.send(
                            HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1/reload"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"anna\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
        }
    }
}
