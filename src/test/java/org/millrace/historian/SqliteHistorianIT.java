package org.millrace.historian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.Value;

class SqliteHistorianIT extends HistorianContract {
    @Override
    HistorianFile settings() {
        return file("");
    }

    @Override
    HistorianFile reopened() {
        return file("");
    }

    private static HistorianFile file(String url) {
        return new HistorianFile(url, Optional.empty(), Optional.empty(), 10_000, Duration.ofSeconds(1));
    }

    @Override
    void refuse666() throws SQLException {
        sql(
                "CREATE TRIGGER refuse BEFORE INSERT ON tag_sample WHEN NEW.v = 666 BEGIN SELECT RAISE(ABORT, 'evil'); END");
    }

    @Test
    void theDefaultIsAFileInTheDataFolderInWalMode() throws SQLException {
        assertThat(Files.exists(folder.resolve("historian.db"))).isTrue();
        try (var connection = historian.dataSource().getConnection();
                var row = connection.createStatement().executeQuery("PRAGMA journal_mode")) {
            assertThat(row.getString(1)).isEqualTo("wal");
        }
        try (var connection = historian.dataSource().getConnection();
                var row = connection.createStatement().executeQuery("PRAGMA auto_vacuum")) {
            assertThat(row.getInt(1)).isEqualTo(2);
        }
    }

    @Test
    void aNulInATextIsKeptAsItIs() throws SQLException {
        write(new Sample(1, NOW, Value.of("a\0b"), Quality.GOOD));
        assertThat(raw(1)).singleElement().satisfies(p -> assertThat(p.value()).isEqualTo(Value.of("a\0b")));
    }

    @Test
    void urlsOfNoKnownKindAreRefusedWithTheirAlternatives() {
        assertThatThrownBy(() -> Historian.open(file("jdbc:oracle:thin:@x?password=secret"), folder, r -> r))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:postgresql://host/db")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Historian.open(file("jdbc:sqlite::memory:"), folder, r -> r))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give a file");
    }
}
