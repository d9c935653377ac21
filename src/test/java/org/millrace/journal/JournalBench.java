package org.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.journal.Journal.Entry;
import org.millrace.signal.SampleBatch;

/**
 * Samples a second through the journal (append, durable, read, trim) in batches of 500, next to what the disk can do:
 * writes of the same size, each followed by fdatasync. Arguments: folder, seconds, appenders.
 */
final class JournalBench {
    private static final int BATCH = 500;

    private JournalBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(arguments.length > 0 ? arguments[0] : "target"), "bench");
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int appenders = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
        SampleBatch batch = BatchCodecTest.mixed(BATCH, new Random(1));
        byte[] encoded = BatchCodec.encode(batch);
        double raw = rawWrites(folder.resolve("raw"), encoded, seconds);
        double journal = journal(folder.resolve("journal"), batch, seconds, appenders);
        System.out.printf(
                "{\"bytesPerSample\":%.2f,\"samplesPerSecond\":%.0f,\"batchesPerSecond\":%.0f,"
                        + "\"rawSyncedWritesPerSecond\":%.0f,\"ratioToRaw\":%.2f,\"appenders\":%d}%n",
                encoded.length / (double) BATCH, journal * BATCH, journal, raw, journal / raw, appenders);
    }

    private static double rawWrites(Path file, byte[] bytes, int seconds) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            long end = start + Duration.ofSeconds(seconds).toNanos();
            long writes = 0;
            while (System.nanoTime() < end) {
                channel.write(ByteBuffer.wrap(bytes));
                channel.force(false);
                writes++;
            }
            return writes / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static double journal(Path folder, SampleBatch batch, int seconds, int appenders) throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            journal.register("reader");
            AtomicBoolean stop = new AtomicBoolean();
            Thread reader = Thread.ofPlatform().start(() -> consume(journal, stop));
            long start = System.nanoTime();
            long end = start + Duration.ofSeconds(seconds).toNanos();
            List<Thread> threads = java.util.stream.IntStream.range(0, appenders)
                    .mapToObj(i -> Thread.ofPlatform().start(() -> append(journal, "s" + i, batch, end)))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
            double rate = journal.head() / ((System.nanoTime() - start) / 1e9);
            stop.set(true);
            reader.join();
            return rate;
        }
    }

    private static void append(SqliteJournal journal, String source, SampleBatch batch, long end) {
        CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
        while (System.nanoTime() < end) {
            CompletableFuture<Long> next =
                    journal.append(new Journal.Intake(source, 0, batch.size(), batch, Map.of(), List.of()));
            last.join(); // two in flight, as sources have
            last = next;
        }
        last.join();
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
}
