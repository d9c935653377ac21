package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "documents",
        description = "Documents for ERP systems: where each stands and what its system said, newest first.",
        mixinStandardHelpOptions = true,
        subcommands = DocumentsCommand.Retry.class)
final class DocumentsCommand implements Callable<Integer> {
    @Option(
            names = "--url",
            defaultValue = HubAddress.DEFAULT,
            description = "The hub (default: ${DEFAULT-VALUE}).",
            scope = ScopeType.INHERIT)
    String url = "";

    @Option(names = "--json", description = "Print the API's answer as it is.")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        JsonNode documents = new HubClient(url).get("documents");
        if (json) {
            spec.commandLine().getOut().println(documents);
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SYSTEM", "STATE", "DOCUMENT", "NUMBER", "REFERENCE", "NOTE"));
        for (JsonNode one : documents.path("items")) {
            rows.add(List.of(
                    one.path("system").asText(),
                    one.path("state").asText(),
                    one.path("document").asText(),
                    one.path("number").asText(),
                    one.path("reference").asText(),
                    one.path("note").asText()));
        }
        spec.commandLine().getOut().print(rows.size() == 1 ? "no documents\n" : Terminal.table(rows));
        return 0;
    }

    @Command(
            name = "retry",
            description = "Tries a document again that its system had refused, once its reason is gone.",
            mixinStandardHelpOptions = true)
    static final class Retry implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "SYSTEM", description = "Id of the connector.")
        String system = "";

        @Parameters(index = "1", paramLabel = "REFERENCE", description = "As hub documents lists it.")
        String reference = "";

        @Option(names = "--user", defaultValue = "cli", description = "Who, for the audit trail.")
        String user = "";

        @ParentCommand
        DocumentsCommand parent = new DocumentsCommand();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            ObjectNode body = JsonMapper.builder()
                    .build()
                    .createObjectNode()
                    .put("system", system)
                    .put("reference", reference)
                    .put("user", user);
            HubClient.Answer answer = new HubClient(parent.url).post("documents/retry", body);
            boolean done = answer.status() == 200;
            spec.commandLine()
                    .getOut()
                    .println(
                            done
                                    ? "on its way again; hub documents tells what becomes of it"
                                    : answer.body().path("error").asText());
            return done ? 0 : 1;
        }
    }
}
