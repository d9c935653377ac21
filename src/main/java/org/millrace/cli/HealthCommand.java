package org.millrace.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "health",
        description = "Asks a running hub whether it is ready: exit 0 ready, 1 not.",
        mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {
    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:${env:MILLRACE_HTTP_PORT:-8080}",
            description = "The hub (default: ${DEFAULT-VALUE}).")
    String url = "";

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url).resolve("/health/ready"))
                .timeout(Duration.ofSeconds(4))
                .build();
        HttpResponse<String> response;
        try {
            response = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(2))
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) { // has no message of its own
            throw new IOException("no hub answers at " + url, e);
        }
        spec.commandLine().getOut().println(response.body());
        return response.statusCode() == 200 ? 0 : 1;
    }
}
