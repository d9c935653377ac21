package org.millrace.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.journal.Journal.Entry;
import org.millrace.signal.SampleBatch;
import org.millrace.sqlite.SqliteInspection;

/**
 * F01 with the power, not only the process: a model of a disk that forgets what was not synced. kill -9 keeps the page
 * cache and cannot show this.
 *
 * <p>The journal is stopped twice when nothing is in flight: at A, after appends that were acknowledged, and at B, after
 * more. The files of both moments are copied. Then power is lost between A and B: what SQLite had synced by A stays, and
 * of everything written since each 512-byte sector is on its own new, old, zero or garbage, at any length of the file,
 * within the order that SQLite keeps (https://www.sqlite.org/wal.html, https://www.sqlite.org/atomiccommit.html):
 *
 * <ul>
 *   <li>the log goes on from A: its bytes up to A's last commit are kept, what follows is torn at will;
 *   <li>a checkpoint was copying pages into the database: the log is kept to B, every changed page is new, old or torn;
 *   <li>the log was begun anew: the database is as checkpointed, the new log's frames are torn at will.
 * </ul>
 *
 * After every loss the journal must open, hold every append acknowledged at A, bit for bit and without gaps, perhaps
 * some of those after it, nothing half, and its ledger must balance.
 *
 * <p>What it does not show: that SQLite issues the syncs (that its settings ask for them is checked here, the rest is
 * SQLite's own test suite), that a drive obeys them, or that it tears no sector synced before (SQLite's "powersafe
 * overwrite").
 */
class JournalPowerLossFault {
    private static final int ROUNDS = 12;
    private static final int LOSSES = 5;
    private static final int SECTOR = 512;
    private static final int PAGE = 4096;
    private static final int LOG_HEADER = 32;
    private static final int FRAME = 24 + PAGE;
    private static final int AUTO_CHECKPOINT = 1000; // frames

    @TempDir
    Path folder;

    private record Disk(byte[] db, byte[] log) {
        /** Where the log's last committed frame ends: frames of this log carry its salts. */
        int end() {
            int end = log.length < LOG_HEADER ? 0 : LOG_HEADER;
            while (end > 0 && end + FRAME <= log.length && Arrays.equals(log, end + 8, end + 16, log, 16, 24)) {
                end += FRAME;
            }
            return end;
        }

        boolean sameLog(Disk other) {
            return log.length >= LOG_HEADER
                    && other.log.length >= LOG_HEADER
                    && Arrays.equals(log, 0, LOG_HEADER, other.log, 0, LOG_HEADER);
        }
    }

    private final List<SampleBatch> appended = new ArrayList<>();
    private int torn;
    private int checkpoints;
    private int resets;
    private int further;

    @Test
    void whateverTheDiskForgotEveryAcknowledgedAppendIsThereAndNothingIsTorn() throws Exception {
        long seed = Long.getLong("millrace.seed", 20_261_122L);
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(seed * 1000 + round);
            appended.clear();
            Path live = folder.resolve("live" + round);
            Disk a;
            Disk b;
            long acknowledged;
            try (SqliteJournal journal = SqliteJournal.open(live, JournalLimits.DEFAULT)) {
                journal.register("sink");
                append(journal, random, 20 + random.nextInt(500));
                acknowledged = journal.head();
                a = copy(live);
                append(journal, random, 1 + random.nextInt(350));
                b = copy(live);
                if (a.sameLog(b) && random.nextBoolean()) {
                    checkpoint(live);
                    b = new Disk(copy(live).db(), b.log());
                }
            }
            for (int loss = 0; loss < LOSSES; loss++) {
                String where = "seed " + seed + ", round " + round + ", loss " + loss;
                Disk left = lose(a, b, random);
                check(left, acknowledged, folder.resolve("r" + round + "-" + loss), where);
            }
        }
        assertThat(torn).as("losses in the log").isGreaterThan(5);
        assertThat(checkpoints).as("losses in a checkpoint").isGreaterThan(3);
        assertThat(resets).as("losses in a log begun anew").isGreaterThan(3);
        assertThat(further).as("losses that kept some of what came after A").isGreaterThan(5);
    }

    /** The model has teeth: when the disk forgets what WAS synced, the check sees it. */
    @Test
    void aDiskThatForgetsASyncedCommitIsCaught() throws Exception {
        Random random = new Random(1);
        Path live = folder.resolve("live");
        Disk all;
        try (SqliteJournal journal = SqliteJournal.open(live, JournalLimits.DEFAULT)) {
            journal.register("sink");
            append(journal, random, 20);
            all = copy(live);
        }
        Path crashed = folder.resolve("crashed");
        put(new Disk(all.db(), Arrays.copyOf(all.log(), all.end() / 2)), crashed);
        try (SqliteJournal journal = SqliteJournal.open(crashed, JournalLimits.DEFAULT)) {
            assertThat(journal.head()).isLessThan(20);
        }
    }

    private void append(SqliteJournal journal, Random random, int count) throws Exception {
        CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
        for (int i = 0; i < count; i++) {
            SampleBatch batch = BatchCodecTest.mixed(1 + random.nextInt(600), random);
            appended.add(batch);
            last = journal.append(SqliteJournalIT.intake("s", batch));
            if (random.nextInt(4) == 0) {
                last.get(20, SECONDS); // else they share a transaction
            }
        }
        last.get(20, SECONDS);
        if (random.nextBoolean()) {
            long passed = Math.max(journal.position("sink"), random.nextInt(appended.size()));
            journal.advance("sink", passed, Map.of(), List.of());
            Awaitility.await().until(() -> journal.usage().entries() == journal.head() - journal.position("sink"));
        }
    }

    private static void checkpoint(Path live) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + live.resolve("journal.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
    }

    /** Reading the file gives up SQLite's lock on it (POSIX); nobody else is here to take it. */
    private static Disk copy(Path live) throws Exception {
        return new Disk(
                Files.readAllBytes(live.resolve("journal.db")), Files.readAllBytes(live.resolve("journal.db-wal")));
    }

    private Disk lose(Disk a, Disk b, Random random) {
        boolean copying = !Arrays.equals(a.db(), b.db());
        if (!a.sameLog(b)) {
            int frames = (b.end() - LOG_HEADER) / FRAME;
            assertThat(frames).as("no second checkpoint in this model").isLessThan(AUTO_CHECKPOINT);
            resets++; // the header is synced before the first frame of the new log is written
            return new Disk(b.db(), tear(a.log(), b.log(), LOG_HEADER, SECTOR, random));
        }
        if (copying && random.nextBoolean()) {
            checkpoints++;
            return new Disk(tear(a.db(), b.db(), 0, random.nextBoolean() ? PAGE : SECTOR, random), b.log());
        }
        torn++;
        return new Disk(a.db(), tear(a.log(), b.log(), a.end(), SECTOR, random));
    }

    /** Kept up to {@code kept}, of the rest every block is old, new, zero or garbage, and the length is any. */
    private static byte[] tear(byte[] before, byte[] after, int kept, int block, Random random) {
        int longest = Math.max(before.length, after.length);
        int length = random.nextInt(3) == 0 ? kept + random.nextInt(longest - kept + 1) : longest;
        length = block == SECTOR && kept == 0 || block == PAGE ? longest / PAGE * PAGE : length;
        byte[] left = Arrays.copyOf(after, longest);
        int newUpTo = kept + random.nextInt(longest - kept + 1); // often a clean part, then the chaos
        int from = kept;
        while (from < longest) {
            int to = Math.min(longest, (from / block + 1) * block);
            if (from >= newUpTo || random.nextInt(200) == 0) {
                damage(left, before, from, to, kept == 0 ? random.nextInt(2) : random.nextInt(4), random);
            }
            from = to;
        }
        return Arrays.copyOf(left, Math.max(kept, length));
    }

    private static void damage(byte[] left, byte[] before, int from, int to, int how, Random random) {
        switch (how) {
            case 0 -> {}
            case 1 -> {
                for (int i = from; i < to; i++) {
                    left[i] = i < before.length ? before[i] : 0;
                }
            }
            case 2 -> Arrays.fill(left, from, to, (byte) 0);
            default -> {
                byte[] garbage = new byte[to - from];
                random.nextBytes(garbage);
                ByteBuffer.wrap(left, from, to - from).put(garbage);
            }
        }
    }

    private void check(Disk left, long acknowledged, Path crashed, String where) throws Exception {
        put(left, crashed);
        try (SqliteJournal journal = SqliteJournal.open(crashed, JournalLimits.DEFAULT)) {
            long head = journal.head();
            assertThat(head).as(where).isBetween(acknowledged, (long) appended.size());
            further += head > acknowledged ? 1 : 0;
            long next = head - journal.usage().entries() + 1;
            for (Entry entry : journal.read(0, Integer.MAX_VALUE, Duration.ZERO)) {
                assertThat(entry).as(where).isEqualTo(new Entry.Samples(next, 1, "s", appended.get((int) next - 1)));
                next++;
            }
            assertThat(next).as(where).isEqualTo(head + 1);
            long samples = appended.subList(0, (int) head).stream()
                    .mapToLong(SampleBatch::size)
                    .sum();
            assertThat(journal.ledger().balanced()).as(where).isTrue();
            assertThat(journal.ledger().sources().get("s").accepted()).as(where).isEqualTo(samples);
        }
        assertThat(SqliteInspection.of(crashed.resolve("journal.db")).problems())
                .as(where)
                .isEmpty();
    }

    private static void put(Disk files, Path crashed) throws Exception {
        Files.createDirectories(crashed);
        Files.write(crashed.resolve("journal.db"), files.db());
        Files.write(crashed.resolve("journal.db-wal"), files.log());
    }
}
