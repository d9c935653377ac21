package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "reload",
        description =
                "Makes a running hub take up its folder's present files: all of them, or none when there is an error.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:in force", "1:refused; the configuration before goes on", "2:usage"})
final class ReloadCommand implements Callable<Integer> {
    @Mixin
    HubAddress hub = new HubAddress();

    @Option(
            names = "--user",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name:-cli}",
            description = "Who does it, for the audit trail (default: ${DEFAULT-VALUE}).")
    String user = "";

    @Option(names = "--json", description = "Print the API's answer as it is.")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        HubClient.Answer answer = hub.client()
                .post(
                        "reload",
                        JsonMapper.builder().build().createObjectNode().put("user", user),
                        Duration.ofMinutes(3));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(answer.body());
        } else {
            text(answer.body(), out);
        }
        return answer.status() == 200 ? 0 : 1;
    }

    private static void text(JsonNode answer, PrintWriter out) {
        for (JsonNode problem : answer.path("problems")) {
            out.printf(
                    "%s:%d:%d: %s: %s%n",
                    problem.path("file").asText(),
                    problem.path("line").asInt(),
                    problem.path("column").asInt(),
                    problem.path("severity").asText(),
                    problem.path("message").asText());
            if (!problem.path("hint").asText().isEmpty()) {
                out.printf("    hint: %s%n", problem.path("hint").asText());
            }
        }
        List<String> changes = new ArrayList<>();
        answer.path("changes").forEach(change -> changes.add(change.asText()));
        String detail = answer.path("detail").asText(answer.path("error").asText());
        out.printf(
                "%s: configuration %s is in force%s%s%n",
                answer.path("state").asText("failed"),
                answer.path("version").asText("as before"),
                changes.isEmpty() ? "" : "; changed: " + String.join(", ", changes),
                detail.isEmpty() ? "" : "; " + detail);
    }
}
