package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "why-not",
        description = "Why a tag made no work order at a time: the step that stopped it.",
        mixinStandardHelpOptions = true)
final class WhyNotCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "TAG@TIME",
            description = "Path of a tag or ASSET/NAME; 2026-11-22T06:00 (the site's time), ...Z, now or -10m.")
    String question = "";

    @Mixin
    HubAddress hub = new HubAddress();

    @Option(names = "--json", description = "Print the API's answer as it is.")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        int at = question.lastIndexOf('@');
        if (at < 1) {
            throw new IllegalArgumentException(
                    "'" + question + "' is not TAG@TIME; hint: e.g. P-101/vibration.velocity_rms@-10m");
        }
        HubClient client = hub.client();
        ZoneId zone = ZoneId.of(client.get("info").path("zone").asText("UTC"));
        long time = TimeText.parse(
                question.substring(at + 1), zone, Clock.systemUTC().instant());
        JsonNode answer = client.get("why-not?tag=" + WhyCommand.encoded(question.substring(0, at)) + "&at=" + time);
        spec.commandLine().getOut().print(json ? answer + "\n" : WhyCommand.text(answer));
        return 0;
    }
}
