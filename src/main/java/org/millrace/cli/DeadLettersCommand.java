package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "dead-letters",
        description = "What could not go on, with its reason, newest first; show and replay it.",
        mixinStandardHelpOptions = true,
        subcommands = {DeadLettersCommand.Show.class, DeadLettersCommand.ReplayLetters.class})
final class DeadLettersCommand implements Callable<Integer> {
    private static final int MOST = 10_000;

    @Option(
            names = "--url",
            defaultValue = HubAddress.DEFAULT,
            description = "The hub (default: ${DEFAULT-VALUE}).",
            scope = picocli.CommandLine.ScopeType.INHERIT)
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
        rows.add(List.of("ID", "STATE", "SOURCE", "STEP", "REASON", "WHERE", "DETAIL"));
        for (JsonNode letter : letters.path("items")) {
            rows.add(List.of(
                    letter.path("id").asText(),
                    letter.path("state").asText(),
                    letter.path("source").asText(),
                    letter.path("step").asText(),
                    letter.path("reason").asText(),
                    letter.path("context").asText(),
                    letter.path("detail").asText()));
        }
        spec.commandLine().getOut().print(rows.size() == 1 ? "no dead letters\n" : Terminal.table(rows));
        return 0;
    }

    @Command(name = "show", description = "One letter with its raw content.", mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "ID", description = "As hub dead-letters lists it.")
        long id;

        @ParentCommand
        DeadLettersCommand parent = new DeadLettersCommand();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            JsonNode letter = new HubClient(parent.url).get("dead-letters/" + id);
            PrintWriter out = spec.commandLine().getOut();
            List<List<String>> rows = new ArrayList<>();
            for (String field :
                    List.of("id", "source", "time", "step", "reason", "detail", "context", "configuration", "state")) {
                rows.add(List.of(field, letter.path(field).asText()));
            }
            if (!letter.path("stateTime").asText().isEmpty()) {
                rows.add(List.of("last replay", letter.path("stateTime").asText()));
                rows.add(List.of("", letter.path("stateDetail").asText()));
            }
            out.print(Terminal.table(rows));
            byte[] raw = Base64.getDecoder().decode(letter.path("base64").asText());
            out.println("raw, " + raw.length + " bytes:");
            out.println(content(raw));
            return 0;
        }
    }

    @Command(
            name = "replay",
            description = "Sends letters on their way again, with the configuration the hub runs with now.",
            mixinStandardHelpOptions = true)
    static final class ReplayLetters implements Callable<Integer> {
        static final class Which {
            @Parameters(paramLabel = "ID", description = "One letter.")
            @Nullable
            Long id;

            @Option(names = "--all", description = "Every letter that was not replayed with success yet, oldest first.")
            boolean all;
        }

        @ArgGroup(multiplicity = "1")
        Which which = new Which();

        @Option(names = "--source", description = "With --all: only of this source.")
        @Nullable
        String source;

        @Option(names = "--reason", description = "With --all: only with this reason.")
        @Nullable
        String reason;

        @Option(names = "--user", defaultValue = "cli", description = "Who, for the audit trail.")
        String user = "";

        @ParentCommand
        DeadLettersCommand parent = new DeadLettersCommand();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            HubClient hub = new HubClient(parent.url);
            Long one = which.id;
            List<Long> ids = one != null ? List.of(one) : wanted(hub);
            int failed = 0;
            for (long id : ids) {
                failed += replay(hub, id) ? 0 : 1;
            }
            spec.commandLine()
                    .getOut()
                    .println((ids.size() - failed) + " of " + ids.size() + " replayed"
                            + (failed > 0 ? ", " + failed + " not" : ""));
            return failed > 0 ? 1 : 0;
        }

        private List<Long> wanted(HubClient hub) throws IOException, InterruptedException {
            List<Long> ids = new ArrayList<>();
            for (JsonNode letter : hub.get("dead-letters?limit=" + MOST).path("items")) {
                if (!letter.path("state").asText().equals("replayed")
                        && (source == null || letter.path("source").asText().equals(source))
                        && (reason == null || letter.path("reason").asText().equals(reason))) {
                    ids.addFirst(letter.path("id").asLong()); // the list is newest first
                }
            }
            return ids;
        }

        private boolean replay(HubClient hub, long id) throws IOException, InterruptedException {
            ObjectNode body = JsonMapper.builder().build().createObjectNode().put("user", user);
            HubClient.Answer answer = hub.post("dead-letters/" + id + "/replay", body);
            JsonNode said = answer.body();
            PrintWriter out = spec.commandLine().getOut();
            if (answer.status() != 200) {
                out.println(id + " not replayed: " + said.path("error").asText());
                return false;
            }
            if (!said.path("state").asText().equals("replayed")) {
                out.println(id + " failed again: " + said.path("detail").asText());
                return false;
            }
            out.println(id + " replayed: " + said.path("accepted").asLong() + " accepted, "
                    + said.path("filtered").asLong() + " filtered, "
                    + said.path("rejected").asLong() + " rejected");
            return true;
        }
    }

    /** Text when it is text, else a hex dump, 16 bytes a line. */
    static String content(byte[] raw) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
            boolean plain = text.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\n' || c == '\r' || c == '\t');
            if (plain) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // not text: below
        }
        StringBuilder dump = new StringBuilder();
        for (int at = 0; at < raw.length; at += 16) {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            int line = at;
            IntStream.range(line, Math.min(line + 16, raw.length)).forEach(i -> {
                hex.append(String.format("%02x ", raw[i]));
                text.append(raw[i] >= ' ' && raw[i] < 0x7f ? (char) raw[i] : '.');
            });
            dump.append(String.format("%08x  %-48s %s%n", at, hex, text));
        }
        return dump.toString().stripTrailing();
    }
}
