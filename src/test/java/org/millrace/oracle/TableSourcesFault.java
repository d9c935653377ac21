package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.e2e.Homes;

/** A hub that reads a growing log and a table, and is killed while it does: every row once, to the unit. */
@Timeout(240)
class TableSourcesFault {
    private static final int ROWS = 12_000;
    private static final long START = Instant.parse("2026-11-22T00:00:00Z").toEpochMilli();
    private static final String LINE = "acme/lyon/yard/tanks/t-1/line";
    private static final String ROW = "acme/lyon/yard/tanks/t-1/row";

    @TempDir
    Path folder;

    private Path home;
    private Path data;
    private Path log;

    @BeforeEach
    void configure() throws Exception {
        home = folder.resolve("home");
        data = folder.resolve("data");
        log = Files.createDirectories(folder.resolve("log")).resolve("tank.csv");
        Homes.write(home, "connectors-config/sources/tank-log.yaml", """
                kind: FileSource
                id: tank-log
                folder: %s
                grows: true
                poll: 100ms
                batch: 20
                time: { column: ts }
                device: t-1
                """.formatted(log.getParent()));
        Homes.write(home, "connectors-config/sources/tank-table.yaml", """
                kind: SqlSource
                id: tank-table
                url: "jdbc:sqlite:%s"
                query: SELECT id, ts, n FROM log WHERE id > :cursor ORDER BY id LIMIT :limit
                cursor: { column: id, overlap: 50 }
                poll: 100ms
                batch: 20
                time: { column: ts }
                device: t-1
                """.formatted(folder.resolve("table.db")));
        Homes.write(home, "connectors-config/assets/t-1.yaml", """
                kind: Asset
                id: T-1
                name: Tank 1
                path: acme/lyon/yard/tanks/t-1
                tags:
                  line: { from: tank-log, device: t-1, field: n, unit: "1" }
                  row: { from: tank-table, device: t-1, field: n, unit: "1" }
                """);
        for (String[] route : new String[][] {{"tank-log", "file"}, {"tank-table", "sql"}}) {
            Homes.write(home, "routes/sources/" + route[0] + ".camel.yaml", """
                    - route:
                        id: %1$s
                        from:
                          uri: hub:%2$s/%1$s
                          steps:
                            - to: hub:ingest
                    """.formatted(route[0], route[1]));
        }
        Homes.write(home, "routes/pipeline/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      steps:
                        - to: hub:historian
                """);
        Files.writeString(log, "ts,n\n");
        try (Connection table = table();
                Statement statement = table.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, ts INTEGER, n INTEGER)");
        }
    }

    private Connection table() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("table.db") + "?busy_timeout=20000");
    }

    private void write(int from, int to) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int n = from; n < to; n++) {
            lines.append(START + n * 1000L).append(',').append(n).append('\n');
        }
        Files.writeString(log, lines, StandardOpenOption.APPEND);
        try (Connection table = table();
                Statement statement = table.createStatement()) {
            statement.execute("WITH RECURSIVE s(n) AS (SELECT " + from + " UNION ALL SELECT n + 1 FROM s WHERE n < "
                    + (to - 1) + ") INSERT INTO log SELECT n + 1, " + START + " + n * 1000, n FROM s");
        }
    }

    private static long received(HubProcess hub, String source) {
        return hub.get("ledger").path("sources").path(source).path("received").asLong();
    }

    @Test
    void killedAgainAndAgainWhileReadingEveryRowIsThereOnce() throws Exception {
        write(0, ROWS / 2);
        for (int kill = 1; kill <= 3; kill++) {
            long wanted = kill * ROWS / 10;
            try (HubProcess hub = HubProcess.start(home, data, Map.of())) {
                await().until(() -> Math.max(received(hub, "tank-log"), received(hub, "tank-table")) >= wanted);
                hub.kill();
            }
        }
        write(ROWS / 2, ROWS);
        try (HubProcess hub = HubProcess.start(home, data, Map.of())) {
            await().untilAsserted(() -> {
                JsonNode ledger = hub.get("ledger");
                assertThat(ledger.path("sources")
                                .path("tank-log")
                                .path("accepted")
                                .asLong())
                        .isEqualTo(ROWS);
                assertThat(ledger.path("sources")
                                .path("tank-table")
                                .path("accepted")
                                .asLong())
                        .isEqualTo(ROWS);
                assertThat(ledger.path("sinks").path("historian").path("queued").asLong())
                        .isZero();
            });
            assertThat(received(hub, "tank-log")).isEqualTo(ROWS);
            assertThat(received(hub, "tank-table")).isEqualTo(ROWS);
            assertThat(hub.get("ledger").path("balanced").asBoolean()).isTrue();
            assertThat(hub.get("ledger")
                            .path("sinks")
                            .path("historian")
                            .path("stored")
                            .asLong())
                    .isEqualTo(2L * ROWS);
            assertThat(hub.last(LINE).toString()).contains(Integer.toString(ROWS - 1));
            assertThat(hub.last(ROW).toString()).contains(Integer.toString(ROWS - 1));
            assertThat(hub.log()).doesNotContain("it is read again");
            assertThat(hub.terminate()).isIn(0, 143);
        }
        assertThat(distinctValues()).as("rows of the historian: none missing").isEqualTo(2L * ROWS);
    }

    private long distinctValues() throws Exception {
        try (Connection historian = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("historian.db"));
                Statement statement = historian.createStatement();
                ResultSet count =
                        statement.executeQuery("SELECT count(*) FROM (SELECT DISTINCT tag_id, ts FROM tag_sample)")) {
            return count.getLong(1);
        }
    }
}
