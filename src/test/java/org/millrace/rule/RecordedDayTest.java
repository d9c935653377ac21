package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/**
 * A recorded time of a real machine (machine_temperature_system_failure of the Numenta Anomaly Benchmark, the days
 * before its breakdown of 2013-12-16) through rules of every kind: live in one go, killed and restored at random, and
 * entry by entry. The events are the same to the byte.
 */
class RecordedDayTest {
    private static final long S = 1_000_000;

    private static final String[] RULES = {
        "id: threshold\nwatch: threshold\ninput: t\nlimits: { L: \"60 [degF]\", H: \"105 [degF]\" }\ndeadband: 1 K",
        "id: zones\nwatch: zones\ninput: v\nstandard: { iso10816_3: { group: 2, support: rigid } }",
        "id: rate\nwatch: rate\ninput: t\nover: 1h\nper: 1h\nlimits: { H: 5 K, L: -5 K }",
        "id: deviation\nwatch: deviation\ninput: t\nset_point: 38 Cel\nlimits: { H: 15 %, L: -15 % }",
        "id: avg\nwatch: aggregate\ninput: t\nfunction: avg\nover: 4h\nlimits: { H: 38 Cel, L: 20 Cel }",
        "id: sd\nwatch: aggregate\ninput: t\nfunction: stddev\nwindow: tumbling\nover: 3h\nlimits: { H: 2 K }",
        "id: absence\nwatch: absence\ninput: t\nafter: 7m",
        "id: flatline\nwatch: flatline\ninput: p\nover: 2h",
        "id: count\nwatch: event-count\nevent: step < -0.5\ncount: 3\nover: 12h",
        "id: wear\nwatch: meter\ninput: run\nevery: 20 h\nwarn_before: 2 h",
        "id: trend\nwatch: trend\ninput: t\nlimits: { L: 10 Cel }\nover: 6h\nhorizon: 12h",
        "id: silo\nwatch: level-reorder\ninput: fill\ncapacity: 25 t\nreorder_at: 30 %\n"
                + "predict: { window: 12h, lead_time: 6h }\npurchase_request: { material: RM }",
        "id: condition\nwatch: condition\nwhen: t < 25.0 && state == 'RUN'\nlevels: { active: { on_delay: 10m } }",
        "id: derived\nwatch: threshold\ninput: step\nlimits: { H: 2 K, L: -2 K }"
    };

    /** One entry of the journal: samples, a tick (no batch), or a service told. */
    private record Entry(long hub, SampleBatch batch, String completed) {}

    @Test
    void threeWaysThroughTheSameRecordingGiveTheSameBytes() throws IOException {
        Compilation rules = Scenario.compile(RULES);
        assertThat(rules.problems()).isEmpty();
        List<Entry> journal = journal();
        assertThat(journal).hasSizeGreaterThan(2_000);

        byte[] live = run(rules, journal, Set.of());
        Set<Integer> everyEntry = new HashSet<>();
        for (int i = 0; i < journal.size(); i += 1) {
            everyEntry.add(i);
        }
        Random random = new Random(7);
        Set<Integer> kills = new HashSet<>();
        for (int i = 0; i < 25; i++) {
            kills.add(random.nextInt(journal.size()));
        }
        assertThat(run(rules, journal, kills)).isEqualTo(live);
        assertThat(run(rules, journal, everyEntry)).isEqualTo(live);
        assertThat(raised(rules, journal))
                .containsExactlyInAnyOrderElementsOf(
                        Scenario.files(RULES).stream().map(RuleFile::id).toList());
    }

    private static byte[] run(Compilation rules, List<Entry> journal, Set<Integer> restarts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        Map<String, byte[]> rows = new HashMap<>();
        RuleEngine engine = engine(rules);
        for (int i = 0; i < journal.size(); i++) {
            if (restarts.contains(i)) {
                rows.putAll(engine.takeChanged());
                engine = engine(rules);
                engine.restore(rows);
            }
            for (AlarmEvent event : apply(engine, journal.get(i))) {
                out.writeUTF(event.toString());
            }
            out.writeUTF(engine.takeDerived().toString());
        }
        return bytes.toByteArray();
    }

    private static Set<String> raised(Compilation rules, List<Entry> journal) {
        Set<String> raised = new HashSet<>();
        RuleEngine engine = engine(rules);
        journal.forEach(entry -> apply(engine, entry).forEach(event -> raised.add(event.rule())));
        return raised;
    }

    private static RuleEngine engine(Compilation rules) {
        RuleEngine engine = new RuleEngine(rules, Fixtures.numbers(Scenario.PLANT));
        engine.keepDerived();
        return engine;
    }

    private static List<AlarmEvent> apply(RuleEngine engine, Entry entry) {
        if (!entry.completed().isEmpty()) {
            return engine.completed(entry.hub(), "M", entry.completed(), entry.hub());
        }
        return entry.batch().isEmpty() ? engine.tick(entry.hub()) : engine.samples(entry.hub(), entry.batch());
    }

    /** Two days of the recording, with ticks between the values; what it has no sensor for follows its temperature. */
    private static List<Entry> journal() throws IOException {
        List<Entry> journal = new ArrayList<>();
        DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
        try (InputStream in = RecordedDayTest.class.getResourceAsStream(
                        "/org/millrace/demo/nab/machine_temperature_system_failure.csv");
                BufferedReader csv = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            csv.lines().skip(1).filter(line -> line.compareTo("2013-12-15 12") > 0 && line.compareTo("2013-12-17 12") < 0).forEach(line -> {
                String[] cells = line.split(",");
                long time = LocalDateTime.parse(cells[0], format).toEpochSecond(ZoneOffset.UTC) * S;
                double celsius = (Double.parseDouble(cells[1]) - 32) / 1.8;
                journal.add(new Entry(time, batch(time, celsius, journal.size()), ""));
                for (int tick = 1; tick < 6; tick++) {
                    journal.add(new Entry(time + tick * 50 * S, SampleBatch.empty(), ""));
                }
                if (cells[0].endsWith("08:00:00")) {
                    journal.add(new Entry(time + 280 * S, SampleBatch.empty(), "wear"));
                }
            });
        }
        return journal;
    }

    private static SampleBatch batch(long time, double celsius, int n) {
        SampleBatch.Builder batch = SampleBatch.builder(5);
        if (n % 97 != 0) { // now and then the reading is lost
            batch.addReal(Scenario.number("t"), time, celsius, n % 41 == 0 ? Quality.UNCERTAIN : Quality.GOOD);
        }
        batch.addReal(Scenario.number("v"), time, Math.abs(celsius - 35) / 5, Quality.GOOD);
        batch.addReal(Scenario.number("p"), time, n < 800 ? 6 : 6 + celsius / 100, Quality.GOOD);
        batch.add(Scenario.number("state"), time, Value.of(n % 333 < 300 ? "RUN" : "STOP"), Quality.GOOD);
        batch.addReal(Scenario.number("fill"), time, 95 - n / 20 % 90, Quality.GOOD);
        return batch.build();
    }
}
