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
import org.millrace.config.Placeholders;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlReader;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;

/**
 * Speed of the engine per CPU second of one thread: 100 threshold rules on 100 tags, rules of every kind, and conditions
 * of two tags; loading 10,000 rules on 10,000 tags; heap of one instance of each kind.
 */
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
        for (int round = 0; round < 3; round++) {
            out.printf("threshold rules: %,.0f samples/s%n", thresholds(plant));
            out.printf("conditions:      %,.0f evaluations/s%n", conditions(plant));
            out.printf("every kind:      %,.0f samples/s through %d rules%n", everyKind(), AllKinds.QUICK.size());
            out.printf("10,000 rules on 10,000 tags: read, checked and bound in %.2f s%n", load());
        }
        for (String rule : AllKinds.QUICK) {
            memory(rule, out);
        }
    }

    /** Read from their YAML, a condition in each, checked and bound, engine made; CPU seconds. */
    private static double load() {
        List<Asset> assets = new ArrayList<>();
        for (int a = 0; a < 1000; a++) {
            String id = "A-" + a;
            Tag[] tags = new Tag[10];
            for (int t = 0; t < tags.length; t++) {
                tags[t] = Fixtures.tag(
                        id, "t" + t, t == 9 ? "" : "mm/s", t == 9 ? Fixtures.STATES : Map.of(), Optional.empty());
            }
            assets.add(Fixtures.pump(id, tags));
        }
        Plant plant = new Plant(assets);
        Map<String, Integer> index = new HashMap<>();
        plant.tags().forEach(tag -> index.put(tag.path(), index.size()));
        List<String> texts = new ArrayList<>();
        for (int r = 0; r < 10_000; r++) {
            texts.add("kind: Rule\nid: r-" + r + "\ntitle: \"{level} on {asset.name}\"\nfor: { assets: [A-" + r / 10
                    + "] }\nwatch: threshold\ninput: t" + r % 9
                    + "\nlimits: { H: 10 mm/s, HH: 20 mm/s }\nwhile: t9 == 'RUN' && t" + (r + 1) % 9 + " > 0."
                    + r % 100 + "\n"); // 900 different ones
        }
        long start = cpu();
        RecordBinder binder = new RecordBinder(Placeholders.of(Map.of(), Map.of()));
        List<RuleFile> files = new ArrayList<>();
        for (String text : texts) {
            files.add(binder.bind(
                            RuleFile.class,
                            YamlReader.parse("r.yaml", text).documents().getFirst())
                    .orElseThrow());
        }
        double read = (cpu() - start) / 1e9;
        Compilation compilation = RuleCompiler.compile(plant, files);
        RuleEngine engine = new RuleEngine(compilation, index::get);
        System.out.printf("  of that reading %.2f s%n", read);
        double seconds = (cpu() - start) / 1e9;
        if (compilation.rules().size() != 10_000 || engine.footprint().size() != 10_000) {
            throw new IllegalStateException(compilation.problems().toString());
        }
        return seconds;
    }

    private static double everyKind() {
        RuleEngine engine = new RuleEngine(Scenario.compile(AllKinds.quick()), Fixtures.numbers(Scenario.PLANT));
        int[] tags = {Scenario.number("t"), Scenario.number("v"), Scenario.number("p"), Scenario.number("fill")};
        Random random = new Random(1);
        long samples = 0;
        long time = Scenario.START;
        long start = cpu();
        while (cpu() - start < 1_000_000_000L) {
            SampleBatch.Builder batch = SampleBatch.builder(1000);
            for (int i = 0; i < 1000; i++) {
                time += 100_000;
                batch.addReal(tags[i % tags.length], time, random.nextDouble() * 4, Quality.GOOD);
            }
            engine.samples(time, batch.build());
            samples += 1000;
        }
        return samples * 1e9 / (cpu() - start);
    }

    /** What 2,000 instances of one rule, each with some samples, need of the heap. */
    private static void memory(String rule, PrintStream out) {
        int n = 500;
        Compilation compilation = Scenario.compile(rule);
        ToIntFunction<String> numbers = Fixtures.numbers(Scenario.PLANT);
        RuleEngine[] engines = new RuleEngine[n];
        new RuleEngine(compilation, numbers).footprint();
        long before = used();
        for (int i = 0; i < n; i++) {
            engines[i] = new RuleEngine(new Compilation(compilation.rules(), List.of()), numbers);
        }
        long each = (used() - before) / n;
        out.printf(
                "heap of an instance: %-60s %,6d bytes with an engine of its own, told %,6d%n",
                rule.substring(0, Math.min(60, rule.length())).replace('\n', ' '),
                each,
                engines[0].footprint().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum());
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
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
