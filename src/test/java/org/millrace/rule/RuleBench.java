package org.millrace.rule;

import static org.millrace.rule.Fixtures.zones;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;

/** Speed of the engine per CPU second of one thread: 100 threshold rules on 100 tags, and conditions of two tags. */
public final class RuleBench {
    private static final int PUMPS = 100;
    private static final int BATCH = 4096;

    private RuleBench() {}

    public static void main(String[] args) {
        PrintStream out = System.out;
        List<Asset> pumps = new ArrayList<>();
        for (int i = 0; i < PUMPS; i++) {
            String id = "P-" + i;
            pumps.add(Fixtures.pump(
                    id,
                    Fixtures.tag(id, Fixtures.VIBRATION, "mm/s", Map.of(), Optional.empty()),
                    Fixtures.tag(id, "state", "", Fixtures.STATES, Optional.empty())));
        }
        Plant plant = new Plant(pumps);
        for (int round = 0; round < 5; round++) {
            out.printf("threshold rules: %,.0f samples/s%n", thresholds(plant));
            out.printf("conditions:      %,.0f evaluations/s%n", conditions(plant));
        }
    }

    private static double thresholds(Plant plant) {
        Compilation rules = Fixtures.compile(plant, zones("C", "2.8 mm/s", "D", "4.5 mm/s"));
        Random random = new Random(1);
        Map<String, Integer> index = new HashMap<>();
        plant.tags().forEach(tag -> index.put(tag.path(), index.size()));
        SampleBatch[] batches = new SampleBatch[64];
        for (int b = 0; b < batches.length; b++) {
            SampleBatch.Builder builder = SampleBatch.builder(BATCH);
            for (int i = 0; i < BATCH; i++) {
                // one value in a thousand is beyond the limit
                double value = random.nextInt(1000) == 0 ? 3.0 : random.nextDouble() * 2;
                builder.addReal(2 * (i % PUMPS), b * 1_000_000L + i, value, Quality.GOOD);
            }
            batches[b] = builder.build();
        }
        ToIntFunction<String> numbers = path -> index.get(path);
        long samples = 0;
        long start = cpu();
        while (cpu() - start < 1_000_000_000L) {
            RuleEngine fresh = new RuleEngine(rules, numbers);
            for (SampleBatch batch : batches) {
                fresh.samples(batch.time(0), batch);
                samples += batch.size();
            }
        }
        return samples * 1e9 / (cpu() - start);
    }

    /** The machine may be shared: count what this thread got. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double conditions(Plant plant) {
        Condition condition = Fixtures.compile(
                        plant,
                        zones("C", "2.8 mm/s")
                                .with(r -> r.while_ = Optional.of("state == 'RUN' && vibration.velocity_rms > 0.1")))
                .rules()
                .getFirst()
                .gate()
                .orElseThrow();
        Slot[] slots = condition.tags().stream().map(Slot::new).toArray(Slot[]::new);
        GateState gate = new GateState(Optional.of(condition), slots, 0);
        SampleBatch batch = SampleBatch.builder(2)
                .addText(0, 1, "RUN", Quality.GOOD)
                .addReal(1, 1, 1.5, Quality.GOOD)
                .build();
        slots[0].take(batch, 0);
        slots[1].take(batch, 1);
        long n = 0;
        long start = cpu();
        while (cpu() - start < 1_000_000_000L) {
            for (int i = 0; i < 1000; i++) {
                gate.update(1, true);
            }
            n += 1000;
        }
        if (gate.truth != Truth.TRUE) {
            throw new IllegalStateException("the condition should hold");
        }
        return n * 1e9 / (cpu() - start);
    }
}
