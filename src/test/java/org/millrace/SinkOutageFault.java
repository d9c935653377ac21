package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.console.ConsoleData.SinkView;

/**
 * F05: the database is away while a million values come. Nothing is lost, the outage is visible, alarms stay current
 * before and while the backlog drains, and it drains at ten times the live rate at least.
 */
class SinkOutageFault {
    private static final long BACKLOG = 1_000_000;

    @TempDir
    Path folder;

    @Test
    void aMillionValuesWaitAndDrainWhileRulesAndLiveValuesStayCurrent() throws Exception {
        try (SinkDrain drain = new SinkDrain(folder)) {
            drain.postgres().stop();
            drain.load(BACKLOG);
            await().untilAsserted(() -> {
                SinkView sink = historian(drain);
                assertThat(sink.up()).isFalse();
                assertThat(sink.lastError()).isNotBlank();
                assertThat(sink.failures()).isPositive();
                assertThat(sink.since()).isPositive();
                assertThat(sink.lagSamples()).isGreaterThanOrEqualTo(BACKLOG);
                assertThat(sink.oldest()).isPositive();
            });
            drain.raise();
            await("an alarm and its order in the outage")
                    .until(() -> drain.hub().desk().list(10).size() == 1);
            var order = drain.hub().desk().list(10).getFirst();
            assertThat(order.due()).as("as the rule says").isEqualTo(order.created() + 3 * 3_600_000_000L);

            drain.postgres().restart();
            await().until(() -> drain.queued() < BACKLOG);
            SinkDrain.Measured measured = drain.drain(20, 20);
            // the figures (p95, ten times the live rate) are measured by "hub bench drain"; a backlog of this size
            // takes
            // several seconds at best, so a live value that queued up behind it would show
            assertThat(measured.percentile(0.5))
                    .as(
                            "rules and live view do not wait for the backlog, µs (median of %d)",
                            measured.live().size())
                    .isLessThan((long) (measured.seconds() * 1e6 / 2));
            assertThat(measured.samplesPerSecond())
                    .as("drained per second, live %.0f/s", measured.livePerSecond())
                    .isGreaterThan(measured.livePerSecond());

            await().until(() -> drain.queued() == 0);
            assertThat(drain.hub().journal().ledger().balanced()).isTrue();
            assertThat(historian(drain).up()).isTrue();
            assertThat(historian(drain).failures()).isZero();
            assertThat(rows(drain)).as("every value, once").isEqualTo(drain.appended());
        }
    }

    private static SinkView historian(SinkDrain drain) {
        return Sinks.of(drain.hub()).stream()
                .filter(sink -> sink.name().equals("historian"))
                .findFirst()
                .orElseThrow();
    }

    private static long rows(SinkDrain drain) throws Exception {
        var pg = drain.postgres();
        try (var connection = DriverManager.getConnection(pg.url(), pg.user(), pg.password());
                var rows = connection.createStatement().executeQuery("SELECT count(*) FROM tag_sample")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
