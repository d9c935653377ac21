package org.millrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.sqlite.SqliteFile.Format;

class SqliteFileIT {
    private static final List<String> FIRST = List.of("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)");
    private static final Format FORMAT = new Format("test store", 77, List.of(FIRST));

    @TempDir
    Path folder;

    /**
     * The trap: after SQLITE_FULL the rollback throws and the connection is in autocommit, so that a later transaction
     * reports failure and is stored all the same.
     */
    @Test
    void afterAFullDiskNothingOfAFailedTransactionIsKeptAndTheNextOneWorks() throws Exception {
        try (SqliteFile file = SqliteFile.open(folder.resolve("a.db"), FORMAT)) {
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(() -> file.write(session -> {
                            session.execute("PRAGMA max_page_count = 40");
                            for (int i = 0; i < 100; i++) {
                                session.update("INSERT INTO t (body) VALUES (?)", new byte[4000]);
                            }
                            return 0;
                        }))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("full");
                assertThat(rows(file)).isZero();
            }
            file.write(session -> session.update("INSERT INTO t (body) VALUES (?)", new byte[1]));
            assertThat(rows(file)).isEqualTo(1);
            assertThatThrownBy(() -> file.write(session -> {
                        session.update("INSERT INTO t (body) VALUES (?)", new byte[1]);
                        throw new IllegalStateException("changed my mind");
                    }))
                    .hasMessage("changed my mind");
            assertThat(rows(file)).isEqualTo(1);
        }
    }

    @Test
    void anOlderFormatIsBroughtUpToDate() throws Exception {
        Path path = folder.resolve("a.db");
        try (SqliteFile file = SqliteFile.open(path, FORMAT)) {
            file.write(session -> session.update("INSERT INTO t (body) VALUES (?)", new byte[1]));
        }
        Format second = new Format("test store", 77, List.of(FIRST, List.of("ALTER TABLE t ADD COLUMN note TEXT")));
        try (SqliteFile file = SqliteFile.open(path, second)) {
            long rows = file.read(session -> session.number("SELECT count(*) FROM t WHERE note IS NULL"));
            assertThat(rows).isEqualTo(1);
        }
        assertThatThrownBy(() -> SqliteFile.open(path, FORMAT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("knows up to 1");
    }

    @Test
    void aMigrationThatFailsLeavesTheOldFormat() throws Exception {
        Path path = folder.resolve("a.db");
        SqliteFile.open(path, FORMAT).close();
        Format broken = new Format(
                "test store",
                77,
                List.of(FIRST, List.of("CREATE TABLE u (id INTEGER)", "CREATE TABLE t (id INTEGER)")));
        assertThatThrownBy(() -> SqliteFile.open(path, broken)).isInstanceOf(IOException.class);
        try (SqliteFile file = SqliteFile.open(path, FORMAT)) {
            long tables = file.read(session -> session.number("SELECT count(*) FROM sqlite_master WHERE name = 'u'"));
            assertThat(tables).isZero();
        }
    }

    @Test
    void theDatabaseOfAnotherProgramIsRefused() throws Exception {
        Path path = folder.resolve("theirs.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE theirs (id INTEGER)");
        }
        assertThatThrownBy(() -> SqliteFile.open(path, FORMAT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a Millrace test store");
    }

    @Test
    void commitsAreSyncedAndReadersSeeOnlyCommits() throws Exception {
        try (SqliteFile file = SqliteFile.open(folder.resolve("a.db"), FORMAT)) {
            long synchronous = file.write(session -> session.number("PRAGMA synchronous"));
            assertThat(synchronous).as("FULL").isEqualTo(2);
            String mode = file.write(session -> session.text("PRAGMA journal_mode"));
            assertThat(mode).isEqualTo("wal");
            file.write(session -> {
                session.update("INSERT INTO t (body) VALUES (?)", new byte[1]);
                assertThat(rows(file)).isZero();
                return 0;
            });
            assertThat(rows(file)).isEqualTo(1);
            assertThatThrownBy(() -> file.read(session -> session.update("DELETE FROM t")))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aConnectionOpenedAnewAfterAFailureSyncsTheSameWay() throws Exception {
        try (SqliteFile file = SqliteFile.open(folder.resolve("a.db"), FORMAT)) {
            assertThatThrownBy(() -> file.write(session -> session.update("INSERT INTO nowhere VALUES (1)")))
                    .isInstanceOf(SQLException.class);
            String settings = file.write(
                    session -> session.text("PRAGMA journal_mode") + " " + session.number("PRAGMA synchronous"));
            assertThat(settings).isEqualTo("wal 2");
        }
    }

    @Test
    void aDamagedPageIsAnErrorThatSaysWhatToDo() throws Exception {
        Path path = folder.resolve("a.db");
        try (SqliteFile file = SqliteFile.open(path, FORMAT)) {
            file.write(session -> {
                for (int i = 0; i < 100; i++) {
                    session.update("INSERT INTO t (body) VALUES (?)", new byte[500]);
                }
                return 0;
            });
        }
        byte[] bytes = Files.readAllBytes(path);
        Arrays.fill(bytes, bytes.length - 2 * 4096, bytes.length, (byte) 0x5a);
        Files.write(path, bytes);
        assertThat(SqliteInspection.of(path).problems()).isNotEmpty();
        try (SqliteFile file = SqliteFile.open(path, FORMAT)) {
            assertThatThrownBy(() -> file.read(session -> session.number("SELECT sum(length(body)) FROM t")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("the test store " + path + " is damaged")
                    .hasMessageContaining("hub doctor");
        }
    }

    private static long rows(SqliteFile file) throws SQLException {
        return file.read(session -> session.number("SELECT count(*) FROM t"));
    }
}
