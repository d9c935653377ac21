package org.millrace.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.millrace.backtest.Backtest;
import org.millrace.backtest.HistorianHistory;
import org.millrace.backtest.JournalHistory;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.e2e.Homes;
import org.millrace.historian.Historian;
import org.millrace.historian.HistorianFile;
import org.millrace.journal.Journal;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.JournalReader;
import org.millrace.journal.SqliteJournal;
import org.millrace.signal.SampleBatch;

/**
 * Values per CPU second of one thread through a whole back-test, reading included: 100 threshold rules on 100 tags of one
 * value a second. {@code main [minutes]}. Not a test.
 */
public final class BacktestBench {
    private static final int TAGS = 100;
    private static final long START = 1_790_000_000_000_000L;
    private static final long SECOND = 1_000_000L;

    private BacktestBench() {}

    public static void main(String[] arguments) throws Exception {
        int minutes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 600;
        Path folder = Files.createTempDirectory("millrace-bench-");
        Configuration configuration = HomeFolder.read(home(folder), Placeholders.of(Map.of(), Map.of()));
        List<Backtest.Version> one = List.of(new Backtest.Version(
                "bench", configuration.ruleFiles(), configuration.rules(), configuration.alarms()));
        Backtest.Settings settings =
                new Backtest.Settings(START, START + minutes * 60 * SECOND, 0, 0, Backtest.Acknowledge.ON_RETURN);
        HistorianFile file = new HistorianFile("", Optional.empty(), Optional.empty(), 10_000, Duration.ofSeconds(1));
        try (Historian historian = Historian.open(file, folder, r -> r);
                SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            journal.register("keeps-everything");
            fill(historian, journal, minutes);
            for (int round = 0; round < 3; round++) {
                HistorianHistory history = new HistorianHistory(
                        historian.history(), configuration.plant().tags(), Duration.ofSeconds(1));
                measure("historian (SQLite)", () -> Backtest.run(one, history, settings, done -> {}));
                try (JournalReader reader = JournalReader.open(folder)) {
                    JournalHistory entries = new JournalHistory(reader);
                    measure("journal", () -> Backtest.run(one, entries, settings, done -> {}));
                }
            }
        }
    }

    private interface Run {
        Backtest.Result run() throws Exception;
    }

    private static void measure(String name, Run run) throws Exception {
        long start = cpu();
        Backtest.Result result = run.run();
        double seconds = (cpu() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-20s %,12.0f values/s of CPU (%,d values, %d tickets)%n",
                name,
                result.values() / seconds,
                result.values(),
                result.outcomes().getFirst().tickets().size());
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Path home(Path folder) throws Exception {
        StringBuilder assets = new StringBuilder();
        for (int i = 0; i < TAGS; i++) {
            assets.append("""
                    ---
                    kind: Asset
                    id: P-%1$d
                    name: Pump %1$d
                    path: acme/lyon/p-%1$d
                    class: pump
                    tags: { vibration: { from: field, device: p%1$d, field: v, unit: mm/s } }
                    """.formatted(i));
        }
        Homes.write(folder, "connectors-config/assets.yaml", assets.toString());
        Homes.field(folder);
        Homes.write(folder, "connectors-config/rule.yaml", """
                kind: Rule
                id: vib
                title: "Vibration {level} on {asset.name}"
                for: { class: pump }
                watch: threshold
                input: vibration
                limits: { H: 4.5 mm/s, HH: 7.1 mm/s }
                deadband: 0.2 mm/s
                levels: { H: { on_delay: 30s, off_delay: 30s } }
                work_order: { on: raised }
                """);
        return folder;
    }

    /** One value in a thousand is beyond the limit, and every tag has one real episode an hour. */
    private static void fill(Historian historian, SqliteJournal journal, int minutes) throws Exception {
        Random random = new Random(1);
        int[] tags = new int[TAGS];
        for (int i = 0; i < TAGS; i++) {
            tags[i] = journal.tagNumber("acme/lyon/p-" + i + "/vibration");
        }
        for (int minute = 0; minute < minutes; minute++) {
            SampleBatch.Builder batch = SampleBatch.builder(60 * TAGS);
            for (int s = 0; s < 60; s++) {
                for (int i = 0; i < TAGS; i++) {
                    boolean beyond = minute % 60 == i % 60 || random.nextInt(1000) == 0;
                    batch.addReal(
                            tags[i],
                            START + (minute * 60L + s) * SECOND + i * 10_000L,
                            (beyond ? 6 : 2) + random.nextDouble(),
                            0);
                }
            }
            SampleBatch built = batch.build();
            long time = START + (minute + 1) * 60L * SECOND - 1;
            historian.write(List.of(new Journal.Entry.Samples(minute + 1, time, "field", built)), journal::tagPath);
            journal.append(new Journal.Intake("field", time, built.size(), built, Map.of(), List.of()))
                    .join();
        }
    }
}
