package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "clocks",
        description = "How far the clocks of the devices are from the hub's, the farthest first.",
        mixinStandardHelpOptions = true)
final class ClocksCommand implements Callable<Integer> {
    @Mixin
    HubAddress hub = new HubAddress();

    @Option(names = "--json", description = "Print the API's answer as it is.")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        JsonNode clocks = hub.client().get("clocks");
        spec.commandLine().getOut().print(json ? clocks + "\n" : text(clocks));
        return 0;
    }

    static String text(JsonNode clocks) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SOURCE", "DEVICE", "CLOCK", "LAST SEEN"));
        for (JsonNode clock : clocks.path("items")) {
            rows.add(List.of(
                    clock.path("source").asText(),
                    clock.path("device").asText().isEmpty()
                            ? "-"
                            : clock.path("device").asText(),
                    skew(clock.path("skewSeconds").asDouble()),
                    clock.path("lastSeen").asText()));
        }
        return rows.size() == 1 ? "no device has sent times of its own for three minutes\n" : Terminal.table(rows);
    }

    /** {@code 12.3 s behind}. */
    static String skew(double seconds) {
        double size = Math.abs(seconds);
        String amount = size >= 7_200
                ? String.format(Locale.ROOT, "%.1f h", size / 3_600)
                : size >= 120
                        ? String.format(Locale.ROOT, "%.1f min", size / 60)
                        : String.format(Locale.ROOT, "%.1f s", size);
        return size < 0.05 ? "0.0 s" : amount + (seconds > 0 ? " ahead" : " behind");
    }
}
