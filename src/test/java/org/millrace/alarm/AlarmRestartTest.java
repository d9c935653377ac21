package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Silence;
import org.millrace.rule.AlarmEvent.Type;

/** Stopped and restored anywhere, the rest of the journal gives the same events, with everything switched on. */
class AlarmRestartTest {
    private static final List<String> PUMPS = List.of("P-1", "P-2", "P-3", "P-4");
    private static final String YAML = AlarmVectorTest.yaml(List.of(
                    "levels: { C: { severity: minor, on_delay: 2s, off_delay: 3s }, D: { severity: critical } }",
                    "while: state == 'RUN'",
                    "alarm: { confirm: true, realarm: 25s, suppress: { when: temp < 10.0, rule: mains } }",
                    "policy: shelve: { max: 40s }; group: { wait: 5s };"
                            + " flood: { start: { count: 5, within: 20s }, end_below: 3 };"
                            + " chatter: { cycles: 2, within: 30s, quiet: 40s };"
                            + " escalate: [ { after: 15s, notify: duty } ];"
                            + " maintenance: [ { calendar: service, path: \"**/p-4\" } ]"))
            + """
            ---
            kind: Calendar
            id: service
            time_zone: Europe/Paris
            dates: [ { from: "2026-05-28T22:28", to: "2026-05-28T22:30" } ]
            """;

    @Property(tries = 40)
    void restoredAnywhereTheRestOfTheJournalGivesTheSameEvents(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 300) int firstStop,
            @ForAll @IntRange(max = 300) int then) {
        List<AlarmEvent> whole = play(seed, -1, -1);
        assertThat(play(seed, firstStop, firstStop + then)).isEqualTo(whole);
        assertThat(whole).extracting(AlarmEvent::id).doesNotHaveDuplicates();
    }

    /** Every incident's steps are 1, 2, 3 … whatever was put in between. */
    @Property(tries = 20)
    void theStepsOfAnIncidentAreCounted(@ForAll long seed) {
        play(seed, -1, -1).stream()
                .collect(Collectors.groupingBy(AlarmEvent::incident))
                .forEach((incident, steps) -> {
                    for (int i = 0; i < steps.size(); i++) {
                        assertThat(steps.get(i).step()).as(incident).isEqualTo(i + 1);
                    }
                });
    }

    /** The properties above are worth nothing when the stories never get there. */
    @Property(tries = 1)
    void theStoriesReachEveryTypeAndEverySilence() {
        List<AlarmEvent> all = new ArrayList<>();
        for (int seed = 0; seed < 40; seed++) {
            all.addAll(play(seed, -1, -1));
        }
        assertThat(all).extracting(AlarmEvent::type).contains(Type.values());
        Set<Silence> silences = EnumSet.noneOf(Silence.class);
        all.forEach(event -> silences.addAll(event.handling().silencedBy()));
        assertThat(silences).containsExactlyInAnyOrder(Silence.values());
    }

    private static List<AlarmEvent> play(long seed, int stop, int secondStop) {
        Random random = new Random(seed);
        Scene scene = new Scene(YAML);
        assertThat(scene.problems).isEmpty();
        double at = 0;
        for (int entry = 0; entry < 350; entry++) {
            if (entry == stop || entry == secondStop) {
                scene.restart();
            }
            at += random.nextInt(4) / 2.0;
            String pump = PUMPS.get(random.nextInt(PUMPS.size()));
            String alarm = List.of("vib@", "temp@", "mains@").get(random.nextInt(3)) + pump;
            switch (random.nextInt(16)) {
                case 0, 1 -> scene.tick(at);
                case 2, 3, 4, 5, 6 -> scene.value(at, pump, "v", random.nextInt(70) / 10.0);
                case 7 -> scene.value(at, pump, "temp", random.nextInt(5) * 25.0);
                case 8 -> scene.value(at, pump, "mains", random.nextInt(4));
                case 9 -> scene.text(at, pump, "state", random.nextInt(6) == 0 ? "STOP" : "RUN");
                case 10 -> scene.bad(at, pump, "v");
                case 11 -> scene.ack(at, anyOpen(scene, random));
                case 12 -> scene.command(at, new AlarmCommand.Confirm(alarm, "bob", "seen"));
                case 13 ->
                    scene.command(
                            at,
                            random.nextBoolean()
                                    ? new AlarmCommand.Shelve(alarm, 10_000_000, random.nextBoolean(), "ann", "known")
                                    : new AlarmCommand.Unshelve(alarm, "ann", ""));
                case 14 ->
                    scene.command(
                            at,
                            random.nextBoolean()
                                    ? new AlarmCommand.OutOfService(alarm, "ann", "broken")
                                    : new AlarmCommand.InService(alarm, "ann", ""));
                default ->
                    scene.command(
                            at,
                            random.nextBoolean()
                                    ? new AlarmCommand.Mute("desk", "WO-1", pump, "VIB", Scene.at(at + 20), "cmms")
                                    : new AlarmCommand.Unmute("desk", "WO-1", "cmms"));
            }
        }
        return scene.events;
    }

    private static String anyOpen(Scene scene, Random random) {
        List<String> open = scene.alarms.openIncidents();
        return open.isEmpty() ? "none" : open.get(random.nextInt(open.size()));
    }
}
