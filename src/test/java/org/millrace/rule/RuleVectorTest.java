package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.millrace.plant.Plant;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/**
 * One alarm life per file in {@code rule-vectors}: {@code <second> v|state|tick|ack [value]} lines, then the expected
 * {@code = <second> TYPE [LEVEL] [#incident.step]}. Levels are C 2.8 and D 4.5 mm/s unless the file says otherwise.
 */
class RuleVectorTest {
    /** 2013, years before the hub time: a recording is judged by its own clock. */
    private static final long RECORDED = 1_356_998_400_000_000L;

    private static final long LIVE = 1_780_000_000_000_000L;
    private static final long SECOND = 1_000_000;

    @TestFactory
    Stream<DynamicTest> liveAndRecordedVectorsGiveTheSameAlarms() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/rule-vectors"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replace(".txt", "");
                tests.add(DynamicTest.dynamicTest(name, () -> check(file, LIVE)));
                tests.add(DynamicTest.dynamicTest(name + " recorded in 2013", () -> check(file, RECORDED)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(40);
        return tests.stream();
    }

    private static void check(Path file, long start) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String options = lines.getFirst();
        Duration stale = Duration.ofSeconds(option(options, "stale", 0));
        Plant plant =
                new Plant(List.of(Fixtures.pump("P-101", stale.isZero() ? Optional.empty() : Optional.of(stale))));
        RuleEngine engine = Fixtures.engine(plant, rule(options));
        List<String> expected = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        List<String> incidents = new ArrayList<>();
        boolean steps = lines.stream().anyMatch(line -> line.contains("#"));
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("=")) {
                expected.add(line.substring(2));
                continue;
            }
            for (AlarmEvent e : play(engine, line.split(" "), start)) {
                if (!incidents.contains(e.incident())) {
                    incidents.add(e.incident());
                }
                seen.add((e.time() - start) / SECOND + " " + e.type()
                        + (e.level().isEmpty() ? "" : " " + e.level())
                        + (steps ? " #" + incidents.size() + "." + e.step() : ""));
            }
        }
        assertThat(seen).as(file.getFileName().toString()).isEqualTo(expected);
    }

    private static List<AlarmEvent> play(RuleEngine engine, String[] words, long start) {
        long second = Long.parseLong(words[0]);
        long hub = LIVE + second * SECOND;
        long time = start + second * SECOND;
        return switch (words[1]) {
            case "tick" -> engine.tick(hub);
            case "ack" ->
                engine.openIncidents().isEmpty()
                        ? engine.acknowledge(hub, "none", "ann")
                        : engine.acknowledge(hub, engine.openIncidents().getFirst(), "ann");
            case "v" -> engine.samples(hub, sample(0, time, words[2]));
            case "state" -> engine.samples(hub, sample(2, time, words[2]));
            default -> throw new IllegalArgumentException(words[1]);
        };
    }

    private static SampleBatch sample(int tag, long time, String text) {
        String[] parts = text.split(":");
        int quality = switch (parts[0]) {
            case "BAD" -> Quality.BAD_SENSOR_FAILURE;
            case "UNCERTAIN" -> Quality.UNCERTAIN;
            default -> Quality.GOOD;
        };
        String value = parts.length == 2 ? parts[1] : quality == Quality.GOOD ? parts[0] : "";
        Value v = value.isEmpty() ? Value.NONE : tag == 2 ? Value.of(value) : Value.of(Double.parseDouble(value));
        return SampleBatch.builder(1).add(tag, time, v, quality).build();
    }

    private static Fixtures.RuleBuilder rule(String options) {
        Fixtures.RuleBuilder rule = Fixtures.zones();
        String limits = text(options, "limits").orElse("C:2.8,D:4.5");
        if (options.contains("limits=")) {
            rule.watch = RuleFile.Watch.THRESHOLD;
        }
        for (String limit : limits.split(",")) {
            String name = limit.substring(0, limit.indexOf(':'));
            rule.limits.put(name, Fixtures.quantity(limit.substring(limit.indexOf(':') + 1) + " mm/s"));
            rule.level(
                    name,
                    name.equals("D") ? RuleFile.Severity.CRITICAL : RuleFile.Severity.MINOR,
                    option(options, "on" + name, option(options, "on", 0)),
                    option(options, "off", 0));
        }
        rule.deadband = text(options, "deadband").map(d -> Fixtures.quantity(d + " mm/s"));
        rule.settle = Duration.ofSeconds(option(options, "settle", 0));
        rule.while_ = options.contains("while") ? Optional.of("state == 'RUN'") : Optional.empty();
        return rule;
    }

    private static int option(String options, String name, int otherwise) {
        return text(options, name).map(Integer::parseInt).orElse(otherwise);
    }

    private static Optional<String> text(String options, String name) {
        for (String word : options.split(" ")) {
            if (word.startsWith(name + "=")) {
                return Optional.of(word.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }
}
