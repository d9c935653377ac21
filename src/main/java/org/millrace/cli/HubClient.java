package org.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a running hub through its REST API. */
final class HubClient {
    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // no attempt at h2c, whose upgrade can cross with the answer
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @throws IllegalArgumentException with a hint when the text is not an http address */
    HubClient(String url) {
        if (!url.matches("https?://[^\\s/]+(/\\S*)?")) {
            throw new IllegalArgumentException(
                    "'" + url + "' is not the address of a hub; hint: write e.g. --url http://127.0.0.1:8080");
        }
        this.base = URI.create(url.endsWith("/") ? url : url + "/");
    }

    /** @param body JSON, also when the hub refuses: {@code error} and {@code hint} */
    record Answer(int status, JsonNode body) {}

    /** @throws IOException when no hub answers, or not with 200 */
    JsonNode get(String path) throws IOException, InterruptedException {
        Answer answer = answer(api(path));
        if (answer.status() != 200) {
            throw new IOException(base.resolve("api/v1/" + path) + " answered " + answer.status() + ": "
                    + answer.body().path("error").asText(answer.body().toString()));
        }
        return answer.body();
    }

    /** @throws IOException when no hub answers */
    Answer post(String path, JsonNode body) throws IOException, InterruptedException {
        return post(path, body, Duration.ofSeconds(20));
    }

    /** For what takes its time. */
    Answer post(String path, JsonNode body, Duration patience) throws IOException, InterruptedException {
        return answer(api(path)
                .timeout(patience)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    /** Whatever the hub answers. */
    HttpResponse<String> ask(String path, Duration patience) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path)).timeout(patience).build());
    }

    private HttpRequest.Builder api(String path) {
        return HttpRequest.newBuilder(base.resolve("api/v1/" + path)).timeout(Duration.ofSeconds(20));
    }

    private Answer answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request.build());
        try {
            return new Answer(
                    response.statusCode(), JsonMapper.builder().build().readTree(response.body()));
        } catch (JsonProcessingException e) {
            throw new IOException(
                    response.uri() + " answered " + response.statusCode() + ", but not as a hub does: "
                            + response.body(),
                    e);
        }
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new IOException("no hub answers at " + base + "; hint: start one with hub run or hub demo, or name it"
                    + " with --url");
        }
    }
}
