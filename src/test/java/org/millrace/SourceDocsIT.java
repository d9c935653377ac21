package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.e2e.Homes;
import org.millrace.signal.Value;

/** The examples of docs/sources run: the files they show make a home, and what their curl posts becomes the value they say. */
@Timeout(180)
class SourceDocsIT {
    private static final Pattern FILE =
            Pattern.compile("```(?:yaml|js)\\n(?:#|//) ((?:connectors-config|routes)/\\S+)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern BODY = Pattern.compile("-d '([^']*)' http://127.0.0.1:8080(\\S+)");
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "http.md, tracker-1, acme/lyon/yard/tanks/t-1/level, 61.5",
        "codecs.md, silo-1, acme/lyon/yard/silos/s-1/level, 1.5"
    })
    void theExampleRuns(String page, String device, String tag, double value) throws Exception {
        Path home = folder.resolve("home");
        String text = Files.readString(Path.of("docs/sources", page));
        Matcher file = FILE.matcher(text);
        int files = 0;
        while (file.find()) {
            Homes.write(home, file.group(1), file.group(2));
            files++;
        }
        assertThat(files).isEqualTo(4);
        Homes.write(home, "secrets/" + device, TOKEN);
        MatchResult curl = BODY.matcher(text).results().findFirst().orElseThrow();
        try (Hub hub = Hub.start(new HubOptions(home, folder.resolve("data"), Map.of(), OptionalInt.of(0)));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url() + curl.group(2)))
                    .header("Authorization", "Bearer " + TOKEN)
                    .header("Content-Type", "application/x-www-form-urlencoded") // curl -d
                    .POST(HttpRequest.BodyPublishers.ofString(curl.group(1)))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("{\"status\":\"taken\"}");
            assertThat(answer.statusCode()).isEqualTo(202);
            await().untilAsserted(() -> assertThat(hub.live().last(hub.journal().tagNumber(tag)))
                    .hasValueSatisfying(
                            last -> assertThat(last.sample().value()).isEqualTo(Value.of(value))));
        }
    }
}
