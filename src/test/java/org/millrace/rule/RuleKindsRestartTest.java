package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** Every kind of rule and derived tag is a function of the journal: stopped anywhere, it goes on as if it had not been. */
class RuleKindsRestartTest {
    private static final long S = 1_000_000;
    private static final String[] TAGS = {
        "t", "t.fresh", "v", "p", "sp", "state", "fill", "mass", "energy", "cycles", "t", "p", "state"
    };

    @Property(tries = 25)
    void restoredAnywhereTheRestGivesTheSameEventsAndValues(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 200) int firstStop,
            @ForAll @IntRange(max = 200) int then) {
        List<Object> whole = play(seed, Set.of());
        assertThat(play(seed, new HashSet<>(List.of(firstStop, firstStop + then)))).isEqualTo(whole);
    }

    @Property(tries = 5)
    void restoredBeforeEveryEntryItIsStillTheSame(@ForAll long seed) {
        Set<Integer> all = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            all.add(i);
        }
        assertThat(play(seed, all)).isEqualTo(play(seed, Set.of()));
    }

    /** The properties above are worth nothing for a kind that these journals never raise. */
    @Property(tries = 1)
    void theJournalsOfThisTestRaiseEveryKindOfRule() {
        Set<String> raised = new HashSet<>();
        for (int seed = 0; seed < 12; seed++) {
            for (Object o : play(seed, Set.of())) {
                if (o instanceof AlarmEvent e && e.type() == AlarmEvent.Type.RAISED) {
                    raised.add(e.rule());
                }
            }
        }
        assertThat(raised)
                .containsExactlyInAnyOrderElementsOf(Scenario.files(AllKinds.quick()).stream()
                        .map(RuleFile::id)
                        .toList());
    }

    private static final Compilation RULES = Scenario.compile(AllKinds.quick());

    private static RuleEngine engine() {
        RuleEngine engine = new RuleEngine(RULES, Fixtures.numbers(Scenario.PLANT));
        engine.keepDerived();
        return engine;
    }

    private static List<Object> play(long seed, Set<Integer> stops) {
        assertThat(RULES.problems()).isEmpty();
        Random random = new Random(seed);
        Map<String, byte[]> rows = new HashMap<>();
        List<Object> seen = new ArrayList<>();
        RuleEngine engine = engine();
        long hub = Scenario.START;
        double[] counters = new double[3];
        for (int entry = 0; entry < 400; entry++) {
            if (stops.contains(entry)) {
                rows.putAll(engine.takeChanged());
                engine = engine();
                engine.restore(rows);
            }
            hub += random.nextInt(200) == 0 ? 100 * S : random.nextInt(6) * S / 2;
            switch (random.nextInt(12)) {
                case 0, 1 -> seen.addAll(engine.tick(hub));
                case 2 -> {
                    List<String> open = engine.openIncidents();
                    if (!open.isEmpty()) {
                        seen.addAll(engine.acknowledge(hub, open.get(random.nextInt(open.size())), "ann"));
                    }
                }
                case 3 -> {
                    String rule = random.nextBoolean() ? "wear" : "hours";
                    if (random.nextInt(4) == 0) {
                        seen.addAll(engine.completed(hub, "M", rule, hub - random.nextInt(20) * S));
                    }
                }
                default -> seen.addAll(engine.samples(hub, batch(random, hub, counters)));
            }
            seen.addAll(engine.takeDerived().toList());
        }
        return seen;
    }

    private static SampleBatch batch(Random random, long hub, double[] counters) {
        SampleBatch.Builder batch = SampleBatch.builder(4);
        for (int n = random.nextInt(4); n >= 0; n--) {
            String tag = TAGS[random.nextInt(TAGS.length)];
            long time = hub - random.nextInt(4) * S;
            boolean bad = random.nextInt(12) == 0;
            Value value = switch (tag) {
                case "state" -> Value.of(List.of("RUN", "RUN", "STOP", "FAULT").get(random.nextInt(4)));
                case "energy" -> Value.of(counters[0] = (counters[0] + random.nextInt(9000)) % 65_536);
                case "cycles" -> Value.of(counters[1] += random.nextInt(4));
                case "mass" -> Value.of((time - Scenario.START) / 10e6 + random.nextInt(10) / 10.0);
                case "fill" -> Value.of(counters[2] = counters[2] < 20 ? 95 : counters[2] - random.nextInt(8));
                default -> Value.of(random.nextInt(70) / 10.0);
            };
            batch.add(
                    Scenario.number(tag),
                    time,
                    bad ? Value.NONE : value,
                    bad ? Quality.BAD_SENSOR_FAILURE : Quality.GOOD);
        }
        return batch.build();
    }
}
