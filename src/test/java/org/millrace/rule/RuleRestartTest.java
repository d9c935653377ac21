package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.rule.Fixtures.quantity;
import static org.millrace.rule.Fixtures.zones;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.millrace.plant.Plant;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** The engine is a function of the journal: stopped and restored anywhere, it gives the same events, ids included. */
class RuleRestartTest {
    private static final long S = 1_000_000;

    @Property(tries = 60)
    void restoredAnywhereTheRestOfTheJournalGivesTheSameEvents(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 200) int firstStop,
            @ForAll @IntRange(max = 200) int then) {
        List<AlarmEvent> whole = play(seed, -1, -1);
        assertThat(play(seed, firstStop, firstStop + then)).isEqualTo(whole);
        assertThat(whole).extracting(AlarmEvent::id).doesNotHaveDuplicates();
    }

    /** The property above is worth nothing when the journals raise nothing. */
    @Property(tries = 1)
    void theJournalsOfThisTestReachEveryKindOfEvent() {
        List<AlarmEvent> all = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            all.addAll(play(seed, -1, -1));
        }
        assertThat(all)
                .extracting(AlarmEvent::type)
                .contains(
                        AlarmEvent.Type.RAISED,
                        AlarmEvent.Type.LOWERED,
                        AlarmEvent.Type.RTN_UNACK,
                        AlarmEvent.Type.ACKED,
                        AlarmEvent.Type.NORMAL);
    }

    private static List<AlarmEvent> play(long seed, int stop, int secondStop) {
        Random random = new Random(seed);
        Map<String, byte[]> rows = new HashMap<>();
        List<AlarmEvent> events = new ArrayList<>();
        RuleEngine engine = engine();
        long hub = 1_780_000_000L * S;
        for (int entry = 0; entry < 250; entry++) {
            if (entry == stop || entry == secondStop) {
                rows.putAll(engine.takeChanged());
                engine = engine();
                engine.restore(rows);
            }
            hub += random.nextInt(8) * S / 2;
            switch (random.nextInt(8)) {
                case 0 -> events.addAll(engine.tick(hub));
                case 1 -> {
                    List<String> open = engine.openIncidents();
                    if (!open.isEmpty()) {
                        events.addAll(engine.acknowledge(hub, open.get(random.nextInt(open.size())), "ann"));
                    }
                }
                default -> events.addAll(engine.samples(hub, batch(random, hub)));
            }
        }
        return events;
    }

    private static SampleBatch batch(Random random, long hub) {
        SampleBatch.Builder batch = SampleBatch.builder(4);
        for (int n = random.nextInt(4); n >= 0; n--) {
            int tag = random.nextInt(6);
            long time = hub - random.nextInt(5) * S;
            int quality = random.nextInt(8) == 0 ? Quality.BAD : Quality.GOOD;
            Value value = switch (tag % 3) {
                case 2 -> Value.of(random.nextInt(5) == 0 ? "STOP" : "RUN");
                default -> Value.of(random.nextInt(70) / 10.0);
            };
            batch.add(tag, time, value, quality);
        }
        return batch.build();
    }

    private static RuleEngine engine() {
        Plant plant = new Plant(List.of(
                Fixtures.pump("P-101", Optional.empty()), Fixtures.pump("P-102", Optional.of(Duration.ofSeconds(20)))));
        return Fixtures.engine(
                plant,
                zones("C", "2.8 mm/s", "D", "4.5 mm/s")
                        .level("C", Severity.MINOR, 4, 6)
                        .level("D", Severity.CRITICAL, 1, 2)
                        .with(r -> {
                            r.while_ = Optional.of("state == 'RUN' && temperature < 6.5");
                            r.settle = Duration.ofSeconds(2);
                            r.deadband = Optional.of(quantity("0.2 mm/s"));
                        }),
                zones("L", "1 mm/s", "H", "5 mm/s").with(r -> {
                    r.id = "sides";
                    r.watch = RuleFile.Watch.THRESHOLD;
                }));
    }
}
