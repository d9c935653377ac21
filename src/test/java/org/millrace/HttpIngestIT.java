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
import org.millrace.e2e.Homes;
import org.millrace.journal.Ledger;

/** A whole hub, and a device that posts to it with a real HTTP client. */
@Timeout(180)
class HttpIngestIT {
    private static final String TOKEN = "tracker-token-0123456789";
    private static final String OTHER = "gateway-token-9876543210";
    private static final String BODY = "{\"ts\":\"2026-11-22T18:00:00Z\",\"values\":{\"level\":61.5}}";

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
