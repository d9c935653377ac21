package org.millrace.rule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Placeholders;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlNode;
import org.millrace.config.YamlReader;
import org.millrace.plant.Asset;
import org.millrace.plant.AssetFile;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/**
 * A machine M with tags of every sort, rules written as in their files, and a journal in short: {@code "0 t=20; 60
 * t=BAD; 90 tick; 95 done wear"} is second, tag = value (or BAD), or a tick, or a service told.
 */
final class Scenario {
    static final long S = 1_000_000;
    /** 2026-06-01T00:00Z. */
    static final long START = 1_780_272_000L * S;

    static final Plant PLANT = new Plant(List.of(new Asset(
            "M",
            "Machine",
            "acme/lyon/hall/m",
            "machine",
            AssetFile.Criticality.B,
            Map.of(),
            Map.of("power", Fixtures.quantity("75 kW")),
            List.of(
                    tag("t", "Cel"),
                    tag("t.fresh", "Cel", Optional.of(Duration.ofSeconds(30)), Map.of(), 0, ""),
                    tag("v", "mm/s"),
                    tag("p", "bar"),
                    tag("sp", "bar"),
                    tag("state", "", Optional.empty(), Map.of("0", "STOP", "1", "RUN", "2", "FAULT"), 0, ""),
                    tag("fill", "%"),
                    tag("mass", "t"),
                    tag("hours", "h"),
                    tag("energy", "kW.h", Optional.empty(), Map.of(), 16, ""),
                    tag("cycles", "", Optional.empty(), Map.of(), 32, ""),
                    tag("run", "s", Optional.empty(), Map.of(), 0, "accumulate(state == 'RUN')"),
                    tag("power", "kW", Optional.empty(), Map.of(), 0, "rate(energy)"),
                    tag("step", "K", Optional.empty(), Map.of(), 0, "delta(t)"),
                    tag("diff", "bar", Optional.empty(), Map.of(), 0, "sp - p"),
                    tag("twice", "bar", Optional.empty(), Map.of(), 0, "diff * 2.0")))));

    final RuleEngine engine;
    final Compilation compilation;

    Scenario(String... rules) {
        this(Map.of(), rules);
    }

    Scenario(Map<String, byte[]> rows, String... rules) {
        compilation = compile(rules);
        if (compilation.hasErrors()) {
            throw new AssertionError(compilation.problems() + " " + compilation.deriveProblems());
        }
        engine = new RuleEngine(compilation, Fixtures.numbers(PLANT));
        engine.restore(rows);
    }

    static Compilation compile(String... rules) {
        return RuleCompiler.compile(PLANT, files(rules));
    }

    /** Title and selector are added; several rules stand in one text, one after the other. */
    static List<RuleFile> files(String... rules) {
        List<RuleFile> files = new ArrayList<>();
        for (String rule : rules) {
            String yaml = (rule.contains("id:") ? "" : "id: r\n") + "kind: Rule\ntitle: x\nfor: { assets: [M] }\n" + rule;
            RecordBinder binder = new RecordBinder(Placeholders.of(Map.of(), Map.of()));
            List<YamlNode> documents = YamlReader.parse("rule.yaml", yaml).documents();
            files.add(binder.bind(RuleFile.class, documents.getFirst())
                    .orElseThrow(() -> new AssertionError(binder.problems() + "\n" + yaml)));
        }
        return files;
    }

    private static Tag tag(String name, String unit) {
        return tag(name, unit, Optional.empty(), Map.of(), 0, "");
    }

    private static Tag tag(
            String name, String unit, Optional<Duration> stale, Map<String, String> states, int bits, String derive) {
        return new Tag(
                "acme/lyon/hall/m/" + name,
                name,
                "M",
                new Tag.Origin("field", "M", name, "default"),
                unit,
                1,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                states,
                0,
                Optional.empty(),
                Optional.empty(),
                stale,
                bits == 0 ? Optional.empty() : Optional.of(new AssetFile.Counter(bits)),
                derive.isEmpty() ? Optional.empty() : Optional.of(derive));
    }

    static int number(String tag) {
        return Fixtures.numbers(PLANT).applyAsInt("acme/lyon/hall/m/" + tag);
    }

    /** What happened, as {@code second TYPE level value}. */
    List<String> play(String journal) {
        List<String> seen = new ArrayList<>();
        for (AlarmEvent e : events(journal)) {
            seen.add((e.time() - START) / S + " " + e.type() + (e.level().isEmpty() ? "" : " " + e.level()) + " "
                    + TrendMeasure.number(Double.isNaN(e.value()) ? 0 : e.value()));
        }
        return seen;
    }

    List<AlarmEvent> events(String journal) {
        List<AlarmEvent> events = new ArrayList<>();
        for (String entry : journal.split(";")) {
            if (entry.isBlank()) {
                continue;
            }
            String[] words = entry.strip().split(" ");
            long hub = START + (long) (Double.parseDouble(words[0]) * S);
            switch (words[1]) {
                case "tick" -> events.addAll(engine.tick(hub));
                case "ack" ->
                    engine.openIncidents().forEach(i -> events.addAll(engine.acknowledge(hub, i, "ann")));
                case "done" -> {
                    long at = words.length > 3 ? START + Long.parseLong(words[3]) * S : hub;
                    events.addAll(engine.completed(hub, "M", words[2], at));
                }
                default -> {
                    String[] parts = words[1].split("=");
                    events.addAll(engine.samples(hub, sample(hub, parts[0], parts[1])));
                }
            }
        }
        return events;
    }

    static SampleBatch sample(long time, String tag, String text) {
        boolean bad = text.equals("BAD");
        Value value = bad
                ? Value.NONE
                : text.matches("-?[0-9.]+") ? Value.of(Double.parseDouble(text)) : Value.of(text);
        return SampleBatch.builder(1)
                .add(number(tag), time, value, bad ? Quality.BAD_SENSOR_FAILURE : Quality.GOOD)
                .build();
    }

    /** All rows as they are, for a restart. */
    Map<String, byte[]> rows(Map<String, byte[]> before) {
        Map<String, byte[]> rows = new HashMap<>(before);
        rows.putAll(engine.takeChanged());
        return rows;
    }

    /** Values of one derived tag so far, second to value; the engine must have been told to keep them. */
    Map<Long, Double> derived(String tag) {
        Map<Long, Double> values = new LinkedHashMap<>();
        SampleBatch batch = engine.takeDerived();
        for (int i = 0; i < batch.size(); i++) {
            if (batch.tag(i) == number(tag)) {
                values.put((batch.time(i) - START) / S, batch.number(i));
            }
        }
        return values;
    }
}
