package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.backtest.PumpHome;
import org.millrace.historian.Historian;
import org.millrace.historian.HistorianFile;
import org.millrace.journal.Journal;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;

/** What an integrator sees who tries a changed rule on the historian's values. */
class BacktestCommandIT {
    private static final long START = Instant.parse("2026-11-02T00:00:00Z").getEpochSecond() * 1_000_000L;
    private static final long SECOND = 1_000_000L;

    @TempDir
    Path folder;

    private Path home;
    private Path data;

    @BeforeEach
    void anHourOfAPump() throws Exception {
        home = PumpHome.make(folder.resolve("home"));
        data = folder.resolve("data");
        SampleBatch.Builder batch = SampleBatch.builder(8000);
        for (int s = 0; s < 3600; s++) {
            // at 10 min: 7.5 for 60 s; at 30 min: 9 for 300 s
            double value = s >= 600 && s < 660 ? 7.5 : s >= 1800 && s < 2100 ? 9 : 3;
            batch.addReal(1, START + s * SECOND, value, Quality.GOOD);
            batch.addText(2, START + s * SECOND, "RUN", Quality.GOOD);
        }
        HistorianFile file = new HistorianFile("", Optional.empty(), Optional.empty(), 10_000, Duration.ofSeconds(1));
        try (Historian historian = Historian.open(file, data, r -> r)) {
            historian.write(
                    List.of(new Journal.Entry.Samples(1, START, "field", batch.build())),
                    n -> n == 1 ? PumpHome.VIBRATION : PumpHome.STATE);
        }
    }

    private Cli backtest(Path rules, String... more) {
        List<String> line = new java.util.ArrayList<>(
                List.of("backtest", "--home", home.toString(), "--data", data.toString(), "--rules", rules.toString()));
        line.addAll(List.of("--from", "2026-11-02T00:00:00Z", "--to", "2026-11-02T01:00:00Z", "--stay-open", "1m"));
        line.addAll(List.of(more));
        return Cli.hub(line.toArray(String[]::new));
    }

    @Test
    void printsTheTicketsWithTimesOfTheSiteAndTheAlarmRates() {
        Cli cli = backtest(home.resolve("connectors-config/rules"));

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isZero();
        assertThat(cli.out())
                .contains("7,200 values")
                .contains("rules: 2 tickets")
                .contains("2026-11-02 01:10:30") // 00:10 UTC is 01:10 in Paris; on_delay 30 s
                .contains("2026-11-02 01:30:30")
                .containsPattern("alarms per 10 minutes +0\\.33 +at most 1 \\(EEMUA 191\\)")
                .contains("acme/lyon/p-101/VIB/vib");
    }

    @Test
    void saysWhatAChangedRuleChanges() throws Exception {
        Path higher = PumpHome.rule(home, "try/higher", "8 mm/s", "60s");

        Cli cli = backtest(
                higher, "--against", home.resolve("connectors-config/rules").toString(), "--json");

        assertThat(cli.exit()).as(cli.err()).isZero();
        JsonNode json = JsonMapper.builder().build().readTree(cli.out());
        assertThat(json.path("versions").get(0).path("tickets")).hasSize(2);
        assertThat(json.path("versions").get(1).path("tickets")).hasSize(1);
        JsonNode difference = json.path("difference");
        assertThat(difference.path("onlyBefore")).hasSize(1);
        assertThat(difference.path("onlyBefore").get(0).path("raised").asText()).isEqualTo("2026-11-02T00:10:30Z");
        assertThat(difference.path("onlyAfter")).isEmpty();
        assertThat(difference.path("changed")).hasSize(1);
        assertThat(difference.path("changed").get(0).path("laterSeconds").asDouble())
                .isEqualTo(30);
        assertThat(difference.path("changed").get(0).path("after").path("peak").asDouble())
                .isEqualTo(9);
    }

    @Test
    void aRuleWithAnErrorIsRefusedWithItsPlace() throws Exception {
        Path bad = PumpHome.rule(home, "try/bad", "8 bar", "60s");

        Cli cli = backtest(bad);

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.err()).contains("try/bad/vib.yaml:7:14: error:").contains("mm/s");
    }

    @Test
    void aFolderWithoutRulesOrDataIsRefusedWithAHint() throws Exception {
        Files.createDirectories(home.resolve("try/empty"));

        assertThat(backtest(home.resolve("try/empty")).err()).contains("holds no rules");
        assertThat(Cli.hub(
                                "backtest",
                                "--home",
                                home.toString(),
                                "--data",
                                folder.toString(),
                                "--rules",
                                home.resolve("connectors-config/rules").toString(),
                                "--from",
                                "-1d")
                        .err())
                .contains("there is no historian.db")
                .contains("--data");
        assertThat(backtest(home.resolve("connectors-config/rules"), "--warm-up", "an hour")
                        .err())
                .contains("--warm-up: expected a duration");
        assertThat(Cli.hub(
                                "backtest",
                                "--home",
                                home.toString(),
                                "--rules",
                                home + "/connectors-config",
                                "--from",
                                "lately")
                        .err())
                .contains("'lately' is not a time");
    }

    @Test
    void valuesBeforeThePeriodBringTheRulesIntoTheirState() throws Exception {
        // the period begins in the middle of the second breach: it was raised before, so it is not told again
        Map<String, String> period = Map.of("--from", "2026-11-02T00:32:00Z", "--to", "2026-11-02T01:00:00Z");
        List<String> line = new java.util.ArrayList<>(List.of(
                "backtest",
                "--home",
                home.toString(),
                "--data",
                data.toString(),
                "--rules",
                home.resolve("connectors-config/rules").toString()));
        period.forEach((key, value) -> line.addAll(List.of(key, value)));

        assertThat(Cli.hub(line.toArray(String[]::new)).out()).contains("rules: 0 tickets");
        line.addAll(List.of("--warm-up", "0s"));
        assertThat(Cli.hub(line.toArray(String[]::new)).out()).contains("rules: 1 tickets");
    }
}
