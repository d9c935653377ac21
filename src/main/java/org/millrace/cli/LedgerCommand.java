package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "ledger",
        description = "The account to the unit: received = stored + queued + filtered + rejected + expired.",
        mixinStandardHelpOptions = true)
final class LedgerCommand implements Callable<Integer> {
    @Mixin
    HubAddress hub = new HubAddress();

    @Option(names = "--json", description = "Print the API's answer as it is.")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        JsonNode ledger = hub.client().get("ledger");
        if (json) {
            spec.commandLine().getOut().println(ledger);
        } else {
            spec.commandLine().getOut().print(text(ledger));
        }
        return ledger.path("balanced").asBoolean() ? 0 : 1;
    }

    static String text(JsonNode ledger) {
        List<List<String>> sources = new ArrayList<>();
        sources.add(List.of("SOURCE", "received", "accepted", "filtered", "rejected", "replayed"));
        ledger.path("sources").properties().forEach(entry -> {
            JsonNode account = entry.getValue();
            sources.add(List.of(
                    entry.getKey(),
                    account.path("received").asText(),
                    account.path("accepted").asText(),
                    account.path("filteredTotal").asText(),
                    account.path("rejected").asText(),
                    account.path("replayed").asText()));
        });
        List<List<String>> filtered = new ArrayList<>();
        filtered.add(List.of("SOURCE", "FILTERED BECAUSE", "readings"));
        ledger.path("sources")
                .properties()
                .forEach(entry -> entry.getValue()
                        .path("filtered")
                        .properties()
                        .forEach(reason -> filtered.add(List.of(
                                entry.getKey(),
                                reason.getKey(),
                                reason.getValue().asText()))));
        List<List<String>> sinks = new ArrayList<>();
        sinks.add(List.of("SINK", "accepted", "stored", "queued", "rejected", "expired", "replayed"));
        ledger.path("sinks").properties().forEach(entry -> {
            JsonNode account = entry.getValue();
            sinks.add(List.of(
                    entry.getKey(),
                    account.path("accepted").asText(),
                    account.path("stored").asText(),
                    account.path("queued").asText(),
                    account.path("rejected").asText(),
                    account.path("expired").asText(),
                    account.path("replayed").asText()));
        });
        String verdict = ledger.path("balanced").asBoolean() ? "balanced\n" : "NOT BALANCED\n";
        String reasons = filtered.size() == 1 ? "" : Terminal.table(filtered) + "\n";
        return Terminal.table(sources) + "\n" + reasons + Terminal.table(sinks) + "\n" + verdict;
    }
}
