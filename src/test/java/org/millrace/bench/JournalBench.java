package org.millrace.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.millrace.journal.BatchCodec;
import org.millrace.journal.BatchCodecTest;
import org.millrace.journal.Journal;
import org.millrace.journal.Journal.Entry;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.SqliteJournal;
import org.millrace.signal.SampleBatch;

/**
 * The journal next to what the disk can do in the same minute: append, durable, read, trim, against plain writes of the
 * same sizes each followed by fdatasync; then the restart with a large backlog.
 *
 * <p>{@code main [seconds per figure] [backlog in MB] [folder]}
 */
public final class JournalBench {
    private static final PrintStream OUT = System.out;

    private final Path folder;
    private final int seconds;

    private JournalBench(Path folder, int seconds) {
        this.folder = folder;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int backlog = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1024;
        Path parent = arguments.length > 2 ? Path.of(arguments[2]) : Path.of("target");
        Path folder = Files.createTempDirectory(Files.createDirectories(parent), "journal-bench");
        try {
            new JournalBench(folder, seconds).run(backlog);
        } finally {
            delete(folder);
        }
    }

    private void run(int backlogMegabytes) throws Exception {
        for (int size : new int[] {10, 500, 1000}) {
            double bytes = BatchCodec.encode(BatchCodecTest.mixed(size, new Random(1))).length;
            say("encoding, mixed set, batches of %,5d      %8.2f bytes/sample", size, bytes / size);
        }
        SampleBatch batch = BatchCodecTest.mixed(320, new Random(1)); // 2 kB
        figure("2 kB batches, 1 appender, one at a time", batch, 1, 1);
        figure("2 kB batches, 1 appender, 16 in flight", batch, 1, 16);
        figure("2 kB batches, 4 appenders, 4 in flight", batch, 4, 4);
        figure("batches of 500, 4 appenders, 4 in flight", BatchCodecTest.mixed(500, new Random(1)), 4, 4);
        restart(backlogMegabytes);
    }

    private void figure(String name, SampleBatch batch, int appenders, int inFlight) throws Exception {
        byte[] encoded = BatchCodec.encode(batch);
        double before = rawWrites(encoded);
        double journal = journal(batch, appenders, inFlight);
        double raw = (before + rawWrites(encoded)) / 2;
        say(
                "%-42s %8.0f batches/s %,12.0f samples/s   raw %6.0f/s   ratio %.2f",
                name, journal, journal * batch.size(), raw, journal / raw);
    }

    private double rawWrites(byte[] bytes) throws IOException {
        Path file = folder.resolve("raw");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            long end = start + Duration.ofSeconds(seconds).toNanos() / 2;
            long writes = 0;
            while (System.nanoTime() < end) {
                channel.write(ByteBuffer.wrap(bytes));
                channel.force(false);
                writes++;
            }
            return writes / ((System.nanoTime() - start) / 1e9);
        }
    }

    private double journal(SampleBatch batch, int appenders, int inFlight) throws Exception {
        Path place = folder.resolve("journal");
        try (SqliteJournal journal = SqliteJournal.open(place, JournalLimits.DEFAULT)) {
            journal.register("reader");
            AtomicBoolean stop = new AtomicBoolean();
            Thread reader = Thread.ofPlatform().start(() -> consume(journal, stop));
            long start = System.nanoTime();
            long end = start + Duration.ofSeconds(seconds).toNanos();
            List<Thread> threads = IntStream.range(0, appenders)
                    .mapToObj(i -> Thread.ofPlatform().start(() -> append(journal, "s" + i, batch, inFlight, end)))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
            double rate = journal.head() / ((System.nanoTime() - start) / 1e9);
            stop.set(true);
            reader.join();
            return rate;
        } finally {
            delete(place);
        }
    }

    private static void append(SqliteJournal journal, String source, SampleBatch batch, int inFlight, long end) {
        Deque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
        while (System.nanoTime() < end) {
            if (waiting.size() == inFlight) {
                waiting.removeFirst().join();
            }
            waiting.addLast(journal.append(new Journal.Intake(source, 0, batch.size(), batch, Map.of(), List.of())));
        }
        waiting.forEach(CompletableFuture::join);
    }

    private static void consume(SqliteJournal journal, AtomicBoolean stop) {
        try {
            while (!stop.get()) {
                List<Entry> entries = journal.read(journal.position("reader"), 20_000, Duration.ofMillis(100));
                if (!entries.isEmpty()) {
                    journal.advance("reader", entries.getLast().sequence(), Map.of(), List.of());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens a journal whose only consumer has not moved; then reads it all, as a sink does that has come back. */
    private void restart(int megabytes) throws Exception {
        Path place = folder.resolve("backlog");
        SampleBatch batch = BatchCodecTest.mixed(1000, new Random(1));
        long target = megabytes * 1_000_000L;
        JournalLimits limits = JournalLimits.DEFAULT.withMaxBytes(2 * target + (64 << 20));
        try (SqliteJournal journal = SqliteJournal.open(place, limits)) {
            journal.register("reader");
            while (journal.usage().bytes() < target) {
                CompletableFuture<Long> last = new CompletableFuture<>();
                for (int i = 0; i < 500; i++) {
                    last = journal.append(new Journal.Intake("s", 0, 1000, batch, Map.of(), List.of()));
                }
                last.join();
            }
        }
        long start = System.nanoTime();
        try (SqliteJournal journal = SqliteJournal.open(place, limits)) {
            long first = journal.append(new Journal.Intake("s", 0, 1000, batch, Map.of(), List.of()))
                    .join();
            say("restart with %,d MB waiting, to the first acknowledged append  %.3f s", megabytes, since(start));
            start = System.nanoTime();
            long position = 0;
            while (position < first) {
                position =
                        journal.read(position, 50_000, Duration.ZERO).getLast().sequence();
            }
            say("reading it all                                %,12.0f samples/s", first * 1000 / since(start));
        }
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void say(String format, Object... values) {
        OUT.println(String.format(Locale.ROOT, format, values));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
