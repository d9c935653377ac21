package org.millrace.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.Entry;
import org.millrace.journal.Journal.Intake;
import org.millrace.journal.Journal.JournalFullException;
import org.millrace.journal.JournalLimits.AtLimit;
import org.millrace.journal.Ledger.SinkAccount;
import org.millrace.signal.SampleBatch;

/** What happens when a consumer lags beyond the journal's limits: whose samples expire, who is held back. */
class JournalLimitIT {
    private static final JournalLimits SMALL = new JournalLimits(40_000, 1 << 20, 1 << 20, 1 << 20);
    private static final JournalLimits DROP = SMALL.withAtLimit(AtLimit.DROP_OLDEST);
    private static final SampleBatch BATCH = BatchCodecTest.mixed(500, new Random(5)); // about 3.3 kB
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void theOldestExpireForExactlyTheCursorsThatHadNotPassedThem() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, DROP)) {
            journal.register("fast");
            journal.register("slow");
            append(journal, 5, BATCH);
            journal.advance("fast", 5, Map.of(), List.of());
            append(journal, 95, BATCH);

            Ledger ledger = journal.ledger();
            long kept = journal.usage().entries();
            assertThat(kept).isBetween(5L, 12L);
            assertThat(journal.usage().bytes()).isLessThanOrEqualTo(40_000);
            assertThat(journal.usage().full()).as("nobody is held back").isFalse();
            long dropped = 100 - kept;
            assertThat(ledger.sinks().get("slow")).isEqualTo(new SinkAccount(50_000, 0, kept * 500, 0, dropped * 500));
            assertThat(ledger.sinks().get("fast"))
                    .as("what it had passed is stored, not expired")
                    .isEqualTo(new SinkAccount(50_000, 2500, kept * 500, 0, (dropped - 5) * 500));
            assertThat(ledger.balanced()).isTrue();
            assertThat(journal.position("slow")).as("it jumps").isEqualTo(dropped);
            assertThat(journal.read(journal.position("slow"), 500, Duration.ZERO)
                            .getFirst()
                            .sequence())
                    .isEqualTo(dropped + 1);
            assertThat(journal.read(3, 500, Duration.ZERO).getFirst().sequence())
                    .as("a consumer with a position of its own goes on with what is kept")
                    .isEqualTo(dropped + 1);
            journal.advance("slow", 100, Map.of(), List.of());
        }
        try (SqliteJournal journal = SqliteJournal.open(folder, DROP)) {
            SinkAccount slow = journal.ledger().sinks().get("slow");
            assertThat(slow.queued()).isZero();
            assertThat(slow.stored() + slow.expired()).as("durable").isEqualTo(50_000);
            assertThat(slow.expired()).isGreaterThan(40_000);
        }
    }

    /** The consumer has entries in hand when they expire: what it rejects of them keeps its letters and its account. */
    @Test
    void aStepOverEntriesThatExpiredMeanwhileKeepsTheLedgerToTheUnit() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, DROP)) {
            journal.register("slow");
            append(journal, 3, BATCH);
            List<Entry> inHand = journal.read(0, 1500, Duration.ZERO);
            append(journal, 60, BATCH);
            long expired = journal.ledger().sinks().get("slow").expired();
            assertThat(expired).isGreaterThan(1500);

            DeadLetter letter = new DeadLetter("s", 1, "historian", "too-old", "why", "tag", new byte[] {1});
            journal.advance("slow", inHand.getLast().sequence(), Map.of("s", 1L), List.of(letter));
            get(journal.tick(1));
            SinkAccount late = journal.ledger().sinks().get("slow");
            assertThat(late.rejected()).isEqualTo(1);
            assertThat(late.expired()).isEqualTo(expired - 1);
            assertThat(late.stored()).isZero();
            assertThat(late.balanced()).isTrue();
            assertThat(journal.deadLetters(10)).hasSize(1);
            assertThat(journal.position("slow")).as("never backwards").isGreaterThan(3);
        }
    }

    @Test
    void afterTheLimitIsLoweredTheJournalShrinksWithoutNewSamples() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, DROP.withMaxBytes(10_000_000))) {
            journal.register("slow");
            append(journal, 100, BATCH);
            assertThat(journal.usage().entries()).isEqualTo(100);
        }
        try (SqliteJournal journal = SqliteJournal.open(folder, DROP)) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(journal.usage().bytes()).isLessThanOrEqualTo(40_000));
            assertThat(journal.ledger().balanced()).isTrue();
        }
    }

    @Test
    void aDeliveryThatCanNeverFitIsRefusedAndDropsNothing() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, DROP)) {
            journal.register("slow");
            append(journal, 3, BATCH);
            SampleBatch huge = BatchCodecTest.mixed(20_000, new Random(1));
            assertThatThrownBy(() -> append(journal, 1, huge))
                    .hasCauseInstanceOf(JournalFullException.class)
                    .hasMessageContaining("larger than the journal's limit");
            assertThat(journal.usage().entries()).isEqualTo(3);
        }
    }

    @Test
    void whatHasWaitedTooLongExpiresAndTheYoungStay() throws Exception {
        JournalLimits hour = DROP.withMaxAge(Duration.ofHours(1));
        try (SqliteJournal journal = SqliteJournal.open(folder, hour, () -> NOW)) {
            journal.register("slow");
            append(journal, micros(NOW.minus(59, ChronoUnit.MINUTES)), numbers(10));
            append(journal, micros(NOW.minus(61, ChronoUnit.MINUTES)), numbers(20));
            get(journal.tick(micros(NOW)));
            assertThat(journal.ledger().sinks().get("slow"))
                    .as("in order: the old one waits behind the younger one")
                    .isEqualTo(new SinkAccount(30, 0, 30, 0, 0));
        }
        Instant later = NOW.plus(2, ChronoUnit.MINUTES);
        try (SqliteJournal journal = SqliteJournal.open(folder, hour, () -> later)) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(journal.ledger().sinks().get("slow"))
                            .isEqualTo(new SinkAccount(30, 0, 0, 0, 30)));
            assertThat(journal.usage().entries()).as("the tick is young").isEqualTo(1);
        }
    }

    /** F10: a clock that jumps 400 days ahead must not throw a backlog away. */
    @Test
    void aClockThatJumpsAheadExpiresNothing() throws Exception {
        AtomicReference<Instant> time = new AtomicReference<>(NOW);
        InstantSource clock = time::get;
        try (SqliteJournal journal = SqliteJournal.open(folder, DROP.withMaxAge(Duration.ofHours(1)), clock)) {
            journal.register("slow");
            append(journal, micros(NOW), numbers(10));
            time.set(NOW.plus(400, ChronoUnit.DAYS));
            append(journal, micros(time.get()), numbers(10));
            get(journal.tick(micros(time.get())));
            assertThat(journal.ledger().sinks().get("slow")).isEqualTo(new SinkAccount(20, 0, 20, 0, 0));
        }
    }

    @Test
    void underBlockTooOldAnEntryHoldsSourcesBackUntilItsConsumerMoves() throws Exception {
        JournalLimits hour = SMALL.withMaxAge(Duration.ofHours(1));
        try (SqliteJournal journal = SqliteJournal.open(folder, hour, () -> NOW)) {
            journal.register("slow");
            append(journal, micros(NOW.minus(2, ChronoUnit.HOURS)), numbers(10));
            assertThatThrownBy(() -> append(journal, micros(NOW), numbers(10)))
                    .hasCauseInstanceOf(JournalFullException.class)
                    .hasMessageContaining("PT1H")
                    .hasMessageContaining("max_age");
            assertThat(journal.usage().full()).isTrue();
            journal.advance("slow", 1, Map.of(), List.of());
            get(journal.tick(micros(NOW)));
            append(journal, micros(NOW), numbers(10));
            assertThat(journal.ledger().sinks().get("slow")).isEqualTo(new SinkAccount(20, 10, 10, 0, 0));
        }
    }

    private static SampleBatch numbers(int size) {
        return SqliteJournalIT.numbers(1, size);
    }

    private static void append(SqliteJournal journal, int times, SampleBatch batch) throws Exception {
        CompletableFuture<Long> last = new CompletableFuture<>();
        for (int i = 0; i < times; i++) {
            last = journal.append(SqliteJournalIT.intake("s", batch));
        }
        get(last);
    }

    private static void append(SqliteJournal journal, long hubTime, SampleBatch batch) throws Exception {
        get(journal.append(new Intake("s", hubTime, batch.size(), batch, Map.of(), List.of())));
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static long get(CompletableFuture<Long> future) throws Exception {
        return future.get(30, SECONDS);
    }
}
