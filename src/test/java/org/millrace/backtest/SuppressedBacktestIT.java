package org.millrace.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.backtest.Backtest.Acknowledge;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.e2e.Homes;
import org.millrace.historian.Historian;
import org.millrace.historian.HistorianFile;
import org.millrace.journal.Journal;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** What suppresses an alarm does so in a back-test too, when it is a condition on tags that no rule watches. */
class SuppressedBacktestIT {
    private static final long START = 1_790_000_000_000_000L;
    private static final long MINUTE = 60_000_000L;
    private static final List<String> TAGS = List.of("load", "mains", "spare");

    @TempDir
    Path folder;

    private Configuration home(String suppress) throws Exception {
        Path home = folder.resolve("home");
        Homes.field(home);
        Homes.write(home, "connectors-config/assets/m.yaml", """
                kind: Asset
                id: M
                name: Machine
                path: acme/lyon/m
                class: machine
                tags:
                  load: { from: field, device: m, field: load }
                  mains: { from: field, device: m, field: mains }
                  spare: { from: field, device: m, field: spare }
                  supply: { derive: "mains + spare" }
                """);
        Homes.write(home, "connectors-config/rules/high.yaml", """
                kind: Rule
                id: high
                title: "High on {asset.name}"
                for: { class: machine }
                watch: threshold
                input: load
                limits: { H: 1000 }
                levels: { H: { severity: major } }
                work_order: { on: raised }
                %s
                """.formatted(suppress));
        Configuration read = HomeFolder.read(home, Placeholders.of(Map.of(), Map.of()));
        assertThat(read.problems()).isEmpty();
        return read;
    }

    /** Two peaks: one while the mains are down, one when they are back. */
    private List<BacktestTicket> tickets(Configuration configuration) throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data);
        HistorianFile file = new HistorianFile("", Optional.empty(), Optional.empty(), 10_000, Duration.ofSeconds(1));
        try (Historian historian = Historian.open(file, data, r -> r)) {
            List<Sample> samples = new ArrayList<>();
            for (int m = 0; m < 60; m++) {
                boolean peak = m == 20 || m == 40;
                samples.add(sample(0, m, peak ? 2_000 : 1));
                samples.add(sample(1, m, m >= 10 && m < 30 ? 0 : 400));
                samples.add(sample(2, m, 0));
            }
            SampleBatch batch = SampleBatch.of(samples);
            historian.write(
                    List.of(new Journal.Entry.Samples(1, START, "field", batch)),
                    number -> "acme/lyon/m/" + TAGS.get(number));
            HistorianHistory history = new HistorianHistory(
                    historian.history(), configuration.plant().tags(), Duration.ofSeconds(1));
            return Backtest.run(
                            List.of(new Backtest.Version(
                                    "one", configuration.ruleFiles(), configuration.rules(), configuration.alarms())),
                            history,
                            new Backtest.Settings(START, START + 60 * MINUTE, 0, 0, Acknowledge.ON_RETURN),
                            done -> {})
                    .outcomes()
                    .getFirst()
                    .tickets();
        }
    }

    private static Sample sample(int tag, int minute, double value) {
        return new Sample(tag, START + minute * MINUTE, Value.of(value), Quality.GOOD);
    }

    @Test
    void withoutSuppressionBothPeaksMakeATicket() throws Exception {
        assertThat(tickets(home(""))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mains < 300.0", "supply < 300.0"})
    void aSuppressedPeakMakesNone(String condition) throws Exception {
        assertThat(tickets(home("alarm: { suppress: { when: " + condition + " } }")))
                .singleElement()
                .satisfies(ticket -> assertThat(ticket.raised()).isEqualTo(START + 40 * MINUTE));
    }
}
