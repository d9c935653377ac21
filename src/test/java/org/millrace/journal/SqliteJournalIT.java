package org.millrace.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.Entry;
import org.millrace.journal.Journal.Intake;
import org.millrace.journal.Journal.JournalFullException;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;

class SqliteJournalIT {
    private static final Duration NO_WAIT = Duration.ZERO;
    private static final JournalLimits LIMITS = new JournalLimits(1 << 28, 1 << 20, 1 << 20, 1 << 20);

    @TempDir
    Path folder;

    @Test
    void entriesComeBackInOrderAndUnchanged() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            SampleBatch batch = BatchCodecTest.mixed(100, new Random(3));
            assertThat(get(journal.append(intake("plc-7", batch)))).isEqualTo(1);
            assertThat(get(journal.tick(42))).isEqualTo(2);
            assertThat(get(journal.command(43, "{\"ack\":\"é\"}"))).isEqualTo(3);

            assertThat(journal.read(0, 1000, NO_WAIT))
                    .containsExactly(
                            new Entry.Samples(1, 1, "plc-7", batch),
                            new Entry.Tick(2, 42),
                            new Entry.Command(3, 43, "{\"ack\":\"é\"}"));
            assertThat(journal.read(2, 1000, NO_WAIT)).hasSize(1);
            assertThat(journal.head()).isEqualTo(3);
        }
    }

    @Test
    void readReturnsWholeEntriesUpToTheLimitButAlwaysOne() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            for (int i = 0; i < 5; i++) {
                get(journal.append(intake("s", numbers(i, 10))));
            }
            assertThat(journal.read(0, 25, NO_WAIT)).hasSize(2);
            assertThat(journal.read(0, 1, NO_WAIT)).hasSize(1);
        }
    }

    @Test
    void aWaitingReaderIsWokenByTheNextEntry() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<List<Entry>> reader = pool.submit(() -> journal.read(0, 10, Duration.ofSeconds(20)));
            get(journal.tick(1));
            assertThat(reader.get(10, SECONDS)).hasSize(1);
        }
    }

    /** A reader once saw entries of a commit that had not been made known yet, and could not advance over them. */
    @Test
    void aReaderOnTheHeelsOfTheWriterCanAlwaysAdvanceOverWhatItHasRead() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            journal.register("c");
            Future<Integer> reader = pool.submit(() -> {
                int seen = 0;
                while (seen < 3000) {
                    List<Entry> entries = journal.read(journal.position("c"), 100, Duration.ofSeconds(20));
                    seen += entries.size();
                    journal.advance("c", entries.getLast().sequence(), Map.of(), List.of());
                }
                return seen;
            });
            for (int i = 0; i < 3000; i++) {
                journal.append(intake("s", numbers(i, 2)));
            }
            assertThat(reader.get(60, SECONDS)).isEqualTo(3000);
            get(journal.tick(1));
            assertThat(journal.ledger().sinks().get("c")).isEqualTo(new Ledger.SinkAccount(6000, 6000, 0, 0, 0));
        }
    }

    @Test
    void eightThreadsEachKeepTheirOrderAndTheLedgerCountsThemAll() throws Exception {
        int threads = 8;
        int each = 200;
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS);
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            journal.register("historian");
            List<Future<Long>> last = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String source = "s" + t;
                last.add(pool.submit(() -> {
                    CompletableFuture<Long> done = CompletableFuture.completedFuture(0L);
                    for (int i = 0; i < each; i++) {
                        done = journal.append(intake(source, numbers(i, 3)));
                    }
                    return done.get(30, SECONDS);
                }));
            }
            for (Future<Long> future : last) {
                future.get(60, SECONDS);
            }
            assertThat(journal.head()).isEqualTo(threads * each);
            assertThat(numbersBySource(journal))
                    .hasSize(threads)
                    .allSatisfy((source, numbers) ->
                            assertThat(numbers).hasSize(each).isSorted());
            assertThat(journal.ledger().balanced()).isTrue();
            assertThat(journal.ledger().sinks().get("historian").queued()).isEqualTo(3L * threads * each);
        }
    }

    @Test
    void countersCursorsTagsAndDeadLettersSurviveAReopen() throws Exception {
        DeadLetter bad = letter("bytes that are no JSON");
        DeadLetter refused = new DeadLetter("s", 2, "historian", "too-old", "why", "tag", new byte[] {1, 2, 3});
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            journal.register("historian");
            assertThat(journal.tagNumber("acme/p-101/flow")).isEqualTo(1);
            get(journal.append(
                    new Intake("s", 1, 8, numbers(0, 4), Map.of("deadband", 2L, "unmapped", 1L), List.of(bad))));
            get(journal.append(new Intake("s", 1, 3, SampleBatch.empty(), Map.of("deadband", 3L), List.of())));
            journal.advance("historian", 1, Map.of("s", 1L), List.of(refused));
        }
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            journal.register("historian");
            assertThat(journal.position("historian")).isEqualTo(1);
            assertThat(journal.tagPath(1)).isEqualTo("acme/p-101/flow");
            assertThat(journal.tagNumber("acme/p-101/flow")).isEqualTo(1);
            assertThat(journal.tagNumber("acme/p-102/flow")).isEqualTo(2);
            assertThat(journal.ledger())
                    .isEqualTo(new Ledger(
                            Map.of("s", new Ledger.SourceAccount(11, 4, Map.of("deadband", 5L, "unmapped", 1L), 1)),
                            Map.of("historian", new Ledger.SinkAccount(4, 3, 0, 1, 0))));
            assertThat(journal.ledger().balanced()).isTrue();
            List<DeadLetter> letters = journal.deadLetters(10).stream()
                    .map(Journal.StoredDeadLetter::letter)
                    .toList();
            assertThat(letters).usingRecursiveComparison().isEqualTo(List.of(refused, bad));
            long id = journal.deadLetters(1).getFirst().id();
            assertThat(journal.deadLetter(id)).isPresent();
            assertThat(journal.deadLetter(id + 1)).isEmpty();
            assertThat(get(journal.tick(5))).as("numbers are never used again").isEqualTo(2);
        }
    }

    @Test
    void aDeliveryThatDoesNotAddUpIsRefused() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            Intake wrong = new Intake("s", 1, 7, numbers(0, 4), Map.of(), List.of());
            assertThatThrownBy(() -> get(journal.append(wrong)))
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received 7");
            assertThat(journal.head()).isZero();
        }
    }

    @Test
    void advancingTwiceOrBackwardsChangesNothing() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            journal.register("a");
            journal.register("b");
            get(journal.append(intake("s", numbers(0, 5))));
            get(journal.append(intake("s", numbers(1, 5))));
            journal.advance("a", 2, Map.of("s", 1L), List.of());
            journal.advance("a", 2, Map.of("s", 1L), List.of());
            journal.advance("a", 1, Map.of("s", 4L), List.of());
            get(journal.tick(1)); // behind the steps in the queue
            assertThat(journal.position("a")).isEqualTo(2);
            assertThat(journal.ledger().sinks().get("a")).isEqualTo(new Ledger.SinkAccount(10, 9, 0, 1, 0));
            assertThatThrownBy(() -> journal.advance("a", 99, Map.of(), List.of()))
                    .hasMessageContaining("cannot go to 99");
            assertThatThrownBy(() -> journal.position("c")).hasMessageContaining("'c'");
        }
    }

    @Test
    void whatAllCursorsHavePassedIsDeletedAndTheFileStaysSmall() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            journal.register("fast");
            journal.register("slow");
            SampleBatch batch = BatchCodecTest.mixed(1000, new Random(4));
            long written = 0;
            long largest = 0;
            for (int round = 0; round < 40; round++) {
                CompletableFuture<Long> last = new CompletableFuture<>();
                for (int i = 0; i < 20; i++) {
                    last = journal.append(intake("s", batch));
                    written += BatchCodec.encode(batch).length;
                }
                long head = get(last);
                journal.advance("fast", head, Map.of(), List.of());
                journal.advance("slow", head - 5, Map.of(), List.of());
                largest = Math.max(largest, Files.size(folder.resolve("journal.db")));
            }
            get(journal.tick(1));
            assertThat(written).isGreaterThan(4_000_000);
            assertThat(largest).as("bytes on disk").isLessThan(1_500_000);
            assertThat(journal.read(0, 100_000, NO_WAIT).getFirst().sequence())
                    .as("entries that a cursor still needs are kept")
                    .isEqualTo(796);
            assertThat(journal.usage().entries()).isEqualTo(6);
            assertThat(journal.ledger().balanced()).isTrue();

            journal.register("late");
            assertThat(journal.position("late")).isEqualTo(795);
            assertThat(journal.ledger().sinks().get("late").accepted()).isEqualTo(5000);
            journal.unregister("slow");
            journal.unregister("late");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(journal.usage().entries()).isEqualTo(1));
        }
    }

    @Test
    void aWorkedOffBacklogGivesItsSpaceBack() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            journal.register("c");
            byte[] raw = new byte[30_000];
            String large = new String(raw, StandardCharsets.ISO_8859_1).replace('\0', 'x');
            CompletableFuture<Long> last = new CompletableFuture<>();
            for (int i = 0; i < 2100; i++) {
                last = journal.command(i, large);
            }
            long head = get(last);
            journal.advance("c", head, Map.of(), List.of());
            Path file = folder.resolve("journal.db");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(journal.usage().entries()).isZero());
            journal.close();
            assertThat(Files.size(file)).isLessThan(2100L * 30_000 / 2);
        }
    }

    @Test
    void atTheLimitAppendsAreRefusedNothingIsLostAndRoomMakesThemWorkAgain() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS.withMaxBytes(20_000))) {
            journal.register("historian");
            SampleBatch batch = BatchCodecTest.mixed(500, new Random(5));
            int accepted = 0;
            Throwable refusal = null;
            while (refusal == null) {
                try {
                    get(journal.append(intake("s", batch)));
                    accepted++;
                } catch (ExecutionException e) {
                    refusal = e.getCause();
                }
            }
            assertThat(accepted).isBetween(3, 15);
            assertThat(refusal)
                    .isInstanceOf(JournalFullException.class)
                    .hasMessageContaining("20000 bytes")
                    .hasMessageContaining("consumer lags");
            assertThat(get(journal.tick(9))).as("time goes on").isEqualTo(accepted + 1);
            assertThat(journal.ledger().sources().get("s").accepted()).isEqualTo(accepted * 500L);

            journal.advance("historian", accepted, Map.of(), List.of());
            get(journal.tick(10));
            assertThat(get(journal.append(intake("s", batch)))).isEqualTo(accepted + 3);
            assertThat(journal.ledger().balanced()).isTrue();
        }
    }

    @Test
    void belowTheDisksReserveAppendsAreRefused() throws Exception {
        JournalLimits greedy = new JournalLimits(1 << 28, 1 << 20, Long.MAX_VALUE / 2, 1 << 20);
        try (SqliteJournal journal = SqliteJournal.open(folder, greedy)) {
            assertThatThrownBy(() -> get(journal.append(intake("s", numbers(0, 1)))))
                    .hasCauseInstanceOf(JournalFullException.class)
                    .hasMessageContaining("make room");
            assertThat(journal.usage().full()).isTrue();
        }
    }

    @Test
    void theOldestDeadLettersGoButStayCounted() throws Exception {
        JournalLimits limits = new JournalLimits(1 << 28, 1 << 20, 0, 5_000);
        try (SqliteJournal journal = SqliteJournal.open(folder, limits)) {
            for (int i = 0; i < 100; i++) {
                get(journal.append(
                        new Intake("s", i, 1, SampleBatch.empty(), Map.of(), List.of(letter("x".repeat(300) + i)))));
            }
            assertThat(journal.deadLetters(1000)).hasSizeBetween(5, 15);
            assertThat(new String(journal.deadLetters(1).getFirst().letter().raw(), StandardCharsets.UTF_8))
                    .endsWith("x99");
            assertThat(journal.ledger().sources().get("s").rejected()).isEqualTo(100);
        }
    }

    @Test
    void aSecondHubOnTheSameFolderIsRefused() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, LIMITS)) {
            assertThat(journal.head()).isZero();
            assertThatThrownBy(() -> SqliteJournal.open(folder, LIMITS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another hub (process "
                            + ProcessHandle.current().pid() + ")");
        }
        SqliteJournal.open(folder, LIMITS).close();
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() throws Exception {
        SqliteJournal.open(folder, LIMITS).close();
        Path file = folder.resolve("journal.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 99");
        }
        assertThatThrownBy(() -> SqliteJournal.open(folder, LIMITS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 99")
                .hasMessageContaining("newer Millrace");
    }

    @Test
    void closingWritesWhatIsQueuedAndRefusesTheRest() throws Exception {
        SqliteJournal journal = SqliteJournal.open(folder, LIMITS);
        List<CompletableFuture<Long>> queued = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            queued.add(journal.append(intake("s", numbers(i, 2))));
        }
        journal.close();
        assertThat(queued).allSatisfy(future -> assertThat(future).isCompleted());
        assertThatThrownBy(() -> get(journal.tick(1))).hasMessageContaining("closed");
        assertThatThrownBy(() -> journal.read(0, 1, NO_WAIT)).hasMessageContaining("closed");
        try (SqliteJournal again = SqliteJournal.open(folder, LIMITS)) {
            assertThat(again.head()).isEqualTo(50);
        }
    }

    private static Map<String, List<Integer>> numbersBySource(Journal journal) throws InterruptedException {
        Map<String, List<Integer>> found = new HashMap<>();
        long after = 0;
        while (after < journal.head()) {
            for (Entry entry : journal.read(after, 500, NO_WAIT)) {
                after = entry.sequence();
                if (entry instanceof Entry.Samples samples) {
                    found.computeIfAbsent(samples.source(), s -> new ArrayList<>())
                            .add((int) samples.batch().bits(0));
                }
            }
        }
        return found;
    }

    static Intake intake(String source, SampleBatch batch) {
        return new Intake(source, 1, batch.size(), batch, Map.of(), List.of());
    }

    static SampleBatch numbers(int number, int size) {
        SampleBatch.Builder batch = SampleBatch.builder(size);
        for (int i = 0; i < size; i++) {
            batch.addBits(1, i, SampleBatch.Kind.WHOLE, number, Quality.GOOD);
        }
        return batch.build();
    }

    private static DeadLetter letter(String raw) {
        return new DeadLetter(
                "s", 1, "decode", "malformed", "not JSON", "topic/a", raw.getBytes(StandardCharsets.UTF_8));
    }

    private static long get(CompletableFuture<Long> future) throws Exception {
        return future.get(30, SECONDS);
    }
}
