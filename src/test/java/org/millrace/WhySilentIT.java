package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.alarm.AlarmCommand;
import org.millrace.check.HomeFolder;
import org.millrace.cli.HubCommand;
import org.millrace.config.Placeholders;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.stub.AtlasStub;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal;
import org.millrace.runtime.Commands;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.store.Trace;

/** Alarms that stand and made no order: {@code hub why-not} says who silenced them, or where their event waits. */
class WhySilentIT {
    private static final List<String> ALL = List.of(
            "shelved", "once", "out", "dark", "lower", "upper", "window", "worked", "open", "f1", "f2", "f3", "f4");

    private static final String TO_DESK = """
            - route:
                id: work-orders
                from:
                  uri: hub:events
                  parameters: { name: work-orders }
                  steps:
                    - to: hub:cmms/desk
            """;

    @TempDir
    Path folder;

    private final AtlasStub atlas = new AtlasStub();
    private Hub hub;

    private void write(String file, String text) throws IOException {
        Homes.write(folder.resolve("home"), file, text);
    }

    private void home(String events) throws Exception {
        Homes.field(folder.resolve("home"));
        for (String tag : ALL) {
            String hall = tag.startsWith("f") ? "flooded" : "hall";
            write("connectors-config/assets/" + tag + ".yaml", """
                    kind: Asset
                    id: %1$s
                    name: Machine %1$s
                    path: acme/lyon/%2$s/line/%1$s
                    class: machine
                    tags:
                      v: { from: field, device: %1$s, field: v, unit: bar }
                      mains: { from: field, device: %1$s, field: mains }
                    """.formatted(tag, hall));
            String alarm = switch (tag) {
                case "dark" -> "alarm: { suppress: { when: mains < 1.0 } }";
                case "lower" -> "alarm: { suppress: { rule: upper-high, equal: [line] } }";
                default -> "";
            };
            write("connectors-config/rules/" + tag + ".yaml", """
                    kind: Rule
                    id: %1$s-high
                    title: "%1$s high"
                    for: { assets: [%1$s] }
                    watch: threshold
                    input: v
                    limits: { H: 5 bar }
                    levels: { H: { severity: major } }
                    failure_mode: VIB
                    work_order: { on: raised }
                    %2$s
                    """.formatted(tag, alarm));
        }
        write("connectors-config/policies.yaml", """
                kind: AlarmPolicy
                id: hall
                path: acme/lyon/hall/**
                maintenance: [ { calendar: overhaul, path: "**/window" } ]
                ---
                kind: AlarmPolicy
                id: flooded
                path: acme/lyon/flooded/**
                group: { by: [line], wait: 1h }
                flood: { start: { count: 2, within: 10m }, end_below: 1, summarise_per: area }
                ---
                kind: Calendar
                id: overhaul
                time_zone: UTC
                dates: [ { from: "2020-01-01", to: "2120-01-01" } ]
                """);
        write("routes/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { flushEvery: 100 }
                      steps:
                        - to: hub:historian
                """);
        if (!events.isEmpty()) {
            write("routes/events.camel.yaml", events);
        }
        Map<String, String> environment = Map.of("ATLAS_URL", atlas.url(), "ATLAS_USER", AtlasStub.USER);
        assertThat(HomeFolder.read(folder.resolve("home"), Placeholders.of(environment, Map.of()))
                        .problems())
                .isEmpty();
        hub = Hub.start(new HubOptions(folder.resolve("home"), folder.resolve("data"), environment, OptionalInt.of(0)));
    }

    @AfterEach
    void stop() {
        if (hub != null) {
            hub.close();
        }
        atlas.close();
    }

    private void say(AlarmCommand command) {
        hub.journal().command(hub.now(), Commands.write(command)).join();
    }

    private Sample sample(String asset, String tag, double value) {
        String hall = asset.startsWith("f") ? "flooded" : "hall";
        int number = hub.journal().tagNumber("acme/lyon/" + hall + "/line/" + asset + "/" + tag);
        return new Sample(number, hub.now(), Value.of(value), Quality.GOOD);
    }

    private void send(List<Sample> samples) throws Exception {
        long before = hub.historian().query().count();
        hub.journal()
                .append(new Journal.Intake(
                        "field", hub.now(), samples.size(), SampleBatch.of(samples), Map.of(), List.of()))
                .join();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(hub.historian().query().count()).isEqualTo(before + samples.size()));
    }

    private String whyNot(String asset) {
        StringWriter out = new StringWriter();
        int exit = HubCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute("why-not", asset + "/v@now", "--url", hub.url());
        assertThat(exit).as(out.toString()).isZero();
        return out.toString();
    }

    private static String verdict(String answer) {
        return answer.lines().toList().getLast();
    }

    @Test
    void anAlarmThatNobodyWasToldOfSaysWhoSilencedItAndUntilWhen() throws Exception {
        home(TO_DESK);
        say(new AlarmCommand.Shelve("shelved-high@shelved", 1_800_000_000L, false, "ann", "known leak"));
        say(new AlarmCommand.Shelve("once-high@once", 0, true, "bob", "start-up"));
        say(new AlarmCommand.OutOfService("out-high@out", "cleo", "sensor is being replaced"));
        say(new AlarmCommand.Mute("atlas", "WO-17", "worked", "VIB", 0, "work order WO-17"));
        List<Sample> samples = new ArrayList<>();
        samples.add(sample("dark", "mains", 0));
        ALL.forEach(asset -> samples.add(sample(asset, "v", 9)));
        send(samples);
        await().ignoreExceptions().untilAsserted(() -> {
            assertThat(hub.store().alarms().open()).hasSize(ALL.size() + 1);
            assertThat(hub.desk().list(20))
                    .as("the flood's is one")
                    .hasSize(3)
                    .extracting(order -> order.asset())
                    .contains("upper", "open");
        });

        assertThat(verdict(whyNot("shelved")))
                .contains("event: nobody was told: shelved by ann from 20", " until 20", ": known leak");
        assertThat(verdict(whyNot("once"))).contains("shelved by bob", "until it next returns to normal", "start-up");
        assertThat(verdict(whyNot("out")))
                .contains("taken out of service by cleo from 20", "until somebody puts it back: sensor is being");
        assertThat(verdict(whyNot("dark"))).contains("suppressed by design from 20", ": mains < 1.0");
        await("the board, which follows the commit")
                .untilAsserted(() ->
                        assertThat(verdict(whyNot("lower"))).contains("suppressed by design from 20", ": upper high"));
        assertThat(verdict(whyNot("window")))
                .contains("within a maintenance window until 2120-01-01T00:00:00Z: calendar overhaul");
        assertThat(verdict(whyNot("worked")))
                .contains("muted while work is in progress by work order WO-17", ": work order WO-17 in atlas");
        // two before it begins, the one that makes it, one in it; the order bears the name of one of the first three
        List<String> flood = new ArrayList<>();
        for (String asset : List.of("f1", "f2", "f3", "f4")) {
            flood.add(verdict(whyNot(asset)));
        }
        assertThat(flood)
                .filteredOn(answer -> !answer.contains("there is a work order: WO-"))
                .hasSize(3)
                .allSatisfy(answer -> assertThat(answer)
                        .contains(
                                "summarised in the flood acme/lyon/flooded: told through incident"
                                        + " acme/lyon/flooded/FLOOD@",
                                ", which has the work order WO-"));
        assertThat(whyNot("open")).contains("there is a work order: WO-").doesNotContain("nobody was told");
        assertThat(whyNot("shelved")).contains("by: ann").contains("reason: known leak");
    }

    /** What comes together is held until it is told together: no flood is made of two. */
    @Test
    void anAlarmThatWaitsForOthersSaysAfterWhichItIsTold() throws Exception {
        home(TO_DESK);
        send(List.of(sample("f1", "v", 9), sample("f2", "v", 9)));
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(hub.store().alarms().open()).hasSize(2));

        assertThat(verdict(whyNot("f2")))
                .contains("held for a moment", "is told together, after incident acme/lyon/flooded/line/f1/");
    }

    /** After the silence is over the answer about the time before is still the same, from events and audit trail. */
    @Test
    void aSilenceThatIsOverIsToldForTheTimeBefore() throws Exception {
        home(TO_DESK);
        HubAlarms alarms = new HubAlarms(hub);
        alarms.command(new AlarmCommand.Shelve("shelved-high@shelved", 1_800_000_000L, false, "ann", "known leak"));
        send(List.of(sample("shelved", "v", 9)));
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(hub.store().alarms().open()).hasSize(1));
        long then = hub.now();
        await().ignoreExceptions().until(() -> hub.now() > then + 2_000_000);
        alarms.command(new AlarmCommand.Unshelve("shelved-high@shelved", "dora", "mended"));
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(hub.desk().list(10)).hasSize(1));

        String answer = new HubConsole(hub, folder, new Reload(hub, folder, Placeholders.ofProcess()))
                .whyNot("shelved/v", then)
                .steps()
                .toString();
        assertThat(answer)
                .contains("nobody was told: shelved by ann from 20", " until 20", "(mended): 30m, known leak")
                .contains("there is a work order: WO-000001");
    }

    /** Of a connector that is taken away nobody hears when the work ends: its mutes end with it, the desk's stay. */
    @Test
    void aReloadThatRemovesAConnectorEndsTheMutesOfItsOrders() throws Exception {
        String atlasFile = "connectors-config/cmms/atlas.yaml";
        write(atlasFile, Catalogue.text("atlas").orElseThrow().replaceAll("every: \\d+s", "every: 1s"));
        write("secrets/atlas", AtlasStub.PASSWORD);
        home(TO_DESK.replace("hub:cmms/desk", "hub:cmms/atlas"));
        send(List.of(sample("open", "v", 9)));
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(atlas.orders()).hasSize(1));
        atlas.person(1, "IN_PROGRESS");
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(hub.alarmBoard().mutes())
                        .singleElement()
                        .satisfies(mute -> assertThat(mute.system()).isEqualTo("atlas")));
        Reload reload = new Reload(
                hub,
                folder.resolve("home"),
                Placeholders.of(Map.of("ATLAS_URL", atlas.url(), "ATLAS_USER", AtlasStub.USER), Map.of()));

        write("connectors-config/rules/none.yaml", "# a reload that leaves the connector\n");
        assertThat(reload.run("ann").state()).isEqualTo("applied");
        send(List.of(sample("open", "v", 9.5))); // the check is done by then, or is on its way
        assertThat(hub.alarmBoard().mutes()).as("work goes on").hasSize(1);

        Files.delete(folder.resolve("home").resolve(atlasFile));
        write("routes/events.camel.yaml", TO_DESK);
        assertThat(reload.run("ann").state()).isEqualTo("applied");

        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(hub.alarmBoard().mutes()).isEmpty());
        await().untilAsserted(() -> assertThat(hub.store().audit().latest(20)).anySatisfy(row -> {
            assertThat(row.what()).isEqualTo("alarm.unmute");
            assertThat(row.detail()).contains("of atlas: nobody works on it");
        }));
    }

    @Test
    void whereNoRouteTakesEventsThatIsSaid() throws Exception {
        home("");
        send(List.of(sample("open", "v", 9)));
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(hub.store().alarms().open()).hasSize(1));

        assertThat(whyNot("open")).contains("STOP  route");
        assertThat(verdict(whyNot("open"))).contains("route: no route takes events");
    }

    @Test
    void anEventThatWaitsInTheOutboxSaysForWhomAndWhy() throws Exception {
        home("""
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters: { name: work-orders }
                      steps:
                        - throwException: { message: "the gate is shut", exceptionType: java.lang.IllegalStateException }
                """);
        send(List.of(sample("open", "v", 9)));

        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(whyNot("open"))
                        .contains("wait  route")
                        .contains("the event waits in the outbox for work-orders, which is held up:")
                        .contains("the gate is shut"));
    }

    @Test
    void aConnectorThatFailsSaysItsLastAnswer() throws Exception {
        write("connectors-config/cmms/atlas.yaml", Catalogue.text("atlas").orElseThrow());
        write("secrets/atlas", AtlasStub.PASSWORD);
        atlas.trouble("*", AtlasStub.Trouble.ERROR);
        home(TO_DESK.replace("hub:cmms/desk", "hub:cmms/atlas"));
        send(List.of(sample("open", "v", 9)));
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(hub.store()
                                .trace()
                                .incident(hub.store()
                                        .alarms()
                                        .open()
                                        .getFirst()
                                        .last()
                                        .incident()))
                        .anyMatch(row -> row.step() == Trace.Step.CALL));

        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(whyNot("open"))
                        .contains("wait  connector")
                        .contains("atlas fails; its last answer:")
                        .contains("500"));

        atlas.wellAgain();
        await().atMost(java.time.Duration.ofSeconds(90))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(whyNot("open"))
                        .contains("there is a work order:")
                        .contains("in atlas"));
    }
}
