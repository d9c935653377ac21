package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "dead-letters",
        description = "What could not go on, with its reason, newest first.",
        mixinStandardHelpOptions = true)
final class DeadLettersCommand implements Callable<Integer> {
    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:${env:MILLRACE_HTTP_PORT:-8080}",
            description = "The hub (default: ${DEFAULT-VALUE}).")
    String url = "";

    @Option(names = "--json", description = "Print the API's answer as it is, raw bytes included.")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        JsonNode letters = new HubClient(url).get("dead-letters");
        if (json) {
            spec.commandLine().getOut().println(letters);
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "SOURCE", "STEP", "REASON", "WHERE", "DETAIL"));
        for (JsonNode letter : letters.path("items")) {
            rows.add(List.of(
                    letter.path("id").asText(),
                    letter.path("source").asText(),
                    letter.path("step").asText(),
                    letter.path("reason").asText(),
                    letter.path("context").asText(),
                    letter.path("detail").asText()));
        }
        spec.commandLine().getOut().print(rows.size() == 1 ? "no dead letters\n" : Terminal.table(rows));
        return 0;
    }
}
