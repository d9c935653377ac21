package org.millrace.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.alarm.AlarmSystem;
import org.millrace.backtest.Backtest.Acknowledge;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.journal.Journal;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.JournalReader;
import org.millrace.journal.SqliteJournal;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleEngine;
import org.millrace.runtime.Commands;
import org.millrace.runtime.RuleLoop;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.store.AlarmEventJson;
import org.millrace.store.OperationalStore;

/** The promise of a back-test: what it says is what the running hub does. */
class LiveAndBacktestIT {
    private static final long START = 1_790_000_000_000_000L;
    private static final long SECOND = 1_000_000L;

    @TempDir
    Path folder;

    @Test
    void theSameJournalGivesTheSameEventsLiveAndInABacktestToTheByte() throws Exception {
        Path home = PumpHome.make(folder.resolve("home"));
        Configuration configuration = HomeFolder.read(home, Placeholders.of(Map.of(), Map.of()));
        assertThat(configuration.problems()).isEmpty();
        Path data = folder.resolve("data");
        java.nio.file.Files.createDirectories(data);
        List<String> live;
        try (SqliteJournal journal = SqliteJournal.open(data, JournalLimits.DEFAULT);
                OperationalStore store = OperationalStore.open(data)) {
            journal.register("keeps-everything");
            fill(journal, store, configuration);
            live = store.alarms().history(1000).stream()
                    .sorted((a, b) -> Long.compare(a.firstTime(), b.firstTime()))
                    .flatMap(alarm -> store.outbox().events(alarm.last().incident()).stream())
                    .map(AlarmEventJson::write)
                    .toList();
        }

        Backtest.Result result;
        try (JournalReader reader = JournalReader.open(data)) {
            result = Backtest.run(
                    List.of(new Backtest.Version(
                            "same", configuration.ruleFiles(), configuration.rules(), configuration.alarms())),
                    new JournalHistory(reader),
                    new Backtest.Settings(0, Long.MAX_VALUE, 0, 0, Acknowledge.RECORDED),
                    done -> {});
        }

        assertThat(live).hasSizeGreaterThan(6).anyMatch(event -> event.contains("\"ACKED\""));
        assertThat(result.outcomes().getFirst().events().stream().map(AlarmEventJson::write))
                .containsExactlyElementsOf(live);
    }

    /** An hour of a pump that shakes now and then, is stopped, loses its sensor, and is acknowledged once. */
    private static void fill(SqliteJournal journal, OperationalStore store, Configuration configuration) {
        AlarmSystem engine = new AlarmSystem(
                new RuleEngine(configuration.rules(), journal::tagNumber), configuration.alarms(), journal::tagNumber);
        int vibration = journal.tagNumber(PumpHome.VIBRATION);
        int state = journal.tagNumber(PumpHome.STATE);
        Random random = new Random(7);
        RuleLoop loop = new RuleLoop(journal, engine, store, 0, List.of(), entry -> {});
        try (loop) {
            loop.start();
            for (int s = 0; s < 3600; s += 5) {
                long time = START + s * SECOND;
                boolean shakes = s % 600 >= 100 && s % 600 < 200;
                boolean running = s < 1300 || s > 1400;
                SampleBatch.Builder batch = SampleBatch.builder(2);
                int quality = s % 600 == 150 ? Quality.BAD_SENSOR_FAILURE : Quality.GOOD;
                batch.add(vibration, time, Value.of((shakes ? 8 : 3) + random.nextDouble()), quality);
                batch.add(state, time + 100, Value.of(running ? "RUN" : "STOP"), Quality.GOOD);
                journal.append(new Journal.Intake("field", time + 30_000, 2, batch.build(), Map.of(), List.of()))
                        .join();
                journal.tick(time + SECOND).join();
                if (s == 170) {
                    await().until(() -> !store.alarms().open().isEmpty());
                    String incident = store.alarms().open().getFirst().last().incident();
                    journal.command(time + 2 * SECOND, Commands.acknowledge(incident, "anna"))
                            .join();
                }
                if (s == 1700) { // in CLEARING or back: what follows is one chain with it or not, as the rules say
                    store.alarms()
                            .open()
                            .forEach(open -> journal.command(
                                            time + 2 * SECOND,
                                            Commands.acknowledge(open.last().incident(), "ben"))
                                    .join());
                }
            }
            await().until(() -> loop.position() == journal.head());
        }
        assertThat(store.alarms().history(100)).extracting(a -> a.last().type()).contains(AlarmEvent.Type.NORMAL);
    }
}
