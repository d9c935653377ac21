package org.millrace.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.check.Rewrite;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.connector.Answer;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.connector.rest.JdkTransport;
import org.millrace.connector.rest.RegisterReader;
import org.millrace.connector.rest.RegisterReader.Register;
import org.millrace.connector.rest.RestConnector;
import org.millrace.plant.Asset;
import org.millrace.register.AssetFolder;
import org.millrace.register.FieldMerge.Change;
import org.millrace.register.FieldMerge.Kind;
import org.millrace.register.ImportPlan;
import org.millrace.register.ImportPlan.AssetChange;
import org.millrace.register.Imported;
import org.millrace.register.UnifiedDiff;
import org.millrace.security.Secrets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "assets",
        description = "The plant's machines and the register of its maintenance system.",
        mixinStandardHelpOptions = true,
        subcommands = AssetsCommand.Import.class)
final class AssetsCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }

    @Command(
            name = "import",
            description = {
                "Reads the register of a connector's system and writes or updates the asset files.",
                "What a person changed is never overwritten, nothing is deleted, and every change is shown."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:done, or nothing to do",
                "1:the register could not be read, or hub check would fail; nothing was written",
                "2:usage",
                "3:with --dry-run: files would change"
            })
    static final class Import implements Callable<Integer> {
        @Parameters(paramLabel = "CONNECTOR", description = "Id of a connector of the home folder.")
        String id = "";

        @Option(names = "--dry-run", description = "Show what would change, write nothing.")
        boolean dryRun;

        @Option(names = "--json", description = "One JSON object instead of the diff.")
        boolean json;

        @Option(
                names = "--under",
                paramLabel = "PATH",
                description = "Path below which new assets stand, e.g. acme/lyon (default: asset.under of the connector"
                        + " file, else that of the assets there are).")
        @Nullable
        String under;

        @Mixin
        HomeOptions home = new HomeOptions();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            Path folder = home.resolve();
            Configuration configuration = HomeFolder.read(folder, Placeholders.ofProcess());
            ConnectorFile file = connector(configuration, folder);
            Optional<Register> register = read(file, folder);
            if (register.isEmpty()) {
                return 1;
            }
            ImportPlan plan = ImportPlan.of(
                    folder,
                    AssetFolder.read(folder),
                    Imported.read(Imported.file(folder, id)),
                    register.get().assets(),
                    register.get().complete(),
                    under(file, configuration));
            List<Problem> broken = Rewrite.newErrors(folder, configuration, texts(plan), Placeholders.ofProcess());
            if (!broken.isEmpty()) {
                PrintWriter err = spec.commandLine().getErr();
                broken.forEach(err::println);
                err.println("hub: nothing is written: with what " + id
                        + " says, hub check would fail as above; hint: correct the register, or the connector's"
                        + " asset: and operations.assets");
                return 1;
            }
            if (!dryRun) {
                Rewrite.write(texts(plan));
                Rewrite.write(Map.of(Imported.file(folder, id), plan.next().text()));
            }
            if (json) {
                spec.commandLine().getOut().println(json(plan, register.get(), folder));
            } else {
                print(plan, register.get(), folder);
            }
            return dryRun && plan.changesFiles() ? 3 : 0;
        }

        private static Map<Path, String> texts(ImportPlan plan) {
            Map<Path, String> texts = new java.util.LinkedHashMap<>();
            plan.files().forEach((file, change) -> texts.put(file, change.after()));
            return texts;
        }

        private ConnectorFile connector(Configuration configuration, Path folder) {
            List<Problem> errors = configuration.problems().stream()
                    .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .filter(problem -> problem.file().startsWith("connectors-config/"))
                    .toList();
            if (!errors.isEmpty()) {
                errors.forEach(spec.commandLine().getErr()::println);
                throw new IllegalArgumentException("the configuration has errors; hint: hub check");
            }
            ConnectorFile file = configuration.connectors().stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(folder + " has no connector '" + id + "'; hint: "
                            + (Catalogue.ids().contains(id) ? "hub connector init " + id : "hub connector list")));
            if (file.operations().assets().isEmpty()) {
                throw new IllegalArgumentException("connector " + id + " does not say how to read its register; hint:"
                        + " operations.assets and asset, see docs/assets.md");
            }
            return file;
        }

        private Optional<Register> read(ConnectorFile file, Path folder) throws IOException {
            RestConnector connector = RestConnector.of(
                    file,
                    Secrets.of(folder),
                    new JdkTransport(JdkTransport.client(file.connection(), folder), file.connection()),
                    Clock.systemUTC());
            ProgressBar bar =
                    new ProgressBar(spec.commandLine().getErr(), ProgressBar.isTerminal() && !json, System::nanoTime);
            RegisterReader reader = new RegisterReader(connector, file, Import::pause);
            Answer<Register> answer = reader.read(new Shown(bar));
            bar.end();
            String why = switch (answer) {
                case Answer.Ok<Register> ok -> "";
                case Answer.Retryable<Register> failed -> failed.why();
                case Answer.Throttled<Register> failed -> failed.why();
                case Answer.Unauthorized<Register> failed ->
                    failed.why() + "; hint: user, secret, or the" + " rights of that user to see assets";
                case Answer.Permanent<Register> failed ->
                    failed.why() + "; hint: compare operations.assets and"
                            + " asset of the connector file with docs/connectors/" + id + ".md";
                case Answer.Unknown<Register> failed -> failed.why();
            };
            if (answer instanceof Answer.Ok<Register> ok) {
                return Optional.of(ok.value());
            }
            String where = file.baseUrl()
                    + file.operations()
                            .assets()
                            .map(ConnectorFile.Operation::path)
                            .orElse("");
            spec.commandLine()
                    .getErr()
                    .println("hub: the register at " + where + " can't be read: " + why
                            + (why.contains("hint:") ? "" : "; hint: hub connector test " + id));
            return Optional.empty();
        }

        private static void pause(Duration pause) {
            try {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private String under(ConnectorFile file, Configuration configuration) {
            if (under != null) {
                if (!under.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,5}")) {
                    throw new IllegalArgumentException(
                            "--under " + under + " is not the begin of a path; hint: enterprise/site, e.g. acme/lyon");
                }
                return under;
            }
            return file.asset()
                    .under()
                    .or(() -> common(configuration))
                    .orElseThrow(
                            () -> new IllegalArgumentException(
                                    "where do new assets stand? hint: --under enterprise/site, or asset.under in the connector file"));
        }

        /** Enterprise and site, where all assets there are share them. */
        private static Optional<String> common(Configuration configuration) {
            List<String> begins = configuration.plant().assets().stream()
                    .map(Asset::path)
                    .map(path -> path.split("/"))
                    .filter(steps -> steps.length > 2)
                    .map(steps -> steps[0] + "/" + steps[1])
                    .distinct()
                    .toList();
            return begins.size() == 1 ? Optional.of(begins.getFirst()) : Optional.empty();
        }

        private void print(ImportPlan plan, Register register, Path folder) {
            PrintWriter out = spec.commandLine().getOut();
            boolean colour = ProgressBar.isTerminal();
            plan.files()
                    .forEach((file, change) -> UnifiedDiff.of(
                                    folder.relativize(file).toString().replace('\\', '/'),
                                    change.before(),
                                    change.after())
                            .forEach(line -> out.println(colour ? coloured(line) : line)));
            if (plan.changesFiles()) {
                out.println();
            }
            for (AssetChange asset : plan.assets()) {
                asset.changes().stream()
                        .filter(change -> told(asset, change))
                        .forEach(change -> out.println(asset.id() + ": " + words(change)));
            }
            plan.gone()
                    .forEach(one -> out.println(one + ": no longer in the register; its file stays, remove it if"
                            + " the machine is gone"));
            plan.notes().forEach(note -> out.println("note: " + note));
            if (!register.complete()) {
                out.println("note: the register has more pages than operations.assets.pages.most allows: nothing is"
                        + " taken for gone");
            }
            if (register.doubled() > 0) {
                out.println("note: " + register.doubled() + " assets came on two pages: the register changed while it"
                        + " was read; import again");
            }
            out.printf(
                    Locale.ROOT,
                    "%d assets in the register: %d new, %d updated, %d left as a person wrote them, %d gone%s%n",
                    register.assets().size(),
                    plan.created(),
                    plan.count(Kind.ADDED, Kind.UPDATED),
                    plan.count(Kind.KEPT, Kind.OWN, Kind.CONFLICT),
                    plan.gone().size(),
                    dryRun ? " (nothing written)" : "");
        }

        /** What a person did is told once; that the places of machines have other names is no news. */
        private static boolean told(AssetChange asset, Change change) {
            return !asset.created()
                    && switch (change.kind()) {
                        case ADDED, UPDATED, OWN -> false;
                        case KEPT -> !change.field().equals("path");
                        case CONFLICT, MOVED, CLEARED -> true;
                    };
        }

        private static String words(Change change) {
            String file = "\"" + change.file() + "\"";
            String register = "\"" + change.register() + "\"";
            return switch (change.kind()) {
                case CONFLICT ->
                    change.field() + " was changed on both sides: " + file + " stays, the register says " + register;
                case MOVED ->
                    "the register has it at " + register + " now; " + file + " stays, because history hangs on it";
                case CLEARED -> change.field() + " is empty in the register; " + file + " stays";
                case KEPT, OWN -> change.field() + " stays " + file + "; the register says " + register;
                case ADDED, UPDATED -> change.field() + " " + file + " becomes " + register;
            };
        }

        private static String coloured(String line) {
            String code = line.startsWith("+++") || line.startsWith("---")
                    ? "1"
                    : line.startsWith("+") ? "32" : line.startsWith("-") ? "31" : line.startsWith("@@") ? "36" : "0";
            return "\u001b[" + code + "m" + line + "\u001b[0m";
        }

        private String json(ImportPlan plan, Register register, Path folder) {
            ObjectNode root = JsonMapper.builder().build().createObjectNode();
            root.put("connector", id)
                    .put("written", !dryRun)
                    .put("complete", register.complete())
                    .put("assets", register.assets().size())
                    .put("created", plan.created())
                    .put("updated", plan.count(Kind.ADDED, Kind.UPDATED));
            ArrayNode files = root.putArray("files");
            plan.files()
                    .forEach((file, change) -> files.addObject()
                            .put("file", folder.relativize(file).toString().replace('\\', '/'))
                            .put("new", change.before().isEmpty()));
            ArrayNode changes = root.putArray("changes");
            for (AssetChange asset : plan.assets()) {
                for (Change change : asset.changes()) {
                    changes.addObject()
                            .put("asset", asset.id())
                            .put("registerId", asset.registerId())
                            .put("field", change.field())
                            .put("kind", change.kind().name().toLowerCase(Locale.ROOT))
                            .put("file", change.file())
                            .put("register", change.register());
                }
            }
            plan.gone().forEach(root.putArray("gone")::add);
            plan.notes().forEach(root.putArray("notes")::add);
            return root.toString();
        }

        /** On a terminal a bar, elsewhere a line for each pause only. */
        private final class Shown implements RegisterReader.Progress {
            private final ProgressBar bar;

            Shown(ProgressBar bar) {
                this.bar = bar;
            }

            @Override
            public void read(int assets, OptionalLong total) {
                bar.at(total.isPresent() && total.getAsLong() > 0 ? (double) assets / total.getAsLong() : 0);
            }

            @Override
            public void pausing(Duration pause, String why) {
                spec.commandLine().getErr().println("waiting " + pause.toSeconds() + " s: " + why);
            }
        }
    }
}
