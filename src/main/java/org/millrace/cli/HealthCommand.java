package org.millrace.cli;

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
            defaultValue = "http://127.0.0.1:8080",
            description = "The hub (default: ${DEFAULT-VALUE}).")
    String url = "";

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        HttpResponse<String> response = new HubClient(url).ask("health/ready", Duration.ofSeconds(4));
        spec.commandLine().getOut().println(response.body());
        return response.statusCode() == 200 ? 0 : 1;
    }
}
