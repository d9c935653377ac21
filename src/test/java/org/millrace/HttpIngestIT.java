package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.e2e.Homes;
import org.millrace.journal.Ledger;

/** A whole hub, and a device that posts to it with a real HTTP client. */
@Timeout(180)
class HttpIngestIT {
    private static final String TOKEN = "tracker-token-0123456789";
    private static final String OTHER = "gateway-token-9876543210";
    private static final String BODY = "{\"ts\":\"2026-11-22T18:00:00Z\",\"values\":{\"level\":61.5}}";

    private static final String REST = """
            - rest:
                id: ingest
                path: /ingest
                post:
                  - id: ingest-post
                    path: /{source}
                    to: hub:receive
            """;

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void configure() throws IOException {
        write("secrets/tracker", TOKEN + "\n");
        write("secrets/gateway", OTHER + "\n");
        write("secrets/short", "short");
        write("connectors-config/sources/cellular.yaml", """
                kind: HttpSource
                id: cellular
                decode: json
                map: { device: "$topic[2]", time: .ts, readings: .values }
                max_body: 1000
                devices: { tracker-1: "{{file-secret:tracker}}", weak: "{{file-secret:short}}" }
                """);
        write("connectors-config/sources/gateways.yaml", """
                kind: HttpSource
                id: gateways
                decode: ruuvi
                devices: { gateway-1: "{{file-secret:gateway}}" }
                """);
        write("connectors-config/assets/t-1.yaml", """
                kind: Asset
                id: T-1
                name: Tank 1
                path: acme/lyon/yard/tanks/t-1
                tags:
                  level: { from: cellular, device: tracker-1, field: level, unit: "%" }
                """);
        write("routes/sources/cellular.camel.yaml", """
                - route:
                    id: cellular
                    from:
                      uri: hub:http/cellular
                      steps:
                        - to: hub:decode/auto
                        - to: hub:ingest
                """);
    }

    /** The address as Camel's REST DSL declares it; without this file the source takes its messages itself. */
    private void declaredByRest() throws IOException {
        write("routes/sources/ingest.camel.yaml", REST);
    }

    private void write(String file, String text) throws IOException {
        Homes.write(folder.resolve("home"), file, text);
    }

    private Hub start() throws Exception {
        return Hub.start(new HubOptions(folder.resolve("home"), folder.resolve("data"), Map.of(), OptionalInt.of(0)));
    }

    private HttpResponse<String> post(Hub hub, String path, String token, String id, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hub.url() + path))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!id.isEmpty()) {
            request.header("Idempotency-Key", id);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Ledger.SourceAccount account(Hub hub, String source) {
        return java.util.Objects.requireNonNull(hub.journal().ledger().sources().get(source));
    }

    @Test
    void whatIsAnswered202IsInTheJournalOnceAlsoAfterARestart() throws Exception {
        try (Hub hub = start()) {
            assertThat(post(hub, "/ingest/cellular", TOKEN, "m-1", BODY).statusCode())
                    .isEqualTo(202);
            assertThat(account(hub, "cellular").accepted()).isEqualTo(1);
            assertThat(post(hub, "/ingest/cellular", TOKEN, "m-1", BODY).body()).contains("taken before");
            assertThat(account(hub, "cellular").accepted()).isEqualTo(1);
        }
        try (Hub hub = start()) {
            assertThat(post(hub, "/ingest/cellular", TOKEN, "m-1", BODY).body()).contains("taken before");
            assertThat(post(hub, "/ingest/cellular", TOKEN, "m-2", BODY.replace("18:00", "18:01"))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(account(hub, "cellular").accepted()).isEqualTo(2);
            await().untilAsserted(
                            () -> assertThat(hub.live().last(hub.journal().tagNumber("acme/lyon/yard/tanks/t-1/level")))
                                    .isPresent());
        }
    }

    @Test
    void theSameHoldsForTheAddressThatARestRouteDeclares() throws Exception {
        declaredByRest();
        try (Hub hub = start()) {
            assertThat(hub.routes().routes())
                    .filteredOn(route -> route.from().startsWith("rest:"))
                    .singleElement()
                    .satisfies(route -> assertThat(route.id()).isEqualTo("ingest-post"));
            HttpResponse<String> taken = post(hub, "/ingest/cellular", TOKEN, "m-1", BODY);
            assertThat(taken.body()).isEqualTo("{\"status\":\"taken\"}");
            assertThat(taken.statusCode()).isEqualTo(202);
            assertThat(taken.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(taken.headers().map().toString()).doesNotContain(TOKEN);
            assertThat(taken.headers().map().keySet()).doesNotContain("idempotency-key");
            assertThat(post(hub, "/ingest/cellular", TOKEN, "m-1", BODY).body()).contains("taken before");
            assertThat(account(hub, "cellular").accepted()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(completed(hub)).isEqualTo(2));

            assertThat(post(hub, "/ingest/cellular", "", "", BODY).statusCode()).isEqualTo(401);
            assertThat(post(hub, "/ingest/cellular", OTHER, "", BODY).statusCode())
                    .isEqualTo(403);
            assertThat(post(hub, "/ingest/cellular", TOKEN, "", "x".repeat(1_001))
                            .statusCode())
                    .isEqualTo(413);
            assertThat(post(hub, "/ingest/cellular", TOKEN, "", "{").statusCode())
                    .isEqualTo(202);
            assertThat(hub.journal().deadLetters(10))
                    .singleElement()
                    .satisfies(stored -> assertThat(stored.letter().context()).isEqualTo("ingest/cellular/tracker-1"));
            HttpResponse<String> noRoute = post(hub, "/ingest/gateways", OTHER, "", "{}");
            assertThat(noRoute.statusCode()).isEqualTo(503);
            assertThat(noRoute.headers().firstValue("Retry-After")).contains("10");
            await().untilAsserted(() -> assertThat(completed(hub)).isEqualTo(4));
        }
    }

    private static long completed(Hub hub) {
        return hub.routes().routes().stream()
                .filter(route -> route.id().equals("ingest-post"))
                .mapToLong(org.millrace.route.CamelRoutes.RouteState::completed)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFormsContentTypeAndHeadersOfTheHubChangeNothing(boolean declared) throws Exception {
        if (declared) {
            declaredByRest();
        }
        try (Hub hub = start()) {
            String percent = BODY.replace("}}", ",\"note\":\"50%zz=&\"}}");
            HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url() + "/ingest/cellular?source=gateways"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .header("Content-Type", "application/x-www-form-urlencoded") // what curl -d says
                    .header("source", "gateways")
                    .header("username", "weak")
                    .header("CamelHttpResponseCode", "500")
                    .header("CamelVertxPlatformHttpAuthenticatedUser", "weak")
                    .POST(HttpRequest.BodyPublishers.ofString(percent))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(202);
            assertThat(account(hub, "cellular").received()).isEqualTo(2);
            assertThat(account(hub, "cellular").accepted()).isEqualTo(1);
            assertThat(hub.binder().unmapped().list())
                    .singleElement()
                    .satisfies(seen -> assertThat(seen.lastValue()).contains("50%zz=&"));
        }
    }

    @Test
    void nobodyComesInWithoutTheTokenOfADeviceOfThatAddress() throws Exception {
        try (Hub hub = start()) {
            HttpResponse<String> none = post(hub, "/ingest/cellular", "", "", BODY);
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(post(hub, "/ingest/cellular", TOKEN + "x", "", BODY).statusCode())
                    .isEqualTo(401);
            assertThat(post(hub, "/ingest/cellular", "short", "", BODY).statusCode())
                    .isEqualTo(401);
            assertThat(post(hub, "/ingest/nowhere", "", "", BODY).statusCode()).isEqualTo(401);
            assertThat(post(hub, "/ingest/cellular", OTHER, "", BODY).statusCode())
                    .isEqualTo(403);
            assertThat(post(hub, "/elsewhere", TOKEN, "", BODY).statusCode()).isEqualTo(404);
            assertThat(hub.journal().ledger().sources()).doesNotContainKey("cellular");
        }
    }

    @Test
    void aRotatedTokenIsTakenUpWithoutARestart() throws Exception {
        try (Hub hub = start()) {
            write("secrets/tracker", "another-token-0123456789");
            await().untilAsserted(() -> assertThat(post(hub, "/ingest/cellular", "another-token-0123456789", "", BODY)
                            .statusCode())
                    .isEqualTo(202));
            assertThat(post(hub, "/ingest/cellular", TOKEN, "", BODY).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void aBodyBeyondTheLimitIs413AndWhatCannotBeReadIsKeptAsADeadLetter() throws Exception {
        try (Hub hub = start()) {
            assertThat(post(hub, "/ingest/cellular", TOKEN, "", "x".repeat(1_001))
                            .statusCode())
                    .isEqualTo(413);
            HttpRequest chunked = HttpRequest.newBuilder(URI.create(hub.url() + "/ingest/cellular"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .POST(HttpRequest.BodyPublishers.fromPublisher(
                            HttpRequest.BodyPublishers.ofString("x".repeat(5_000))))
                    .build();
            assertThat(client.send(chunked, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(413);
            assertThat(post(hub, "/ingest/cellular", TOKEN, "", "{").statusCode())
                    .isEqualTo(202);
            assertThat(hub.journal().deadLetters(10)).singleElement().satisfies(stored -> {
                assertThat(stored.letter().reason()).isEqualTo("malformed");
                assertThat(stored.letter().context()).isEqualTo("ingest/cellular/tracker-1");
            });
        }
    }
}
