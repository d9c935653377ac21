package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a running hub through its REST API. */
final class HubClient {
    private final URI base;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    HubClient(String url) {
        this.base = URI.create(url.endsWith("/") ? url : url + "/");
    }

    /** @param body JSON, also when the hub refuses: {@code error} and {@code hint} */
    record Answer(int status, JsonNode body) {}

    /** @throws IOException when no hub answers, or not with 200 */
    JsonNode get(String path) throws IOException, InterruptedException {
        URI uri = base.resolve("api/v1/" + path);
        Answer answer = send(HttpRequest.newBuilder(uri));
        if (answer.status() != 200) {
            throw new IOException(uri + " answered " + answer.status() + ": "
                    + answer.body().path("error").asText(answer.body().toString()));
        }
        return answer.body();
    }

    /** @throws IOException when no hub answers */
    Answer post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve("api/v1/" + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(), JsonMapper.builder().build().readTree(response.body()));
        } catch (java.net.ConnectException e) {
            throw new IOException("no hub answers at " + base + "; hint: start one with hub run or hub demo, or name it"
                    + " with --url");
        }
    }
}
