package org.millrace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millrace.backtest.Backtest;
import org.millrace.backtest.Backtest.Acknowledge;
import org.millrace.backtest.HistorianHistory;
import org.millrace.backtest.History;
import org.millrace.backtest.JournalHistory;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.BadValue;
import org.millrace.config.Durations;
import org.millrace.config.Placeholders;
import org.millrace.historian.Historian;
import org.millrace.journal.JournalReader;
import org.millrace.plant.Tag;
import org.millrace.security.Secrets;
import org.millrace.signal.Micros;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "backtest",
        description = "Replays recorded values through rules: which tickets there would have been, and what a changed"
                + " rule changes. Writes nothing and asks no other machine than the historian's database.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done, whatever the difference", "1:rules with errors, or no data", "2:usage"})
final class BacktestCommand implements Callable<Integer> {
    private static final String HISTORIAN_FILE = "historian.db";

    @Option(
            names = "--rules",
            required = true,
            paramLabel = "DIR",
            description = "Folder with the rule files to try; or a home folder, with machines of its own.")
    Path rules = Path.of("");

    @Option(names = "--against", paramLabel = "DIR", description = "Rules to compare with, e.g. those in use.")
    @Nullable
    Path against;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "T",
            description = "2026-11-01, 2026-11-01T06:00 (the site's time), 2026-11-01T05:00:00Z, or -7d.")
    String from = "";

    @Option(names = "--to", defaultValue = "now", paramLabel = "T", description = "Likewise (default: now).")
    String to = "now";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The hub's data folder (default: $MILLRACE_DATA, else data/ in the home folder).")
    @Nullable
    Path data;

    @Option(
            names = "--journal",
            description = "Replay the journal in the data folder, entry by entry, instead of the historian.")
    boolean journal;

    @Option(
            names = "--acknowledge",
            defaultValue = "on_return",
            description = "on_return: alarms are acknowledged when they have returned; recorded: as the journal has it"
                    + " (default: ${DEFAULT-VALUE}).")
    Acknowledge acknowledge = Acknowledge.ON_RETURN;

    @Option(
            names = "--warm-up",
            defaultValue = "1h",
            paramLabel = "TIME",
            description = "Values of this long before --from bring the rules into their state"
                    + " (default: ${DEFAULT-VALUE}).")
    String warmUp = "1h";

    @Option(
            names = "--stay-open",
            defaultValue = "8h",
            paramLabel = "TIME",
            description = "An order takes further incidents of the same matter until this long after the return"
                    + " (default: ${DEFAULT-VALUE}).")
    String stayOpen = "8h";

    @Option(names = "--json", description = "One JSON object.")
    boolean json;

    @Mixin
    HomeOptions home = new HomeOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Path folder = home.resolve();
        Map<Backtest.Version, Configuration> versions = new LinkedHashMap<>();
        List<Path> folders = new ArrayList<>();
        if (against != null) {
            folders.add(against);
        }
        folders.add(rules);
        for (Path one : folders) {
            Configuration read = read(folder, one);
            if (read.hasErrors()) {
                read.problems().forEach(spec.commandLine().getErr()::println);
                return 1;
            }
            if (read.ruleFiles().isEmpty()) {
                throw new IllegalArgumentException(
                        one + " holds no rules; hint: name a folder with documents of kind: Rule");
            }
            versions.put(new Backtest.Version(one.toString(), read.ruleFiles(), read.rules(), read.alarms()), read);
        }
        Configuration first = versions.values().iterator().next();
        Instant now = Clock.systemUTC().instant();
        ZoneId zone = ZoneId.of(first.hub().timeZone());
        Backtest.Settings settings = new Backtest.Settings(
                TimeText.parse(from, zone, now),
                TimeText.parse(to, zone, now),
                micros("--warm-up", warmUp),
                micros("--stay-open", stayOpen),
                acknowledge);
        if (settings.from() >= settings.to()) {
            throw new IllegalArgumentException("--from is not before --to");
        }
        BacktestReport report = new BacktestReport(zone, first.version());
        Backtest.Result result = run(folder, versions, first, settings);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json(result));
        } else {
            out.print(report.text(result));
        }
        return 0;
    }

    private static Configuration read(Path home, Path rules) throws IOException {
        if (!Files.isDirectory(rules)) {
            throw new IllegalArgumentException(rules + " is not a folder");
        }
        Path folder = rules.toAbsolutePath().normalize();
        return Files.isDirectory(folder.resolve("connectors-config"))
                ? HomeFolder.readWithRules(folder, folder.resolve("connectors-config"), Placeholders.ofProcess())
                : HomeFolder.readWithRules(home, folder, Placeholders.ofProcess());
    }

    private Backtest.Result run(
            Path folder, Map<Backtest.Version, Configuration> versions, Configuration first, Backtest.Settings settings)
            throws SQLException, IOException {
        Path store = DataOptions.resolve(data, () -> folder);
        ProgressBar bar =
                new ProgressBar(spec.commandLine().getErr(), ProgressBar.isTerminal() && !json, System::nanoTime);
        List<Backtest.Version> list = List.copyOf(versions.keySet());
        try {
            if (journal) {
                if (!Files.isDirectory(store)) {
                    throw new IOException("there is no data folder " + store + "; hint: name it with --data");
                }
                try (JournalReader reader = JournalReader.open(store)) {
                    return Backtest.run(list, new JournalHistory(reader), settings, bar::at);
                }
            }
            if (first.historian().url().isBlank() && !Files.exists(store.resolve(HISTORIAN_FILE))) {
                throw new IOException("there is no " + HISTORIAN_FILE + " in " + store
                        + "; hint: name the hub's data folder with --data, or the database in historian.yaml");
            }
            List<Tag> tags = versions.values().stream()
                    .flatMap(version -> version.plant().tags().stream())
                    .toList();
            try (Historian historian = Historian.open(first.historian(), store, Secrets.of(folder))) {
                History history = new HistorianHistory(
                        historian.history(), tags, first.hub().tickEvery());
                return Backtest.run(list, history, settings, bar::at);
            }
        } finally {
            bar.end();
        }
    }

    private static long micros(String option, String text) {
        try {
            return Micros.of(Durations.parse(text));
        } catch (BadValue e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage());
        }
    }
}
