package org.millrace.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.security.CertificateFolders;
import org.millrace.security.Secrets;
import org.millrace.source.opcua.OpcUaSourceFile;
import org.millrace.source.opcua.ServerInquiry;
import org.millrace.source.opcua.ServerVariable;
import org.millrace.source.opcua.TagLines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "browse",
        description = "Lists the variables of an OPC UA source's server as tags to paste into an asset file.",
        mixinStandardHelpOptions = true)
final class BrowseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SOURCE", description = "Id of an OPC UA source, as in connectors-config/sources.")
    String source = "";

    @Option(names = "--depth", defaultValue = "6", description = "Levels below Objects (default: ${DEFAULT-VALUE}).")
    int depth = 6;

    @Option(names = "--limit", defaultValue = "1000", description = "Variables at most (default: ${DEFAULT-VALUE}).")
    int limit = 1000;

    @Option(names = "--json", description = "One JSON object with all that the server says.")
    boolean json;

    @Mixin
    HomeOptions home = new HomeOptions();

    @Mixin
    DataOptions data = new DataOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Path folder = home.resolve();
        Configuration configuration = HomeFolder.read(folder, Placeholders.ofProcess());
        OpcUaSourceFile file = configuration.opcUa().stream()
                .filter(one -> one.id().equals(source))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no OPC UA source '" + source
                        + "'; there are: "
                        + configuration.opcUa().stream()
                                .map(OpcUaSourceFile::id)
                                .collect(Collectors.joining(", "))));
        try (ServerInquiry inquiry =
                ServerInquiry.open(file, Secrets.of(folder), CertificateFolders.opcUa(data.resolve(home)))) {
            ServerInquiry.Listing listing = inquiry.browse(depth, limit);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(json(listing));
            } else {
                out.println("# " + listing.variables().size() + " variables of " + source + ", " + file.endpoint()
                        + (listing.complete() ? "" : "; there are more: raise --depth or --limit"));
                out.println("tags:");
                TagLines.of(source, listing.variables()).forEach(out::println);
            }
            return 0;
        }
    }

    private static String json(ServerInquiry.Listing listing) throws Exception {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode root = mapper.createObjectNode().put("complete", listing.complete());
        ArrayNode array = root.putArray("variables");
        for (ServerVariable variable : listing.variables()) {
            ObjectNode one = array.addObject()
                    .put("path", variable.path())
                    .put("node", variable.node())
                    .put("type", variable.type())
                    .put("scalar", variable.scalar())
                    .put("readable", variable.readable())
                    .put("history", variable.history());
            if (!variable.unitShown().isEmpty()) {
                one.put("unitShown", variable.unitShown());
            }
            variable.unit().ifPresent(unit -> one.put("unit", unit));
            variable.range()
                    .ifPresent(range ->
                            one.putObject("range").put("low", range.low()).put("high", range.high()));
        }
        return mapper.writeValueAsString(root);
    }
}
