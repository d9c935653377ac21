package org.millrace.historian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.Value;

class PostgresHistorianIT extends HistorianContract {
    private static TestPostgres postgres;

    @BeforeAll
    static void startDatabase() {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stopDatabase() {
        postgres.close();
    }

    @Override
    HistorianFile settings() throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE");
            statement.execute("CREATE SCHEMA public");
        }
        return reopened();
    }

    @Override
    HistorianFile reopened() {
        return new HistorianFile(
                postgres.url(), Optional.of(postgres.user()), Optional.empty(), 10_000, Duration.ofSeconds(1));
    }

    @Override
    void refuse666() throws SQLException {
        sql("ALTER TABLE tag_sample ADD CONSTRAINT evil CHECK (v <> 666)");
    }

    @Test
    void aNulInATextIsRejectedAndItsNeighbourStored() throws SQLException {
        var result = write(new Sample(1, NOW, Value.of("a\0b"), Quality.GOOD), real(2, NOW, 1));
        assertThat(result.rows()).isEqualTo(1);
        assertThat(result.rejected())
                .singleElement()
                .satisfies(r -> assertThat(r.reason()).isEqualTo("bad-text"));
    }

    @Test
    void daysNearNowGetTheirOwnPartitionAndADayThatWasInTheFutureIsMovedToItsOwn() throws SQLException {
        long inAWeek = NOW + 7L * 86_400 * SECOND;
        write(real(1, NOW, 1), real(1, inAWeek, 2));
        assertThat(rows("tag_sample_20261122")).isEqualTo(1);
        assertThat(rows("tag_sample_default")).isEqualTo(1);
        historian.write(
                List.of(new org.millrace.journal.Journal.Entry.Samples(
                        2, inAWeek, "plc", org.millrace.signal.SampleBatch.of(List.of(real(1, inAWeek + 1, 3))))),
                HistorianContract::path);
        assertThat(rows("tag_sample_default")).isZero();
        assertThat(rows("tag_sample_20261129")).isEqualTo(2);
    }

    private long rows(String table) throws SQLException {
        try (Connection connection = historian.dataSource().getConnection();
                var row = connection.createStatement().executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void connectionKilledByTheDatabaseFailsTheWriteAndARetryStoresEachOnce() throws SQLException {
        write(real(1, NOW, 1));
        try (Connection admin = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
                Statement statement = admin.createStatement()) {
            // dies in the middle of the transaction, after rows have been sent
            statement.execute(
                    "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
                            + " 'BEGIN IF NEW.v = 13 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END'");
            statement.execute("CREATE TRIGGER die BEFORE INSERT ON tag_sample FOR EACH ROW EXECUTE FUNCTION die()");
            Sample[] samples = {real(1, NOW, 1), real(2, NOW, 2), real(3, NOW, 13), real(4, NOW, 4)};
            assertThatThrownBy(() -> write(samples)).isInstanceOf(SQLException.class);
            assertThat(historian.query().count()).isEqualTo(1);
            statement.execute("DROP TRIGGER die ON tag_sample");
            assertThat(write(samples).rows()).isEqualTo(3);
            assertThat(write(samples).duplicates()).isEqualTo(4);
        }
    }
}
