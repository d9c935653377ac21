package org.millrace.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.check.OnlineCheck;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.security.CertificateFolders;
import org.millrace.security.Secrets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description =
                "Validates routes, sources, assets and rules offline: file:line:column, what is wrong, what to do.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no errors (warnings are allowed)", "1:errors", "2:usage"})
final class CheckCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "Folder that holds routes/ and connectors-config/ (default: the checkout).")
    @Nullable
    Path dir;

    @Option(names = "--json", description = "One JSON object with all problems.")
    boolean json;

    @Option(
            names = "--online",
            description =
                    "Asks the OPC UA servers as well for nodes, units and ranges, and the folders and databases of"
                            + " file and SQL sources for their columns.")
    boolean online;

    @Mixin
    DataOptions data = new DataOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        HomeOptions options = new HomeOptions();
        options.home = dir;
        Path home = options.resolve();
        if (!Files.isReadable(home)) {
            throw new IllegalArgumentException(home + " cannot be read");
        }
        Configuration configuration = HomeFolder.read(home, Placeholders.ofProcess());
        if (online) {
            List<Problem> problems = new ArrayList<>(configuration.problems());
            problems.addAll(OnlineCheck.problems(
                    home, Placeholders.ofProcess(), Secrets.of(home), CertificateFolders.opcUa(data.resolve(options))));
            configuration = configuration.with(problems);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(configuration));
        } else {
            configuration.problems().forEach(out::println);
            out.printf(
                    Locale.ROOT,
                    "%d sources, %d assets, %d tags, %d rules, %d route files: %s%n",
                    configuration.opcUa().size()
                            + configuration.plc().size()
                            + configuration.mqtt().size()
                            + configuration.http().size()
                            + configuration.files().size()
                            + configuration.sql().size(),
                    configuration.plant().assets().size(),
                    configuration.plant().tags().size(),
                    configuration.ruleFiles().size(),
                    configuration.routes().size(),
                    verdict(configuration));
        }
        return configuration.hasErrors() ? 1 : 0;
    }

    private static String verdict(Configuration configuration) {
        long errors = count(configuration, Problem.Severity.ERROR);
        long warnings = count(configuration, Problem.Severity.WARNING);
        return errors == 0 && warnings == 0 ? "ok" : some(errors, "error") + ", " + some(warnings, "warning");
    }

    private static long count(Configuration configuration, Problem.Severity severity) {
        return configuration.problems().stream()
                .filter(problem -> problem.severity() == severity)
                .count();
    }

    private static String json(Configuration configuration) throws Exception {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode root = mapper.createObjectNode().put("ok", !configuration.hasErrors());
        ArrayNode problems = root.putArray("problems");
        for (Problem problem : configuration.problems()) {
            problems.addObject()
                    .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                    .put("file", problem.file())
                    .put("line", problem.line())
                    .put("column", problem.column())
                    .put("message", problem.message())
                    .put("hint", problem.hint());
        }
        return mapper.writeValueAsString(root);
    }

    private static String some(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}
