package org.millrace.cli;

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
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** @throws IllegalArgumentException with a hint when the text is not an http address */
    HubClient(String url) {
        if (!url.matches("https?://[^\\s/]+(/\\S*)?")) {
            throw new IllegalArgumentException(
                    "'" + url + "' is not the address of a hub; hint: write e.g. --url http://127.0.0.1:8080");
        }
        this.base = URI.create(url.endsWith("/") ? url : url + "/");
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = ask("api/v1/" + path, Duration.ofSeconds(20));
        if (response.statusCode() != 200) {
            throw new IOException(response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return JsonMapper.builder().build().readTree(response.body());
    }

    /** Whatever the hub answers. */
    HttpResponse<String> ask(String path, Duration patience) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(patience).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new IOException("no hub answers at " + base + "; hint: start one with hub run or hub demo, or name it"
                    + " with --url");
        }
    }
}
