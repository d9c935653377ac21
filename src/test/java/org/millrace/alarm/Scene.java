package org.millrace.alarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlNode;
import org.millrace.config.YamlReader;
import org.millrace.plant.AssetFile;
import org.millrace.plant.Plant;
import org.millrace.plant.PlantBuilder;
import org.millrace.plant.Tag;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.Compilation;
import org.millrace.rule.RuleCompiler;
import org.millrace.rule.RuleEngine;
import org.millrace.rule.RuleFile;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** A plant from YAML, and its alarms played second by second; what happens is written down in one line an event. */
final class Scene {
    static final long SECOND = 1_000_000;
    static final long START = 1_780_000_000L * SECOND;

    private static final Map<String, Class<? extends Record>> KINDS = Map.of(
            "Asset", AssetFile.class,
            "Rule", RuleFile.class,
            "AlarmPolicy", AlarmPolicyFile.class,
            "Calendar", CalendarFile.class);

    final Plant plant;
    final Compilation rules;
    final AlarmPlan plan;
    final List<Problem> problems = new ArrayList<>();
    final List<AlarmEvent> events = new ArrayList<>();
    private final List<String> tags;
    private final Map<String, byte[]> rows = new HashMap<>();
    AlarmSystem alarms;
    private int shown;

    Scene(String yaml) {
        RecordBinder binder = new RecordBinder(Placeholders.of(Map.of(), Map.of()));
        List<Record> records = new ArrayList<>();
        YamlReader.Parsed parsed = YamlReader.parse("scene.yaml", yaml);
        problems.addAll(parsed.problems());
        for (YamlNode document : parsed.documents()) {
            String kind = ((YamlNode.Mapping) document)
                    .entry("kind")
                    .map(entry -> ((YamlNode.Scalar) entry.value()).text())
                    .orElseThrow();
            binder.bind(KINDS.get(kind), document).ifPresent(records::add);
        }
        problems.addAll(binder.problems());
        PlantBuilder.Built built =
                PlantBuilder.build(all(records, AssetFile.class), Set.of("field"), binder.positions());
        problems.addAll(built.problems());
        plant = built.plant();
        List<RuleFile> files = all(records, RuleFile.class);
        rules = RuleCompiler.compile(plant, files);
        rules.problems()
                .forEach(p -> problems.add(
                        binder.positions().of(files.getFirst()).error(p.key() + ": " + p.message(), p.hint())));
        AlarmPlanner.Planned planned = AlarmPlanner.plan(
                files,
                rules.rules(),
                all(records, AlarmPolicyFile.class),
                all(records, CalendarFile.class),
                binder.positions());
        problems.addAll(planned.problems());
        plan = planned.plan();
        tags = plant.tags().stream().map(Tag::path).toList();
        alarms = system();
    }

    private static <T extends Record> List<T> all(List<Record> records, Class<T> kind) {
        return records.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** A pump each; its tags are v, temp, mains and state. */
    static String pumps(String... ids) {
        return IntStream.range(0, ids.length)
                .mapToObj(i -> """
                        kind: Asset
                        id: %1$s
                        name: Pump %1$s
                        path: acme/lyon/utilities/cooling/%2$s
                        class: pump
                        tags:
                          v: { from: field, device: %1$s, field: v }
                          temp: { from: field, device: %1$s, field: temp }
                          mains: { from: field, device: %1$s, field: mains, stale_after: 1h }
                          state: { from: field, device: %1$s, field: state, map: { 0: STOP, 1: RUN } }
                        ---
                        """.formatted(ids[i], ids[i].toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining());
    }

    private AlarmSystem system() {
        return new AlarmSystem(new RuleEngine(rules, tags::indexOf), plan, tags::indexOf);
    }

    /** As after a stop and a start: only what was stored is left. */
    void restart() {
        rows.putAll(alarms.takeChanged());
        alarms.takeRemoved().forEach(rows::remove);
        alarms = system();
        alarms.restore(rows);
    }

    /** The same state under another configuration. */
    Scene restartedAs(String yaml) {
        Scene other = new Scene(yaml);
        rows.putAll(alarms.takeChanged());
        alarms.takeRemoved().forEach(rows::remove);
        other.rows.putAll(rows);
        other.alarms.restore(rows);
        return other;
    }

    static long at(double second) {
        return START + Math.round(second * SECOND);
    }

    Scene value(double second, String asset, String tag, double value) {
        return sample(second, asset, tag, Value.of(value), Quality.GOOD);
    }

    Scene text(double second, String asset, String tag, String value) {
        return sample(second, asset, tag, Value.of(value), Quality.GOOD);
    }

    Scene bad(double second, String asset, String tag) {
        return sample(second, asset, tag, Value.NONE, Quality.BAD_SENSOR_FAILURE);
    }

    private Scene sample(double second, String asset, String tag, Value value, int quality) {
        int number = IntStream.range(0, tags.size())
                .filter(i -> tags.get(i).endsWith("/" + asset.toLowerCase(Locale.ROOT) + "/" + tag))
                .findFirst()
                .orElseThrow();
        SampleBatch batch =
                SampleBatch.builder(1).add(number, at(second), value, quality).build();
        events.addAll(alarms.samples(at(second), batch));
        return this;
    }

    Scene tick(double second) {
        events.addAll(alarms.tick(at(second)));
        return this;
    }

    Scene command(double second, AlarmCommand command) {
        events.addAll(alarms.apply(at(second), command));
        return this;
    }

    Scene ack(double second, String target) {
        return command(second, new AlarmCommand.Acknowledge(target, "ann", ""));
    }

    /** Lines since the last call. */
    List<String> told() {
        List<String> lines =
                events.subList(shown, events.size()).stream().map(this::line).toList();
        shown = events.size();
        return lines;
    }

    /** {@code 30 vib@P-1 RAISED C (shelved) under vib@P-2 by ann}; {@code FLOOD} is a flood's parent. */
    String line(AlarmEvent e) {
        AlarmEvent.Handling h = e.handling();
        String silences = h.silencedBy().stream()
                .map(s -> s.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
        return seconds(e.time() - START) + " " + name(e.incident()) + " " + e.type()
                + (e.level().isEmpty() || e.level().equals("FLOOD") ? "" : " " + e.level())
                + (h.announced() ? "" : " (" + (silences.isEmpty() ? "recorded" : silences) + ")")
                + (h.parent().isEmpty() ? "" : " under " + name(h.parent()))
                + (h.recipient().isEmpty() ? "" : " to " + h.recipient())
                + (h.members() == 0 ? "" : " of " + h.members())
                + (h.who().isEmpty() ? "" : " by " + h.who());
    }

    private static String seconds(long micros) {
        return micros % SECOND == 0 ? Long.toString(micros / SECOND) : Double.toString(micros / (double) SECOND);
    }

    private static String name(String incident) {
        String key = incident.substring(0, incident.lastIndexOf('@'));
        if (key.endsWith("/FLOOD")) {
            return "FLOOD";
        }
        String[] steps = key.split("/");
        return steps[steps.length - 1] + "@" + steps[steps.length - 3].toUpperCase(Locale.ROOT);
    }
}
