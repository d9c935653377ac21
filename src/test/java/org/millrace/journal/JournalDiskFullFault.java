package org.millrace.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Disks;
import org.millrace.journal.Journal.Entry;
import org.millrace.signal.SampleBatch;

/** F08: a disk that really is full, on a small file system of its own. */
class JournalDiskFullFault {
    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Disks.small(folder.resolve("disk"), "8m");
    }

    @AfterEach
    void unmount() throws Exception {
        Disks.unmount(disk);
    }

    @Test
    void onAFullDiskOnlyWhatWasAcknowledgedIsKeptAndRoomMakesItWorkAgainWithoutARestart() throws Exception {
        Path filler = disk.resolve("filler");
        Files.write(filler, new byte[2 << 20]);
        JournalLimits reckless = new JournalLimits(1 << 28, 1 << 20, 0, 1 << 20); // no reserve: into the wall
        SampleBatch batch = BatchCodecTest.mixed(1000, new Random(6));
        try (SqliteJournal journal = SqliteJournal.open(disk, reckless)) {
            journal.register("sink");
            List<Long> acknowledged = new ArrayList<>();
            int refused = 0;
            while (refused < 8) {
                try {
                    acknowledged.add(append(journal, batch));
                } catch (ExecutionException e) {
                    refused++;
                    assertThat(e.getCause()).isInstanceOfAny(IOException.class, Journal.JournalFullException.class);
                }
            }
            assertThat(acknowledged).hasSizeGreaterThan(100);
            assertThat(sequences(journal)).isEqualTo(acknowledged);
            assertThat(journal.ledger().sources().get("s").accepted()).isEqualTo(acknowledged.size() * 1000L);

            journal.advance("sink", journal.head(), Map.of(), List.of());
            Files.delete(filler);
            Awaitility.await().until(() -> {
                try {
                    return append(journal, batch) == acknowledged.size() + 1;
                } catch (ExecutionException e) {
                    return false; // the room has not been seen yet
                }
            });
            Awaitility.await()
                    .untilAsserted(() -> assertThat(journal.ledger().sinks().get("sink"))
                            .isEqualTo(new Ledger.SinkAccount(
                                    (acknowledged.size() + 1) * 1000L, acknowledged.size() * 1000L, 1000, 0, 0)));
        }
    }

    /** Drop-oldest in the reserve: the file uses its own pages again instead of growing, and intake goes on. */
    @Test
    void withDropOldestTheOldestMakeRoomWhenOthersFillTheDisk() throws Exception {
        long reserve = 2 << 20;
        JournalLimits limits =
                new JournalLimits(1 << 28, 1 << 20, reserve, 1 << 20).withAtLimit(JournalLimits.AtLimit.DROP_OLDEST);
        SampleBatch batch = BatchCodecTest.mixed(1000, new Random(6));
        try (SqliteJournal journal = SqliteJournal.open(disk, limits)) {
            journal.register("sink");
            for (int i = 0; i < 1500; i++) {
                append(journal, batch);
            }
            Ledger.SinkAccount sink = journal.ledger().sinks().get("sink");
            assertThat(sink.accepted()).isEqualTo(1_500_000);
            assertThat(sink.expired()).isGreaterThan(500_000);
            assertThat(sink.balanced()).isTrue();
            assertThat(Files.getFileStore(disk).getUsableSpace())
                    .as("never to the wall")
                    .isGreaterThan(reserve / 4);

            Path filler = disk.resolve("filler");
            Files.write(filler, new byte[(int) (Files.getFileStore(disk).getUsableSpace() - reserve / 8)]);
            assertThatThrownBy(() -> append(journal, batch)).hasMessageContaining("make room");
            assertThat(journal.usage().full()).isTrue();
            Files.delete(filler);
            assertThat(append(journal, batch)).as("without a restart").isEqualTo(1501);
        }
    }

    private static long append(SqliteJournal journal, SampleBatch batch) throws Exception {
        return journal.append(SqliteJournalIT.intake("s", batch)).get(20, SECONDS);
    }

    private static List<Long> sequences(SqliteJournal journal) throws InterruptedException {
        List<Long> found = new ArrayList<>();
        List<Entry> entries = journal.read(0, 50_000, Duration.ZERO);
        while (!entries.isEmpty()) {
            entries.forEach(entry -> found.add(entry.sequence()));
            entries = journal.read(found.getLast(), 50_000, Duration.ZERO);
        }
        return found;
    }
}
