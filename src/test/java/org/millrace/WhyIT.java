package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.cli.HubCommand;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** Every step that may stop a value is named by {@code hub why-not}, and a ticket's whole way is told by {@code hub why}. */
class WhyIT {
    private static final long SECOND = 1_000_000L;

    @TempDir
    Path folder;

    private Hub hub;
    private long time;

    @BeforeEach
    void start() throws Exception {
        write("connectors-config/assets/m.yaml", """
                kind: Asset
                id: M
                name: Machine
                path: acme/x/m
                class: machine
                tags:
                  load: { from: field, device: m, field: load, unit: "[degF]", store_as: Cel }
                  gated: { from: field, device: m, field: gated, unit: bar }
                  blind: { from: field, device: m, field: blind, unit: bar }
                  slow: { from: field, device: m, field: slow, unit: bar }
                  fyi: { from: field, device: m, field: fyi, unit: bar }
                  noticed: { from: field, device: m, field: noticed, unit: bar }
                  calm: { from: field, device: m, field: calm, unit: bar }
                  broken: { from: field, device: m, field: broken, unit: bar, range: [0, 10] }
                  silent: { from: field, device: m, field: silent, unit: bar, stale_after: 10s }
                  unwatched: { from: field, device: m, field: unwatched, unit: bar }
                  state: { from: field, device: m, field: state, map: { 0: STOP, 1: RUN } }
                  mode: { from: field, device: m, field: mode, map: { 0: STOP, 1: RUN } }
                """);
        Homes.field(folder.resolve("home"));
        rule("load", "100 Cel", "severity: major", "", "work_order: { on: raised }");
        rule("gated", "5 bar", "severity: major", "while: state == 'RUN'", "work_order: { on: raised }");
        rule("blind", "5 bar", "severity: major", "while: mode == 'RUN'", "work_order: { on: raised }");
        rule("slow", "5 bar", "severity: major, on_delay: 1h", "", "work_order: { on: raised }");
        rule("fyi", "5 bar", "severity: info", "", "work_order: { on: raised }");
        rule("noticed", "5 bar", "severity: major", "", "");
        rule("calm", "5 bar", "severity: major", "", "work_order: { on: raised }");
        write("routes/all.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { flushEvery: 100 }
                      steps:
                        - to: hub:historian
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters: { name: work-orders }
                      steps:
                        - choice:
                            when:
                              - simple: "${header.severity} != 'info'"
                                steps:
                                  - to: hub:cmms/desk
                """);
        hub = Hub.start(new HubOptions(folder.resolve("home"), folder.resolve("data"), Map.of(), OptionalInt.of(0)));
        time = hub.now() - SECOND;
        values();
    }

    private void write(String file, String text) throws IOException {
        Homes.write(folder.resolve("home"), file, text);
    }

    private void rule(String tag, String limit, String level, String gate, String order) throws IOException {
        write("connectors-config/rules/" + tag + ".yaml", """
                kind: Rule
                id: %1$s-high
                title: "%1$s high on {asset.name}"
                for: { assets: [M] }
                watch: threshold
                input: %1$s
                limits: { H: %2$s }
                levels: { H: { %3$s } }
                %4$s
                %5$s
                """.formatted(tag, limit, level, gate, order));
    }

    private void values() {
        List<Sample> samples = new ArrayList<>();
        samples.add(sample("load", 150, Quality.GOOD));
        samples.add(new Sample(tag("state"), time, Value.of("STOP"), Quality.GOOD));
        for (String high : List.of("gated", "blind", "slow", "fyi", "noticed", "unwatched")) {
            samples.add(sample(high, 9, Quality.GOOD));
        }
        samples.add(sample("calm", 3, Quality.GOOD));
        samples.add(sample("broken", 99, Quality.BAD_OUT_OF_RANGE));
        samples.add(new Sample(tag("silent"), time - 60 * SECOND, Value.of(1.0), Quality.GOOD));
        SampleBatch batch = SampleBatch.of(samples);
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), batch.size(), batch, Map.of(), List.of()))
                .join();
        await().untilAsserted(() -> {
            assertThat(hub.historian().query().count()).isEqualTo(batch.size());
            assertThat(hub.desk().list(10)).hasSize(1);
            // load, fyi and noticed: all three have passed the route
            assertThat(hub.store().outbox().pending()).containsEntry("work-orders", 0L);
            assertThat(hub.store().alarms().open()).hasSize(3);
        });
    }

    private int tag(String name) {
        return hub.journal().tagNumber("acme/x/m/" + name);
    }

    private Sample sample(String name, double value, int quality) {
        return new Sample(tag(name), time, Value.of(value), quality);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private String hub(String... line) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of(line));
        all.addAll(List.of("--url", hub.url()));
        int exit = HubCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(all.toArray(String[]::new));
        assertThat(exit).as(out.toString()).isZero();
        return out.toString();
    }

    private String whyNot(String tag) {
        List<String> lines = hub("why-not", "M/" + tag + "@now").lines().toList();
        return lines.getLast();
    }

    @Test
    void aTicketIsExplainedFromTheReadingToTheAnswerOfTheDesk() throws Exception {
        String number = hub.desk().list(1).getFirst().number();
        JsonNode why = JsonMapper.builder().build().readTree(hub("why", number, "--json"));

        assertThat(why.path("verdict").asText()).contains("desk opened " + number);
        assertThat(why.path("steps").findValuesAsText("step"))
                .containsSubsequence("reading", "tag", "rule", "event", "connector", "route");
        JsonNode reading = why.path("steps").get(0);
        assertThat(reading.path("facts").path("source").asText()).isEqualTo("field");
        assertThat(reading.path("facts").path("as sent").asText()).as("150 Cel").isEqualTo("302");
        assertThat(why.path("steps").get(1).path("text").asText()).isEqualTo("150 °C");
        String version = hub.configuration().version();
        assertThat(why.path("steps").findValuesAsText("configuration")).containsOnly(version);
        assertThat(why.path("plot").path("limits").get(0).path("value").asDouble())
                .isEqualTo(100);
        assertThat(why.path("plot").path("bands").findValuesAsText("state")).contains("active");
        assertThat(hub("why", number)).contains("ok    connector").contains("desk: created (" + number + ")");
    }

    @Test
    void theStepThatStoppedAValueIsNamed() {
        assertThat(whyNot("calm")).contains("rule: calm-high: 3 bar is within the limits (H above 5 bar)");
        assertThat(whyNot("gated")).contains("9 bar is beyond level H, but the gate is closed");
        assertThat(whyNot("blind")).contains("9 bar is beyond level H, but the gate is unknown");
        assertThat(whyNot("slow")).contains("its on-delay is not over before");
        assertThat(whyNot("broken")).contains("tag: 99 bar is out of range [0, 10 bar]");
        assertThat(whyNot("silent"))
                .contains("reading: not received: the last value")
                .contains("source field is down");
        assertThat(whyNot("unwatched")).contains("no rule watches this tag");
        assertThat(whyNot("state")).contains("no rule watches this tag; gated-high only has it in 'while'");
        assertThat(hub("why-not", "M/noticed@now")).contains("STOP  event").contains("asks for no work order");
        assertThat(hub("why-not", "M/fyi@now"))
                .contains("STOP  route")
                .contains("filtered by route: the routes took the event and called no connector");
        assertThat(hub("why-not", "M/load@now"))
                .contains("the alarm was active already")
                .contains("there is a work order: WO-000001 in desk");
    }

    @Test
    void whatNeverBecameAValueIsFoundAmongTheUnmappedAndTheDeadLetters() {
        Journal.DeadLetter letter = new Journal.DeadLetter(
                "field",
                hub.now(),
                "bind",
                "not-a-number",
                "acme/x/m/silent: 'NaN' is not a number",
                "m/silent",
                "{}".getBytes(StandardCharsets.UTF_8));
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), 1, SampleBatch.empty(), Map.of(), List.of(letter)))
                .join();

        assertThat(whyNot("silent")).contains("reading: rejected at").contains("not-a-number");
        assertThat(whyNot("lode")).contains("tag: no asset file has a tag 'M/lode'");
    }
}
