package org.millrace.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.Entry;
import org.millrace.journal.Journal.LetterState;
import org.millrace.journal.Journal.StoredDeadLetter;
import org.millrace.journal.Ledger.SinkAccount;
import org.millrace.journal.Ledger.SourceAccount;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;

/**
 * F21: a journal with entries in it, as a release left it behind, is brought up to date; one of a later release is
 * refused and left alone. The statements and bytes here are what that release wrote: never change them.
 */
class JournalFormatIT {
    private static final List<String> FORMAT_1 = List.of(
            "PRAGMA application_id = 1297238577",
            "PRAGMA user_version = 1",
            "CREATE TABLE journal (id INTEGER PRIMARY KEY CHECK (id = 1), commits INTEGER NOT NULL,"
                    + " head INTEGER NOT NULL, samples INTEGER NOT NULL, bytes INTEGER NOT NULL, trimmed INTEGER NOT NULL,"
                    + " trimmed_samples INTEGER NOT NULL, trimmed_bytes INTEGER NOT NULL, letter_bytes INTEGER NOT NULL)",
            "INSERT INTO journal VALUES (1, 4, 3, 7, 300, 1, 4, 100, 67)",
            "CREATE TABLE entry (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, hub_time INTEGER NOT NULL,"
                    + " source TEXT NOT NULL, samples_through INTEGER NOT NULL, bytes_through INTEGER NOT NULL,"
                    + " samples INTEGER NOT NULL, body BLOB NOT NULL)",
            "INSERT INTO entry VALUES (2, 0, 42, 'plc-7', 7, 236, 3, x'@BATCH@')",
            "INSERT INTO entry VALUES (3, 1, 43, '', 7, 300, 0, x'')",
            "CREATE TABLE tag (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE)",
            "INSERT INTO tag VALUES (1, 'acme/p-101/flow')",
            "CREATE TABLE source (id TEXT PRIMARY KEY, received INTEGER NOT NULL, accepted INTEGER NOT NULL,"
                    + " rejected INTEGER NOT NULL) WITHOUT ROWID",
            "INSERT INTO source VALUES ('plc-7', 9, 7, 1)",
            "CREATE TABLE filtered (source TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,"
                    + " PRIMARY KEY (source, reason)) WITHOUT ROWID",
            "INSERT INTO filtered VALUES ('plc-7', 'deadband', 1)",
            "CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL, base INTEGER NOT NULL,"
                    + " passed INTEGER NOT NULL, rejected INTEGER NOT NULL, expired INTEGER NOT NULL) WITHOUT ROWID",
            "INSERT INTO cursor VALUES ('historian', 1, 0, 4, 0, 0)",
            "CREATE TABLE dead_letter (id INTEGER PRIMARY KEY AUTOINCREMENT, cost INTEGER NOT NULL,"
                    + " source TEXT NOT NULL, hub_time INTEGER NOT NULL, step TEXT NOT NULL, reason TEXT NOT NULL,"
                    + " detail TEXT NOT NULL, context TEXT NOT NULL, raw BLOB NOT NULL)",
            "INSERT INTO dead_letter VALUES (1, 67, 'plc-7', 41, 'decode', 'malformed', 'd', 'c', x'01')");

    /** What came to {@link #FORMAT_1}: checksums. */
    private static final List<String> SINCE_2 = List.of(
            "PRAGMA user_version = 2",
            "ALTER TABLE entry ADD COLUMN crc INTEGER NOT NULL DEFAULT -1",
            "UPDATE entry SET crc = 156098718 WHERE seq = 2",
            "UPDATE entry SET crc = 2300875680 WHERE seq = 3");

    /** What came to {@link #SINCE_2}: replays. */
    private static final List<String> SINCE_3 = List.of(
            "PRAGMA user_version = 3",
            "ALTER TABLE source ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE cursor ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE dead_letter ADD COLUMN configuration TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE dead_letter ADD COLUMN state TEXT NOT NULL DEFAULT 'NEW'",
            "ALTER TABLE dead_letter ADD COLUMN state_time INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE dead_letter ADD COLUMN state_detail TEXT NOT NULL DEFAULT ''",
            "UPDATE source SET replayed = 2",
            "UPDATE cursor SET replayed = 3",
            "INSERT INTO dead_letter VALUES (9, 67, 'plc-7', 41, 'bind', 'no-tag', 'd', 'c', x'02', '0123456789ab',"
                    + " 'FAILED', 77, 'still no tag')");

    private static final DeadLetter LETTER_1 =
            new DeadLetter("plc-7", 41, "decode", "malformed", "d", "c", new byte[] {1});

    private static final String BATCH_1 =
            "010300020000000080ee89ab0d0200000080808080080000020408000e0002fa01010652554e0000";

    private static final SampleBatch BATCH = SampleBatch.builder(3)
            .addReal(1, 1_790_000_000_000_000L, 12.5, Quality.GOOD)
            .addBits(1, 1_790_000_001_000_000L, Kind.WHOLE, 7, Quality.UNCERTAIN)
            .addText(1, 1_790_000_002_000_000L, "RUN", Quality.GOOD)
            .build();

    @TempDir
    Path folder;

    @Test
    void aJournalOfFormat1IsBroughtUpToDateWithAllThatIsInIt() throws Exception {
        format(1);
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThat(journal.read(0, 100, Duration.ZERO))
                    .containsExactly(new Entry.Samples(2, 42, "plc-7", BATCH), new Entry.Tick(3, 43));
            assertThat(journal.ledger())
                    .isEqualTo(new Ledger(
                            Map.of("plc-7", new SourceAccount(9, 7, Map.of("deadband", 1L), 1)),
                            Map.of("historian", new SinkAccount(7, 4, 3, 0, 0))));
            assertThat(journal.tagPath(1)).isEqualTo("acme/p-101/flow");
            assertThat(journal.deadLetters(5)).hasSize(1);
            assertThat(journal.tick(44).get(20, SECONDS)).isEqualTo(4);
            assertThat(journal.read(3, 100, Duration.ZERO)).containsExactly(new Entry.Tick(4, 44));
        }
        assertThat(JournalInspection.of(folder).unreadable()).isEmpty();
    }

    @Test
    void aJournalOfFormat2KeepsItsChecksumsAndHasNoReplaysYet() throws Exception {
        format(2);
        sql(List.of("UPDATE entry SET hub_time = 44 WHERE seq = 2"));
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThat(journal.read(2, 100, Duration.ZERO)).containsExactly(new Entry.Tick(3, 43));
            assertThatThrownBy(() -> journal.read(0, 100, Duration.ZERO))
                    .hasMessageContaining("entry 2 does not match its checksum");
            assertThat(journal.ledger())
                    .isEqualTo(new Ledger(
                            Map.of("plc-7", new SourceAccount(9, 7, Map.of("deadband", 1L), 1)),
                            Map.of("historian", new SinkAccount(7, 4, 3, 0, 0))));
            assertThat(journal.deadLetters(5)).singleElement().satisfies(letter -> same(letter, asOfFormat1()));
        }
    }

    @Test
    void aJournalOfFormat2IsSalvaged() throws Exception {
        format(2);
        assertThat(JournalSalvage.repair(folder, java.time.Instant.EPOCH).lost())
                .isEmpty();
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThat(journal.read(0, 100, Duration.ZERO))
                    .containsExactly(new Entry.Samples(2, 42, "plc-7", BATCH), new Entry.Tick(3, 43));
            assertThat(journal.deadLetters(5)).singleElement().satisfies(letter -> same(letter, asOfFormat1()));
        }
    }

    @ParameterizedTest(name = "salvaged: {0}")
    @ValueSource(booleans = {false, true})
    void aJournalOfFormat3HasItsReplaysAlsoWhenItIsSalvaged(boolean salvaged) throws Exception {
        format(3);
        if (salvaged) {
            JournalSalvage.Report report = JournalSalvage.repair(folder, java.time.Instant.EPOCH);
            assertThat(report.lost()).isEmpty();
            assertThat(report.notes()).isEmpty();
        }
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThat(journal.read(0, 100, Duration.ZERO))
                    .containsExactly(new Entry.Samples(2, 42, "plc-7", BATCH), new Entry.Tick(3, 43));
            assertThat(journal.ledger())
                    .isEqualTo(new Ledger(
                            Map.of("plc-7", new SourceAccount(9, 7, Map.of("deadband", 1L), 1, 2)),
                            Map.of("historian", new SinkAccount(7, 4, 3, 0, 0, 3))));
            List<StoredDeadLetter> letters = journal.deadLetters(5);
            assertThat(letters).hasSize(2);
            same(
                    letters.get(0),
                    new StoredDeadLetter(
                            9,
                            new DeadLetter("plc-7", 41, "bind", "no-tag", "d", "c", new byte[] {2}),
                            "0123456789ab",
                            LetterState.FAILED,
                            77,
                            "still no tag"));
            same(letters.get(1), asOfFormat1());
        }
    }

    @Test
    void aDamagedJournalOfFormat1IsSalvagedWithoutItsChecksums() throws Exception {
        format(1);
        assertThat(JournalInspection.of(folder).entries()).isEqualTo(2);
        JournalSalvage.Report report = JournalSalvage.repair(folder, java.time.Instant.EPOCH);
        assertThat(report.entries()).isEqualTo(2);
        assertThat(report.lost()).isEmpty();
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThat(journal.read(0, 100, Duration.ZERO)).hasSize(2);
            assertThat(journal.ledger().sinks().get("historian")).isEqualTo(new SinkAccount(7, 4, 3, 0, 0));
        }
    }

    @Test
    void aBatchIsEncodedAsTheReleaseDid() {
        assertThat(HexFormat.of().formatHex(BatchCodec.encode(BATCH))).isEqualTo(BATCH_1);
    }

    @Test
    void aNewerFormatIsRefusedByHubAndDoctorAndLeftAlone() throws Exception {
        SqliteJournal.open(folder, JournalLimits.DEFAULT).close();
        sql(List.of("PRAGMA user_version = 99"));
        assertThatThrownBy(() -> SqliteJournal.open(folder, JournalLimits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 99")
                .hasMessageContaining("newer Millrace");
        assertThatThrownBy(() -> JournalSalvage.repair(folder, java.time.Instant.EPOCH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 99");
        assertThat(folder.resolve("journal.db")).exists();
    }

    private static StoredDeadLetter asOfFormat1() {
        return new StoredDeadLetter(1, LETTER_1, "", LetterState.NEW, 0, "");
    }

    private static void same(StoredDeadLetter letter, StoredDeadLetter expected) {
        assertThat(letter).usingRecursiveComparison().isEqualTo(expected);
    }

    private void format(int version) throws Exception {
        sql(FORMAT_1.stream().map(s -> s.replace("@BATCH@", BATCH_1)).toList());
        if (version > 1) {
            sql(SINCE_2);
        }
        if (version > 2) {
            sql(SINCE_3);
        }
    }

    private void sql(List<String> statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("journal.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
