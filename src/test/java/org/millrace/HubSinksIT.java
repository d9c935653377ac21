package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.cli.HubCommand;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.store.Alarms;

/** A whole hub without counterparts: what becomes of poison, of consumers and rules that are taken away, of a second hub. */
class HubSinksIT {
    private static final String STATE = "acme/x/m/state";
    private static final String LOAD = "acme/x/m/load";

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void home() throws IOException {
        home = folder.resolve("home");
        write("connectors-config/assets/m.yaml", """
                kind: Asset
                id: M
                name: Machine
                path: acme/x/m
                class: machine
                tags:
                  state: { from: field, device: m, field: state }
                  load: { from: field, device: m, field: load }
                """);
        Homes.field(home);
        write("connectors-config/rules/high.yaml", """
                kind: Rule
                id: high
                title: "High on {asset.name}"
                for: { class: machine }
                watch: threshold
                input: load
                limits: { H: 1000 }
                levels:
                  H: { severity: major }
                """);
        write("routes/sinks/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { flushEvery: 100 }
                      steps:
                        - to: hub:historian
                """);
    }

    private void write(String file, String text) throws IOException {
        Homes.write(home, file, text);
    }

    private Hub start() throws Exception {
        return Hub.start(new HubOptions(home, folder.resolve("data"), Map.of(), OptionalInt.of(0)));
    }

    private static void append(Hub hub, Sample... samples) {
        SampleBatch batch = SampleBatch.of(List.of(samples));
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), samples.length, batch, Map.of(), List.of()))
                .join();
    }

    private static Ledger.SinkAccount sink(Hub hub, String name) {
        return hub.journal().ledger().sinks().getOrDefault(name, new Ledger.SinkAccount(-1, -1, -1, -1, -1));
    }

    @Test
    void aPoisonValueIsIsolatedItsNeighboursAreStoredAndTheAccountBalancesAlsoAfterARestart() throws Exception {
        Ledger.SinkAccount expected = new Ledger.SinkAccount(3, 2, 0, 1, 0);
        long time;
        try (Hub hub = start()) {
            int tag = hub.journal().tagNumber(STATE);
            time = hub.now();
            append(
                    hub,
                    new Sample(tag, time, Value.of("RUN"), Quality.GOOD),
                    new Sample(tag, time + 1, Value.of("half \uD83C"), Quality.GOOD),
                    new Sample(tag, time + 2, Value.of("STOP"), Quality.GOOD));
            await().untilAsserted(() -> assertThat(sink(hub, "historian")).isEqualTo(expected));
            assertThat(hub.journal().deadLetters(10)).singleElement().satisfies(stored -> {
                assertThat(stored.letter().source()).isEqualTo("field");
                assertThat(stored.letter().step()).isEqualTo("historian");
                assertThat(stored.letter().reason()).isEqualTo("bad-text");
                assertThat(stored.letter().context()).isEqualTo(STATE);
                assertThat(new String(stored.letter().raw(), StandardCharsets.UTF_8))
                        .contains("\"time_us\":" + (time + 1), "\"kind\":\"text\"");
                assertThat(stored.configuration()).isEqualTo(hub.configuration().version());
            });
            assertThat(hub.historian().query().count()).isEqualTo(2);
            assertThat(hub.journal().ledger().balanced()).isTrue();
        }
        try (Hub hub = start()) {
            assertThat(sink(hub, "historian")).isEqualTo(expected);
            assertThat(hub.journal().ledger().balanced()).isTrue();
        }
    }

    @Test
    void aRouteThatGivesABatchUpCountsItAsRejectedAndGoesOn() throws Exception {
        write("routes/sinks/broken.camel.yaml", """
                - onException:
                    exception: [ "java.lang.Exception" ]
                    handled: { constant: "true" }
                    steps:
                      - to: hub:dead-letter
                - route:
                    id: broken
                    from:
                      uri: hub:journal/broken
                      parameters: { flushEvery: 100 }
                      steps:
                        - throwException: { exceptionType: java.lang.IllegalStateException, message: "no such table" }
                """);
        try (Hub hub = start()) {
            int tag = hub.journal().tagNumber(LOAD);
            append(hub, new Sample(tag, hub.now(), Value.of(1.5), Quality.GOOD));
            await().untilAsserted(
                            () -> assertThat(sink(hub, "broken")).isEqualTo(new Ledger.SinkAccount(1, 0, 0, 1, 0)));
            assertThat(hub.journal().deadLetters(10)).singleElement().satisfies(stored -> {
                assertThat(stored.letter().detail()).contains("no such table");
                assertThat(new String(stored.letter().raw(), StandardCharsets.UTF_8))
                        .contains(LOAD, "1.5");
            });
        }
    }

    @Test
    void aRouteThatKeepsFailingIsSeenWithItsErrorAndDelaysNobodyElse() throws Exception {
        write("routes/sinks/broken.camel.yaml", """
                - route:
                    id: broken
                    from:
                      uri: hub:journal/broken
                      parameters: { flushEvery: 100 }
                      steps:
                        - throwException: { exceptionType: java.lang.IllegalStateException, message: "no such table" }
                """);
        try (Hub hub = start()) {
            append(hub, new Sample(hub.journal().tagNumber(LOAD), hub.now(), Value.of(1.5), Quality.GOOD));
            await().untilAsserted(() -> {
                var broken = Sinks.of(hub).stream()
                        .filter(sink -> sink.name().equals("broken"))
                        .findFirst()
                        .orElseThrow();
                assertThat(broken.up()).isFalse();
                assertThat(broken.failures()).isGreaterThan(1);
                assertThat(broken.lastError()).contains("no such table");
                assertThat(broken.lagSamples()).isEqualTo(1);
                assertThat(broken.oldest()).isPositive();
                assertThat(sink(hub, "historian").stored()).isEqualTo(1);
            });
        }
    }

    @Test
    void aConsumerWhoseRouteIsGoneNoLongerHoldsValuesBack() throws Exception {
        write("routes/sinks/archive.camel.yaml", """
                - route:
                    id: archive
                    from:
                      uri: hub:journal/archive
                      steps:
                        - log: "archived"
                """);
        try (Hub hub = start()) {
            await().until(() -> hub.journal().ledger().sinks().containsKey("archive"));
        }
        Files.delete(home.resolve("routes/sinks/archive.camel.yaml"));
        try (Hub hub = start()) {
            assertThat(hub.journal().ledger().sinks()).containsOnlyKeys("historian", "rules");
        }
    }

    @Test
    void anAlarmWhoseRuleIsTakenAwayIsClosedOnce() throws Exception {
        try (Hub hub = start()) {
            append(hub, new Sample(hub.journal().tagNumber(LOAD), hub.now(), Value.of(5_000.0), Quality.GOOD));
            await().until(() -> hub.store().alarms().open().size() == 1);
            assertThat(hub.desk().list(10))
                    .as("the rule asks for no work order")
                    .isEmpty();
        }
        Files.delete(home.resolve("connectors-config/rules/high.yaml"));
        for (int i = 0; i < 2; i++) {
            try (Hub hub = start()) {
                await().until(() -> hub.store().alarms().open().isEmpty());
                Alarms.Alarm closed = hub.store().alarms().history(10).getFirst();
                assertThat(closed.last().type()).isEqualTo(AlarmEvent.Type.NORMAL);
                assertThat(closed.last().inputs().get("closed")).contains("rule high was removed");
                assertThat(hub.store().outbox().events(closed.last().incident()))
                        .hasSize(2);
            }
        }
    }

    @Test
    void aSecondHubOnTheSameDataFolderIsRefusedByTheCommandLine() throws Exception {
        try (Hub first = start()) {
            StringWriter said = new StringWriter();
            int code = HubCommand.commandLine()
                    .setErr(new PrintWriter(said))
                    .execute(
                            "run",
                            "--home",
                            home.toString(),
                            "--data",
                            folder.resolve("data").toString(),
                            "--port",
                            "0");
            assertThat(code).isEqualTo(1);
            assertThat(said.toString()).contains("another").contains("data");
            assertThat(first.journal().ledger().balanced())
                    .as("the first goes on")
                    .isTrue();
        }
    }

    @Test
    void theCommandLineShowsAndReplaysDeadLettersAndTheAccountMoves() throws Exception {
        try (Hub hub = start()) {
            hub.journal()
                    .append(new Journal.Intake(
                            "field",
                            hub.now(),
                            1,
                            SampleBatch.empty(),
                            Map.of(),
                            List.of(new Journal.DeadLetter(
                                    "field",
                                    hub.now(),
                                    "decode",
                                    "no-decoder",
                                    "names none",
                                    "a/m",
                                    "{\"load\":7.5}".getBytes(StandardCharsets.UTF_8)))))
                    .join();
            long id = hub.journal().deadLetters(1).getFirst().id();
            StringWriter out = new StringWriter();
            assertThat(run(hub, out, "show", Long.toString(id))).isZero();
            assertThat(out.toString())
                    .contains(
                            "{\"load\":7.5}",
                            "no-decoder",
                            hub.configuration().version().isEmpty() ? "" : "a/m");
            assertThat(run(hub, out, "replay", "--all", "--source", "field")).isZero();
            assertThat(out.toString()).contains(id + " replayed: 1 accepted", "1 of 1 replayed");
            assertThat(hub.journal().ledger().sources().get("field"))
                    .isEqualTo(new Ledger.SourceAccount(1, 1, Map.of(), 0, 1));
            await().until(() -> hub.historian().query().count() == 1);
            assertThat(run(hub, out, "replay", Long.toString(id)))
                    .as("once only")
                    .isEqualTo(1);
            assertThat(out.toString()).contains("was replayed before");
            assertThat(hub.store().audit().latest(10))
                    .filteredOn(row -> row.what().equals("dead-letter.replay"))
                    .hasSize(2);
        }
    }

    private static int run(Hub hub, StringWriter out, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "dead-letters";
        all[1] = "--url";
        all[2] = hub.url();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return HubCommand.commandLine().setOut(new PrintWriter(out)).execute(all);
    }
}
