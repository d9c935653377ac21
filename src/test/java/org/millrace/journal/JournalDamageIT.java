package org.millrace.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.Entry;
import org.millrace.journal.Journal.Intake;
import org.millrace.journal.JournalInspection.Range;
import org.millrace.signal.SampleBatch;

/** A damaged file gives a clear error, never a wrong value and never silence; what can be read is saved. */
class JournalDamageIT {
    private static final int ENTRIES = 120;
    private static final int SAMPLES = 200;
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private final List<Entry> written = new ArrayList<>();

    @BeforeEach
    void write() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            journal.register("fast");
            journal.register("slow");
            Random random = new Random(8);
            for (int i = 0; i < 400; i++) {
                journal.tagNumber("acme/tag-" + i);
            }
            CompletableFuture<Long> last = new CompletableFuture<>();
            for (int i = 0; i < ENTRIES; i++) {
                SampleBatch batch = BatchCodecTest.mixed(SAMPLES, random);
                List<DeadLetter> letters = i % 40 != 0
                        ? List.of()
                        : List.of(new DeadLetter("s", i, "decode", "malformed", "d", "c", new byte[] {1}));
                last = journal.append(new Intake("s", i, SAMPLES + letters.size(), batch, Map.of(), letters));
                written.add(new Entry.Samples(i + 1, i, "s", batch));
            }
            last.get(20, SECONDS);
            journal.advance("fast", 60, Map.of(), List.of());
            journal.tick(9).get(20, SECONDS);
        }
    }

    @Test
    void aFlippedBitInAValueIsAnErrorWithWhatToDoNotAnotherValue() throws Exception {
        flip(50);
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThat(journal.read(48, SAMPLES, Duration.ZERO)).containsExactly(written.get(48));
            assertThatThrownBy(() -> journal.read(49, SAMPLES, Duration.ZERO))
                    .hasMessageContaining("entry 50 does not match its checksum")
                    .hasMessageContaining("hub doctor --repair");
        }
    }

    @Test
    void salvageSavesEveryReadableEntryAndTheLedgerBalancesToTheUnit() throws Exception {
        Ledger before = ledger();
        flip(50);
        flip(90);
        flip(91);
        JournalInspection inspection = JournalInspection.of(folder);
        assertThat(inspection.unreadable()).containsExactly(new Range(50, 50), new Range(90, 91));
        assertThat(inspection.entries()).isEqualTo(ENTRIES - 2L);

        JournalSalvage.Report report = JournalSalvage.repair(folder, NOW);
        assertThat(report.kept())
                .hasFileName("journal.db.damaged-20260301T120000Z")
                .exists();
        assertThat(report.lost()).isEqualTo(inspection.unreadable());
        assertThat(report.lostSamples()).isEqualTo(3 * SAMPLES);
        assertThat(report.notes()).isEmpty();
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            Ledger after = journal.ledger();
            assertThat(after.balanced()).isTrue();
            assertThat(after.sources()).isEqualTo(before.sources());
            assertThat(after.sinks().get("slow"))
                    .as("all three are lost to it")
                    .isEqualTo(new Ledger.SinkAccount(ENTRIES * SAMPLES, 0, (ENTRIES - 3L) * SAMPLES, 0, 3 * SAMPLES));
            assertThat(after.sinks().get("fast"))
                    .as("it had passed one of them")
                    .isEqualTo(new Ledger.SinkAccount(
                            ENTRIES * SAMPLES, 60 * SAMPLES, (ENTRIES - 62L) * SAMPLES, 0, 2 * SAMPLES));
            List<Entry> all = journal.read(0, 10_000_000, Duration.ZERO);
            assertThat(all).hasSize(ENTRIES + 1);
            for (Entry entry : all) {
                int index = (int) entry.sequence() - 1;
                if (index == 49 || index == 89 || index == 90 || index == ENTRIES) {
                    assertThat(entry).isInstanceOf(Entry.Tick.class);
                } else {
                    assertThat(entry).isEqualTo(written.get(index));
                }
            }
            assertThat(journal.tagPath(400)).isEqualTo("acme/tag-399");
            assertThat(journal.deadLetters(10)).hasSize(3);
            journal.advance("slow", journal.head(), Map.of(), List.of());
            journal.tick(10).get(20, SECONDS);
            assertThat(journal.ledger().sinks().get("slow"))
                    .isEqualTo(new Ledger.SinkAccount(ENTRIES * SAMPLES, (ENTRIES - 3L) * SAMPLES, 0, 0, 3 * SAMPLES));
        }
        assertThat(JournalInspection.of(folder).unreadable()).isEmpty();
    }

    /** Pages are overwritten at random: whatever they held, nothing wrong comes out and the rest is saved. */
    @Test
    void lostPagesCostWhatWasOnThemAndNothingElse() throws Exception {
        long seed = Long.getLong("millrace.seed", 20_261_122L);
        Random random = new Random(seed);
        Path file = folder.resolve("journal.db");
        byte[] sound = Files.readAllBytes(file);
        int salvaged = 0;
        for (int round = 0; round < 12; round++) {
            byte[] broken = sound.clone();
            int pages = broken.length / 4096;
            for (int i = 0; i < 3; i++) {
                int page = 12 + random.nextInt(pages - 12); // the schema and the roots: the next test
                Arrays.fill(broken, page * 4096, (page + 1) * 4096, (byte) random.nextInt(3));
            }
            Files.write(file, broken);
            String where = "seed " + seed + ", round " + round;
            JournalSalvage.Report report = JournalSalvage.repair(folder, NOW);
            Files.delete(report.kept());
            long lost = report.lost().stream().mapToLong(Range::size).sum();
            assertThat(report.entries() + lost).as(where).isEqualTo(ENTRIES + 1L);
            try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
                assertThat(journal.ledger().balanced()).as(where).isTrue();
                for (Entry entry : journal.read(0, 10_000_000, Duration.ZERO)) {
                    if (entry instanceof Entry.Samples samples) {
                        assertThat(samples).as(where).isEqualTo(written.get((int) samples.sequence() - 1));
                        salvaged++;
                    }
                }
            }
        }
        assertThat(salvaged).as("of %s", 12 * ENTRIES).isGreaterThan(12 * ENTRIES * 3 / 4);
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedWithWhatToDoAndLeftAlone() throws Exception {
        byte[] rubbish = "not a database at all, but long enough to be looked at"
                .repeat(100)
                .getBytes(StandardCharsets.US_ASCII);
        Files.write(folder.resolve("journal.db"), rubbish);
        assertThatThrownBy(() -> SqliteJournal.open(folder, JournalLimits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("hub doctor");
        assertThatThrownBy(() -> JournalSalvage.repair(folder, NOW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("It is unchanged");
        assertThat(folder.resolve("journal.db")).hasBinaryContent(rubbish);
    }

    @Test
    void noHubStartsOverARepairThatWasCutShortAndAnotherRepairEndsIt() throws Exception {
        Path file = folder.resolve("journal.db");
        Files.move(file, folder.resolve("journal.db.salvaged")); // killed between the two moves
        Files.writeString(folder.resolve("journal.repairing"), "journal.db.damaged-x");
        assertThatThrownBy(() -> SqliteJournal.open(folder, JournalLimits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut short");
        JournalSalvage.repair(folder, NOW);
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThat(journal.head()).isEqualTo(ENTRIES + 1L);
        }
    }

    @Test
    void aRunningHubsJournalIsNotRepaired() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThatThrownBy(() -> JournalSalvage.repair(folder, NOW)).hasMessageContaining("in use by another hub");
            assertThat(journal.head()).isEqualTo(ENTRIES + 1L);
        }
    }

    /** Changes a byte in the middle of an entry's body, found by its bytes. */
    private void flip(int sequence) throws IOException {
        Path file = folder.resolve("journal.db");
        byte[] bytes = Files.readAllBytes(file);
        byte[] body = BatchCodec.encode(((Entry.Samples) written.get(sequence - 1)).batch());
        byte[] part = Arrays.copyOfRange(body, 100, 160);
        int at = -1;
        for (int i = 0; i < bytes.length - part.length && at < 0; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                at = i;
            }
        }
        assertThat(at).as("entry " + sequence + " in the file").isPositive();
        bytes[at + 30] ^= 4;
        Files.write(file, bytes);
    }

    private Ledger ledger() throws IOException {
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            return journal.ledger();
        }
    }
}
