package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.config.YamlEdit;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;
import org.millrace.register.TagMatcher;
import org.millrace.register.TagMatcher.Candidate;
import org.millrace.register.TagMatcher.Machine;
import org.millrace.register.TagMatcher.Proposal;
import org.millrace.register.TagMatcher.Signal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "map",
        description = {
            "Proposes which unmapped signals belong to which machines, by their names, as tags to paste.",
            "Lists the signals and the machines that are left over."
        },
        mixinStandardHelpOptions = true)
final class MapCommand implements Callable<Integer> {
    @Option(
            names = "--signals",
            paramLabel = "[SOURCE=]FILE",
            description = "Signals from a file instead of a running hub: what hub browse SOURCE --json printed (then"
                    + " with SOURCE=), the answer of /api/v1/unmapped, or one name a line.")
    List<String> signals = new ArrayList<>();

    @Option(names = "--json", description = "One JSON object with every proposal, its score and why.")
    boolean json;

    @Mixin
    HubAddress address = new HubAddress();

    @Mixin
    HomeOptions home = new HomeOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Configuration configuration = HomeFolder.read(home.resolve(), Placeholders.ofProcess());
        List<Signal> unmapped = new ArrayList<>();
        if (signals.isEmpty()) {
            address.client().get("unmapped?limit=10000").path("items").forEach(one -> unmapped.add(sent(one)));
        }
        for (String file : signals) {
            unmapped.addAll(ofFile(file));
        }
        Set<String> taken = origins(configuration);
        unmapped.removeIf(signal -> taken.contains(signal.source() + "\n" + signal.device() + "\n" + signal.field()));
        List<Proposal> proposals = new TagMatcher(machines(configuration)).propose(unmapped);
        List<Asset> without = withoutSignals(configuration, proposals);
        if (json) {
            spec.commandLine().getOut().println(json(proposals, without));
        } else {
            print(configuration, proposals, without);
        }
        return 0;
    }

    private static List<Machine> machines(Configuration configuration) {
        return configuration.plant().assets().stream()
                .map(asset -> new Machine(
                        asset.id(),
                        asset.name(),
                        asset.path(),
                        List.copyOf(asset.cmms().values()),
                        asset.tags().stream()
                                .map(Tag::origin)
                                .filter(origin -> !origin.device().isEmpty())
                                .map(origin -> origin.source() + "/" + origin.device())
                                .collect(Collectors.toSet()),
                        asset.tags().stream().map(Tag::name).collect(Collectors.toSet())))
                .toList();
    }

    private static Set<String> origins(Configuration configuration) {
        Set<String> origins = new HashSet<>();
        configuration
                .plant()
                .assets()
                .forEach(asset -> asset.tags().forEach(tag -> {
                    Tag.Origin origin = tag.origin();
                    origins.add(origin.source() + "\n" + origin.device() + "\n" + origin.field());
                }));
        return origins;
    }

    private static Signal sent(JsonNode one) {
        String device = one.path("device").asText("");
        String field = one.path("field").asText("");
        return new Signal(
                one.path("source").asText(""), device, field, device.isEmpty() ? field : device + "." + field);
    }

    private static List<Signal> ofFile(String given) throws IOException {
        int equals = given.indexOf('=');
        String source = equals < 0 ? "" : given.substring(0, equals);
        Path file = Path.of(given.substring(equals + 1));
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(file + " can't be read; hint: --signals [SOURCE=]FILE");
        }
        String text = Files.readString(file).strip();
        List<Signal> found = new ArrayList<>();
        if (!text.startsWith("{")) {
            text.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(line -> found.add(new Signal(source, "", line, line)));
            return found;
        }
        JsonNode root = JsonMapper.builder().build().readTree(text);
        root.path("items").forEach(one -> found.add(sent(one)));
        for (JsonNode variable : root.path("variables")) {
            if (variable.path("scalar").asBoolean(true)
                    && variable.path("readable").asBoolean(true)) {
                String node = variable.path("node").asText();
                found.add(new Signal(source, "", node, variable.path("path").asText(node)));
            }
        }
        if (source.isEmpty() && root.has("variables")) {
            throw new IllegalArgumentException(
                    "which source does " + file + " come from? hint: --signals SOURCE=" + file);
        }
        return found;
    }

    private static List<Asset> withoutSignals(Configuration configuration, List<Proposal> proposals) {
        Set<String> proposed = proposals.stream()
                .flatMap(proposal -> proposal.confident().stream())
                .map(Candidate::machine)
                .collect(Collectors.toSet());
        return configuration.plant().assets().stream()
                .filter(asset -> asset.tags().isEmpty() && !proposed.contains(asset.id()))
                .toList();
    }

    private void print(Configuration configuration, List<Proposal> proposals, List<Asset> without) {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, List<Proposal>> sure = new LinkedHashMap<>();
        proposals.forEach(proposal -> proposal.confident()
                .ifPresent(best -> sure.computeIfAbsent(best.machine(), key -> new ArrayList<>())
                        .add(proposal)));
        sure.forEach((machine, list) -> {
            String name = configuration.plant().asset(machine).map(Asset::name).orElse("");
            out.println("# " + machine + " " + name);
            out.println("tags:");
            list.forEach(
                    proposal -> out.println("  " + proposal.tag() + ": " + address(configuration, proposal.signal())
                            + " # " + why(proposal.candidates().getFirst())));
            out.println();
        });
        List<Proposal> unsure = proposals.stream()
                .filter(proposal ->
                        proposal.confident().isEmpty() && !proposal.candidates().isEmpty())
                .toList();
        out.println("# unsure: " + unsure.size());
        for (Proposal proposal : unsure) {
            out.println("#   " + shown(proposal.signal()) + ": "
                    + proposal.candidates().stream()
                            .map(one -> one.machine() + "? " + why(one))
                            .collect(Collectors.joining(" | ")));
        }
        List<Proposal> nothing =
                proposals.stream().filter(one -> one.candidates().isEmpty()).toList();
        out.println("# signals like no machine: " + nothing.size());
        nothing.forEach(one -> out.println("#   " + shown(one.signal())));
        out.println("# machines without a signal: " + without.size());
        without.forEach(asset -> out.println("#   " + asset.id() + " " + asset.name()));
    }

    private static String why(Candidate candidate) {
        return String.format(Locale.ROOT, "%.0f %%: %s", candidate.score() * 100, candidate.why());
    }

    private static String shown(Signal signal) {
        String name = signal.name().equals(signal.field()) || signal.name().endsWith("." + signal.field())
                ? ""
                : " (" + signal.name() + ")";
        return signal.source() + " " + (signal.device().isEmpty() ? "" : signal.device() + " ") + signal.field() + name;
    }

    /** As a tag of an asset file names it: node, address, or device and field. */
    private static String address(Configuration configuration, Signal signal) {
        String from = "{ from: " + YamlEdit.quoted(signal.source().isEmpty() ? "SOURCE" : signal.source());
        if (configuration.opcUa().stream().anyMatch(file -> file.id().equals(signal.source()))) {
            return from + ", node: " + YamlEdit.quoted(signal.field()) + " }";
        }
        if (configuration.plc().stream().anyMatch(file -> file.id().equals(signal.source()))) {
            return from + ", address: " + YamlEdit.quoted(signal.field()) + " }";
        }
        String device = signal.device().isEmpty() ? "" : ", device: " + YamlEdit.quoted(signal.device());
        return from + device + ", field: " + YamlEdit.quoted(signal.field()) + " }";
    }

    private static String json(List<Proposal> proposals, List<Asset> without) {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        root.put("confidentFrom", TagMatcher.CONFIDENT);
        ArrayNode signals = root.putArray("signals");
        for (Proposal proposal : proposals) {
            Signal signal = proposal.signal();
            ObjectNode one = signals.addObject()
                    .put("source", signal.source())
                    .put("device", signal.device())
                    .put("field", signal.field())
                    .put("name", signal.name())
                    .put("confident", proposal.confident().isPresent())
                    .put("tag", proposal.tag());
            ArrayNode candidates = one.putArray("candidates");
            proposal.candidates()
                    .forEach(best -> candidates
                            .addObject()
                            .put("asset", best.machine())
                            .put("score", best.score())
                            .put("why", best.why()));
        }
        ArrayNode assets = root.putArray("assetsWithoutSignals");
        without.forEach(asset -> assets.addObject().put("id", asset.id()).put("name", asset.name()));
        return root.toString();
    }
}
