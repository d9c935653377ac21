package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "why",
        description = "Why a work order is there: reading, tag, rule, event, route, connector.",
        mixinStandardHelpOptions = true)
final class WhyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "WORK-ORDER", description = "Its number, or the id of an incident.")
    String order = "";

    @Mixin
    HubAddress hub = new HubAddress();

    @Option(names = "--json", description = "Print the API's answer as it is.")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        JsonNode answer = hub.client().get("why/" + encoded(order));
        spec.commandLine().getOut().print(json ? answer + "\n" : text(answer));
        return 0;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The steps in order, each with its mark, and the verdict at the end. */
    static String text(JsonNode explanation) {
        StringBuilder out = new StringBuilder();
        for (JsonNode step : explanation.path("steps")) {
            String mark = switch (step.path("outcome").asText()) {
                case "ok" -> "ok  ";
                case "stopped" -> "STOP";
                case "waiting" -> "wait";
                default -> "?   ";
            };
            out.append("%s  %-9s  %-27s  %s%n"
                    .formatted(
                            mark,
                            step.path("step").asText(),
                            step.path("time").asText(),
                            step.path("text").asText()));
            String indent = " ".repeat(17);
            step.path("facts")
                    .properties()
                    .forEach(fact -> out.append(indent)
                            .append(fact.getKey())
                            .append(": ")
                            .append(fact.getValue().asText())
                            .append('\n'));
            if (!step.path("configuration").asText().isEmpty()) {
                out.append(indent)
                        .append("configuration: ")
                        .append(step.path("configuration").asText())
                        .append('\n');
            }
        }
        JsonNode bands = explanation.path("plot").path("bands");
        if (!bands.isEmpty()) {
            out.append("\nrule over time\n");
            bands.forEach(band -> out.append("  %-27s  %s %s%n"
                            .formatted(
                                    band.path("from").asText(),
                                    band.path("state").asText().replace('_', ' '),
                                    band.path("level").asText())
                            .stripTrailing())
                    .append('\n'));
        }
        return out.append('\n')
                .append(explanation.path("verdict").asText())
                .append('\n')
                .toString();
    }
}
