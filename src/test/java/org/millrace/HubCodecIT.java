package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal.StoredDeadLetter;
import org.millrace.signal.Value;

/** A whole hub that reads a device's bytes with the codec beside its asset file, also with one that is mended meanwhile. */
@Timeout(180)
class HubCodecIT {
    private static final String TOKEN = "silo-token-0123456789";
    private static final String TAG = "acme/lyon/yard/silos/s-1/level";
    private static final String CODEC = "connectors-config/assets/probe.js";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private void write(String file, String text) throws Exception {
        Homes.write(folder.resolve("home"), file, text);
    }

    private void configure() throws Exception {
        write("secrets/silo", TOKEN);
        write("connectors-config/sources/raw.yaml", """
                kind: HttpSource
                id: raw
                decode: bytes
                map: { device: "$topic[2]" }
                devices: { silo-1: "{{file-secret:silo}}" }
                """);
        write("connectors-config/assets/s-1.yaml", """
                kind: Asset
                id: S-1
                name: Silo 1
                path: acme/lyon/yard/silos/s-1
                tags:
                  level: { from: raw, device: silo-1, field: level, unit: mm }
                codecs: { silo-1: probe.js }
                """);
        write("routes/sources/raw.camel.yaml", """
                - route:
                    id: raw
                    from:
                      uri: hub:http/raw
                      steps: [ { to: "hub:decode/auto" }, { to: "hub:ingest" } ]
                """);
    }

    private int post(Hub hub, byte... bytes) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url() + "/ingest/raw"))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private String reload(Hub hub) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1/reload"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static void shows(Hub hub, double level) {
        await().untilAsserted(() -> assertThat(hub.live().last(hub.journal().tagNumber(TAG)))
                .hasValueSatisfying(last -> assertThat(last.sample().value()).isEqualTo(Value.of(level))));
    }

    @Test
    void aDeviceIsReadByItsCodecAndAMendedCodecReadsWhatTheOldOneCouldNot() throws Exception {
        configure();
        write(CODEC, "function decodeUplink(i) {\n  return { data: { level: i.bytes[0] * 10 + 0.5 } };\n}\n");
        try (Hub hub = Hub.start(
                new HubOptions(folder.resolve("home"), folder.resolve("data"), Map.of(), OptionalInt.of(0)))) {
            assertThat(post(hub, (byte) 2)).isEqualTo(202);
            shows(hub, 20.5);

            write(CODEC, "function decodeUplink(i) {\n  return { data: { level: ");
            assertThat(reload(hub)).contains("refused", CODEC);
            assertThat(post(hub, (byte) 4)).isEqualTo(202);
            shows(hub, 40.5);

            write(
                    CODEC,
                    "function decodeUplink(i) {\n  while (i.bytes[0] === 9) {}\n"
                            + "  return { data: { level: i.bytes[0] + 0.5 } };\n}\n");
            assertThat(reload(hub)).contains("applied", CODEC);
            assertThat(post(hub, (byte) 9)).isEqualTo(202);
            assertThat(post(hub, (byte) 3)).isEqualTo(202);
            shows(hub, 3.5);
            assertThat(hub.journal().deadLetters(10)).singleElement().satisfies(letter -> {
                assertThat(letter.letter().reason()).isEqualTo("codec");
                assertThat(letter.letter().detail())
                        .isEqualTo("device silo-1: " + CODEC + ":2: the codec ran for more than 100 ms");
            });

            write(CODEC, "function decodeUplink(i) {\n  return { data: { level: i.bytes[0] + 0.25 } };\n}\n");
            assertThat(reload(hub)).contains("applied");
            StoredDeadLetter letter = hub.journal().deadLetters(10).getFirst();
            assertThat(hub.replay().replay(letter.id()).toString()).contains("accepted=1");
            assertThat(Objects.requireNonNull(hub.journal().ledger().sources().get("raw"))
                            .accepted())
                    .isEqualTo(4);
        }
    }
}
