package org.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.journal.Journal;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.SqliteJournal;
import org.millrace.plant.Asset;
import org.millrace.plant.AssetFile;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.rule.Compilation;
import org.millrace.rule.RuleCompiler;
import org.millrace.rule.RuleEngine;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.store.OperationalStore;

/** Values of derived tags reach the journal, and so every consumer, as values of a source do; a restart goes on counting. */
class DerivedValuesIT {
    private static final long S = 1_000_000;
    private static final long START = 1_780_272_000L * S;

    @TempDir
    Path folder;

    private static Tag tag(String name, String unit, Map<String, String> states, Optional<String> derive) {
        return new Tag(
                "acme/m/" + name,
                name,
                "M",
                new Tag.Origin(derive.isPresent() ? Tag.DERIVED : "plc", "M", name, ""),
                unit,
                1,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                states,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                derive);
    }

    private static final Plant PLANT = new Plant(List.of(new Asset(
            "M",
            "Machine",
            "acme/m",
            "machine",
            AssetFile.Criticality.B,
            Map.of(),
            List.of(
                    tag("state", "", Map.of("1", "RUN"), Optional.empty()),
                    tag("run", "s", Map.of(), Optional.of("accumulate(state == 'RUN')"))))));

    @Test
    void theyAreJournalledOnceAndGoOnAfterARestart() throws Exception {
        Compilation rules = RuleCompiler.compile(PLANT, List.of());
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT);
                OperationalStore store = OperationalStore.open(folder)) {
            journal.register("historian");
            try (RuleLoop loop = loop(rules, journal, store)) {
                loop.start();
                state(journal, 0, "RUN");
                state(journal, 100, "STOP");
                await().untilAsserted(() -> assertThat(run(journal)).containsExactly("0 0.0", "100 100.0"));
                await().until(() -> loop.position() == journal.head());
            }
            try (RuleLoop loop = loop(rules, journal, store)) {
                loop.start();
                state(journal, 200, "RUN");
                state(journal, 250, "STOP");
                await().untilAsserted(() ->
                        assertThat(run(journal)).containsExactly("0 0.0", "100 100.0", "200 100.0", "250 150.0"));
                assertThat(loop.footprint()).containsKey("derive:acme/m/run");
            }
            assertThat(journal.ledger().sources().get(Tag.DERIVED).accepted()).isEqualTo(4);
            assertThat(journal.ledger().sources().get("plc").accepted()).isEqualTo(4);
        }
    }

    private static RuleLoop loop(Compilation rules, SqliteJournal journal, OperationalStore store) {
        OperationalStore.Checkpoint checkpoint = store.load();
        RuleEngine engine = new RuleEngine(rules, journal::tagNumber);
        engine.restore(checkpoint.state());
        return new RuleLoop(journal, engine, store, checkpoint.sequence(), List.of(), entry -> {});
    }

    private static void state(SqliteJournal journal, int second, String state) {
        long time = START + second * S;
        SampleBatch batch = SampleBatch.builder(1)
                .addText(journal.tagNumber("acme/m/state"), time, state, Quality.GOOD)
                .build();
        journal.append(new Journal.Intake("plc", time, 1, batch, Map.of(), List.of()))
                .join();
    }

    private static List<String> run(SqliteJournal journal) throws InterruptedException {
        List<String> values = new ArrayList<>();
        for (Journal.Entry entry : journal.read(0, 1000, Duration.ofMillis(10))) {
            if (entry instanceof Journal.Entry.Samples samples
                    && samples.source().equals(Tag.DERIVED)) {
                for (int i = 0; i < samples.batch().size(); i++) {
                    values.add((samples.batch().time(i) - START) / S + " "
                            + samples.batch().number(i));
                }
            }
        }
        return values;
    }
}
