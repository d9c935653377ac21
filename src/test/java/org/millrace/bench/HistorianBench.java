package org.millrace.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.millrace.historian.Historian;
import org.millrace.historian.HistorianFile;
import org.millrace.historian.TestPostgres;
import org.millrace.journal.Journal;
import org.millrace.signal.SampleBatch;

/** Rows per second of a write, for both databases: {@code main [batches]}. Not a test. */
public final class HistorianBench {
    private static final int TAGS = 1000;
    private static final int BATCH = 10_000;

    private HistorianBench() {}

    public static void main(String[] arguments) throws Exception {
        int batches = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        Path folder = Files.createTempDirectory("millrace-bench-");
        HistorianFile sqlite = new HistorianFile("", Optional.empty(), Optional.empty(), BATCH, Duration.ofSeconds(1));
        try (Historian historian = Historian.open(sqlite, folder, r -> r)) {
            run("SQLite", historian, batches);
        }
        try (TestPostgres postgres = TestPostgres.start()) {
            HistorianFile pg = new HistorianFile(
                    postgres.url(), Optional.of(postgres.user()), Optional.empty(), BATCH, Duration.ofSeconds(1));
            try (Historian historian = Historian.open(pg, folder, r -> r)) {
                run("PostgreSQL", historian, batches);
            }
        }
    }

    private static void run(String name, Historian historian, int batches) throws Exception {
        long time = 1_700_000_000_000_000L;
        List<List<Journal.Entry.Samples>> all = new ArrayList<>();
        for (int b = 0; b < batches; b++) {
            SampleBatch.Builder batch = SampleBatch.builder(BATCH);
            for (int i = 0; i < BATCH; i++) {
                int n = b * BATCH + i;
                batch.addReal(n % TAGS, time + n / TAGS * 1_000_000L, Math.sin(n * 1e-4) * 100, 0);
            }
            all.add(List.of(new Journal.Entry.Samples(
                    b + 1, time + (long) b * BATCH / TAGS * 1_000_000L, "bench", batch.build())));
        }
        historian.write(all.getFirst(), n -> "bench/tag-" + n);
        time(name + ", new", historian, all.subList(1, batches / 2));
        time(name + ", new, warm", historian, all.subList(batches / 2, batches));
        time(name + ", all there already", historian, all.subList(0, batches / 4));
    }

    private static void time(String name, Historian historian, List<List<Journal.Entry.Samples>> batches)
            throws Exception {
        long start = System.nanoTime();
        long rows = 0;
        long duplicates = 0;
        for (List<Journal.Entry.Samples> batch : batches) {
            Historian.Result result = historian.write(batch, n -> "bench/tag-" + n);
            rows += result.rows();
            duplicates += result.duplicates();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-36s %,10.0f rows/s (%,d new, %,d duplicates)%n",
                name,
                (rows + duplicates) / seconds,
                rows,
                duplicates);
    }
}
