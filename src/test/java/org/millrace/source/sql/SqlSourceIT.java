package org.millrace.source.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.historian.TestPostgres;
import org.millrace.source.TableRig;

/** Against a real PostgreSQL server, and SQLite. */
@Timeout(180)
class SqlSourceIT {
    private static TestPostgres postgres;

    @TempDir
    Path folder;

    private final TableRig rig = new TableRig();
    private final List<SqlSource> started = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stopServer() {
        postgres.close();
    }

    @BeforeEach
    void table() throws SQLException {
        postgres.ensureRunning();
        sql("DROP TABLE IF EXISTS log");
        sql("CREATE TABLE log (id bigint PRIMARY KEY, ts timestamptz NOT NULL DEFAULT '2026-11-22T18:00:00Z',"
                + " machine text NOT NULL DEFAULT 'm-1', temp double precision, mode text)");
    }

    @AfterEach
    void stop() {
        started.forEach(SqlSource::close);
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
    }

    private static void sql(String text) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static void rows(int from, int to) throws SQLException {
        sql("INSERT INTO log (id, temp) SELECT n, n FROM generate_series(" + from + ", " + (to - 1) + ") n");
    }

    private static String yaml(String query, String more) {
        return "kind: SqlSource\nid: rig\nurl: " + postgres.url() + "\nuser: " + postgres.user() + "\nquery: \"" + query
                + "\"\npoll: 100ms\ntimeout: 5s\n" + more;
    }

    private static String byId(String more) {
        return yaml(
                "SELECT id, ts, temp FROM log WHERE id > :cursor ORDER BY id LIMIT :limit",
                "time: { column: ts }\n" + more);
    }

    private SqlSource start(String yaml) throws IOException {
        SqlSourceFile file = TableRig.config(SqlSourceFile.class, folder, yaml);
        SqlSource source =
                new SqlSource(file, (d, f) -> f.equals("temp"), secret -> secret, rig.places(), Clock.systemUTC());
        started.add(source);
        source.start(rig::receive);
        return source;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> n + ".0").toList();
    }

    private void awaitValues(List<String> values) {
        await().untilAsserted(() -> assertThat(rig.values()).isEqualTo(values));
    }

    @Test
    void rowsArriveOnceInOrderPageByPageAndAfterARestart() throws Exception {
        rows(1, 251);
        SqlSource first = start(byId("cursor: { column: id, overlap: 20 }\nbatch: 50\n"));
        awaitValues(numbers(1, 251));
        rows(251, 260);
        awaitValues(numbers(1, 260));
        first.close();
        rows(260, 270);
        SqlSource second = start(byId("cursor: { column: id, overlap: 20 }\nbatch: 50\n"));

        awaitValues(numbers(1, 270));
        assertThat(second.status().up()).isTrue();
        assertThat(second.status().detail()).endsWith("connected, id at 269");
    }

    /** An id is given at the insert, and seen at the commit: 4 commits after 5. */
    @Test
    void aRowWhoseTransactionEndedLaterIsNotMissed() throws Exception {
        rows(1, 4);
        start(byId("cursor: { column: id, overlap: 100 }\n"));
        awaitValues(numbers(1, 4));
        try (Connection late = connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO log (id, temp) VALUES (4, 4)");
            rows(5, 7);
            awaitValues(List.of("1.0", "2.0", "3.0", "5.0", "6.0"));
            late.commit();
        }

        awaitValues(List.of("1.0", "2.0", "3.0", "5.0", "6.0", "4.0"));
        rows(7, 8);
        awaitValues(List.of("1.0", "2.0", "3.0", "5.0", "6.0", "4.0", "7.0"));
    }

    @Test
    void aServerThatFallsAndComesBackCostsNothing() throws Exception {
        rows(1, 101);
        SqlSource source = start(byId("cursor: { column: id, overlap: 10 }\nbatch: 30\n"));
        awaitValues(numbers(1, 101));
        rows(101, 151);
        postgres.stop();
        await().untilAsserted(() ->
                assertThat(source.status().detail()).contains("down since").contains("because: "));
        assertThat(source.status().up()).isFalse();
        postgres.restart();
        rows(151, 201);

        awaitValues(numbers(1, 201));
        await().untilAsserted(() -> assertThat(source.status().up()).isTrue());
        assertThat(source.status().reconnects()).isPositive();
    }

    @Test
    void rowsOfOneTimestampAreNotCutApartByALimit() throws Exception {
        sql("INSERT INTO log (id, ts, temp) SELECT n, timestamptz '2026-11-22T18:00:00Z' + (n / 4) * interval '1 s', n"
                + " FROM generate_series(1, 99) n");
        SqlSource source = start(yaml(
                "SELECT ts, temp FROM log WHERE ts > :cursor ORDER BY ts LIMIT :limit",
                "time: { column: ts }\nbatch: 10\n"
                        + "cursor: { column: ts, type: timestamp_tz, start: '2026-01-01T00:00:00Z', overlap: 5s }\n"));

        await().untilAsserted(() -> assertThat(rig.readings).hasSize(99));
        assertThat(List.copyOf(rig.values())).doesNotHaveDuplicates();
        sql("INSERT INTO log (id, ts, temp) VALUES (100, '2026-11-22T18:00:24Z', 1000)"); // of the last second, later
        await().untilAsserted(() -> assertThat(rig.values()).contains("1000.0"));
        assertThat(rig.readings).hasSize(100);
        assertThat(source.status().up()).isTrue();
    }

    @Test
    void moreRowsOfOneValueThanABatchAreSaidSo() throws Exception {
        sql("INSERT INTO log (id, temp) SELECT n, n FROM generate_series(1, 20) n");
        SqlSource source = start(yaml(
                "SELECT ts, temp FROM log WHERE ts > :cursor ORDER BY ts LIMIT :limit",
                "time: { column: ts }\nbatch: 10\n"
                        + "cursor: { column: ts, type: timestamp_tz, start: '2026-01-01T00:00:00Z' }\n"));

        await().untilAsserted(() -> assertThat(source.status().detail()).contains("raise batch"));
        assertThat(rig.readings).isEmpty();
    }

    @Test
    void theLongFormTakesDeviceSignalAndQualityOfEachRow() throws Exception {
        sql("CREATE TEMP TABLE unused (a int)");
        sql("INSERT INTO log (id, machine, temp, mode) VALUES (1, 'p-1', 48.5, 'GOOD'), (2, 'p-2', 7, 'bad')");
        start(yaml(
                "SELECT id, ts, machine, 'temp' AS signal, temp AS value, mode AS q FROM log WHERE id > :cursor ORDER BY id",
                "time: { column: ts }\ncursor: { column: id }\ndevice_column: machine\n"
                        + "long: { signal: signal, value: value, quality: q }\n"));

        await().untilAsserted(() -> assertThat(rig.told())
                .containsExactly("p-1.temp=48.5@2026-11-22T18:00:00Z", "p-2.temp=7.0@2026-11-22T18:00:00Z"));
        assertThat(rig.readings.getFirst().quality()).isZero();
        assertThat(rig.readings.getLast().quality()).isNegative();
    }

    @Test
    void aRowThatCannotBeReadIsADeadLetterAndCanBeReplayed() throws Exception {
        sql("ALTER TABLE log ALTER COLUMN temp TYPE text");
        sql("INSERT INTO log (id, temp) VALUES (1, 'hot'), (2, '48.5')");
        String yaml = byId("cursor: { column: id }\n");
        start(yaml);

        awaitValues(List.of("48.5"));
        await().untilAsserted(() -> assertThat(rig.letters).hasSize(1));
        assertThat(rig.letters.getFirst().detail())
                .startsWith("rig: id = 1, column 'temp': 'hot' in 'temp' is not a number");
        var letters = new org.millrace.source.SourceBatch.Payloads(
                "rig", 1, List.of(rig.letters.getFirst().payload()));
        SqlSourceFile corrected = TableRig.config(SqlSourceFile.class, folder, yaml + "missing: [hot]\n");
        assertThat(RowDecoder.replay(corrected, letters, (d, f) -> true).undecodable())
                .isEmpty();
    }

    @Test
    void anErrorOfTheQueryAndOneOfItsOrderAreSaidAndMendThemselves() throws Exception {
        sql("ALTER TABLE log RENAME COLUMN temp TO t");
        SqlSource source = start(byId("cursor: { column: id }\n"));
        await().untilAsserted(() -> assertThat(source.status().detail())
                .contains("down since")
                .contains("column \"temp\" does not exist")
                .contains("next try in"));
        sql("ALTER TABLE log RENAME COLUMN t TO temp");
        rows(1, 3);
        awaitValues(numbers(1, 3));
        SqlSource unordered = start(yaml(
                "SELECT id, ts, temp FROM log WHERE id > :cursor ORDER BY id DESC",
                "time: { column: ts }\ncursor: { column: id }\n"));

        rows(3, 6);
        await().untilAsserted(() -> assertThat(unordered.status().detail()).contains("do not come in the order of id"));
    }

    @Test
    void nothingIsWritten() throws Exception {
        sql("CREATE SEQUENCE IF NOT EXISTS s");
        rows(1, 2);
        SqlSource source = start(yaml(
                "SELECT id, ts, nextval('s') AS temp FROM log WHERE id > :cursor ORDER BY id",
                "time: { column: ts }\ncursor: { column: id }\n"));

        await().untilAsserted(() -> assertThat(source.status().detail()).contains("read-only transaction"));
        assertThat(rig.readings).isEmpty();
    }

    @Test
    void aQueryThatIsNotAnsweredIsGivenUp() throws Exception {
        rows(1, 2);
        SqlSource source = start(yaml(
                        "SELECT id, ts, pg_sleep(600) IS NULL AS mode FROM log WHERE id > :cursor ORDER BY id",
                        "time: { column: ts }\ncursor: { column: id }\n")
                .replace("timeout: 5s", "timeout: 1s"));

        await().untilAsserted(() ->
                assertThat(source.status().detail()).contains("down since").contains("timeout"));
    }

    @Test
    void anEmptyTableThatIsToBeFilledIsSilentAndDown() throws Exception {
        SqlSource source = start(byId("cursor: { column: id }\nsilent_after: 1s\n"));
        await().untilAsserted(() -> assertThat(source.status().detail()).contains("connected, but nothing new for"));
        assertThat(source.status().up()).isFalse();
        rows(1, 2);

        await().untilAsserted(() -> assertThat(source.status().lastData()).isPositive());
        awaitValues(numbers(1, 2));
    }

    @Test
    void sqliteWithTextTimesIsReadWhileAnotherProgramWritesIt() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("log.db");
        try (Connection writer = DriverManager.getConnection(url);
                Statement statement = writer.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE log (at TEXT, temp REAL)");
            statement.execute("INSERT INTO log VALUES ('2026-11-22 18:00:00', 1), ('2026-11-22 18:00:01', 2)");
            SqlSource source = start("kind: SqlSource\nid: rig\nurl: \"" + url + "\"\npoll: 100ms\n"
                    + "query: SELECT at, temp FROM log WHERE at > :cursor ORDER BY at\n"
                    + "cursor: { column: at, type: text }\ntime: { column: at, zone: UTC }\n");
            awaitValues(List.of("1.0", "2.0"));
            statement.execute("INSERT INTO log VALUES ('2026-11-22 18:00:02', 3)");
            awaitValues(List.of("1.0", "2.0", "3.0"));
            assertThat(source.status().up()).isTrue();
            assertThat(rig.told()).endsWith("temp=3.0@2026-11-22T18:00:02Z");
        }
    }

    @Test
    void theInquiryNamesColumnsThatAreNotThere() throws Exception {
        rows(1, 2);
        SqlSourceFile right = TableRig.config(SqlSourceFile.class, folder, byId("cursor: { column: id }\n"));
        assertThat(DatabaseInquiry.ask(right, s -> s).fields()).containsExactly("temp");
        SqlSourceFile wrong = TableRig.config(SqlSourceFile.class, folder, byId("cursor: { column: idd }\n"));
        DatabaseInquiry.Answer answer = DatabaseInquiry.ask(wrong, s -> s);
        assertThat(answer.key()).isEqualTo("query");
        assertThat(answer.trouble()).isEqualTo("there is no column 'idd'");
        assertThat(answer.hint()).isEqualTo("did you mean id?");
        SqlSourceFile away = TableRig.config(
                SqlSourceFile.class, folder, byId("cursor: { column: id }\n").replace(":" + postgres.port(), ":1"));
        assertThat(DatabaseInquiry.ask(away, s -> s).trouble()).startsWith("cannot connect: ");
        assertThat(Collections.unmodifiableList(rig.readings)).isEmpty();
    }
}
