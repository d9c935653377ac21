package org.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.e2e.Homes;
import org.millrace.security.CertificateFolders;

/** {@code hub check --online} against a folder and a database that do not have what the files say. */
class TableOnlineIT {
    private static final Placeholders NONE = Placeholders.of(Map.of(), Map.of());

    @TempDir
    Path home;

    private List<String> online() throws Exception {
        return OnlineCheck.problems(home, NONE, secret -> secret, CertificateFolders.opcUa(home.resolve("data")))
                .stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void foldersHeadersAndQueriesAreComparedWithTheFiles() throws Exception {
        Homes.write(home, "connectors-config/sources/log.yaml", """
                kind: FileSource
                id: log
                folder: log
                time: { column: ts, zone: UTC }
                """);
        Homes.write(home, "connectors-config/sources/bench.yaml", """
                kind: SqlSource
                id: bench
                url: "jdbc:sqlite:%s"
                query: SELECT id, torque, ts FROM log WHERE id > :cursor ORDER BY id
                cursor: { column: id }
                time: { column: ts }
                """.formatted(home.resolve("bench.db")));
        Homes.write(home, "connectors-config/assets/p-3.yaml", """
                kind: Asset
                id: P-3
                name: Press
                path: acme/lyon/a/b/p-3
                tags:
                  temp: { from: log, device: "", field: tmp, unit: Cel }
                  torque: { from: bench, device: "", field: torqe, unit: N.m }
                """);

        assertThat(online())
                .satisfiesExactly(
                        one -> assertThat(one).contains("log.yaml:3:9: warning: there is no folder"),
                        one -> assertThat(one).contains("bench.yaml:3:6: warning: cannot connect"));

        Files.createDirectories(home.resolve("log"));
        Files.writeString(home.resolve("log/a.csv"), "ts,temp\n");
        try (Connection bench = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("bench.db"));
                Statement statement = bench.createStatement()) {
            statement.execute("CREATE TABLE log (id INTEGER, torque REAL, ts TEXT)");
        }
        assertThat(online())
                .satisfiesExactly(
                        one -> assertThat(one)
                                .contains("p-3.yaml:6:41: warning: there is no column 'tmp'")
                                .contains("did you mean temp?"),
                        one -> assertThat(one)
                                .contains("p-3.yaml:7:45: warning: there is no column 'torqe'")
                                .contains("did you mean torque?"));

        Files.writeString(home.resolve("log/a.csv"), "Ts,temp\n");
        assertThat(online().getFirst()).contains("a.csv:1: there is no column 'ts' (did you mean Ts?)");
    }

    /** What people copy from the documentation must be accepted. */
    @ParameterizedTest
    @ValueSource(strings = {"files", "sql"})
    void theExamplesOfTheDocumentationAreAccepted(String page) throws Exception {
        Matcher blocks = Pattern.compile("```yaml\n# (\\S+)\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/sources/" + page + ".md")));
        int count = 0;
        while (blocks.find()) {
            Homes.write(home, blocks.group(1), blocks.group(2));
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(3);
        assertThat(HomeFolder.read(home, NONE).problems()).isEmpty();
    }
}
