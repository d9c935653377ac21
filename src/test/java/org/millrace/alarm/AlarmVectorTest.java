package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One story a file in {@code alarm-vectors}: settings ({@code alarm:} and {@code levels:} of the rule vib, {@code
 * policy:}), then {@code <second> <what> …} lines and the expected {@code = …} lines, in order. Levels of vib are C 2.8
 * (minor) and D 4.5 (critical), temp has H 80 (major), mains has L 1 (major).
 */
class AlarmVectorTest {
    private static final Path FOLDER = Path.of("src/test/resources/alarm-vectors");

    @TestFactory
    Stream<DynamicTest> storiesEndAsWritten() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replace(".txt", "");
                tests.add(DynamicTest.dynamicTest(name, () -> check(file, false)));
                tests.add(DynamicTest.dynamicTest(name + ", restarted before every line", () -> check(file, true)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(50);
        return tests.stream();
    }

    private static void check(Path file, boolean restarts) throws IOException {
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        Scene scene = new Scene(yaml(lines));
        assertThat(scene.problems).isEmpty();
        List<String> expected = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("=")) {
                expected.add(line.substring(2).strip());
            } else if (Character.isDigit(line.charAt(0))) {
                if (restarts) {
                    scene.restart();
                }
                play(scene, line.split(" "));
            }
        }
        assertThat(scene.told()).as(file.getFileName().toString()).isEqualTo(expected);
    }

    private static void play(Scene scene, String[] w) {
        double at = Double.parseDouble(w[0]);
        switch (w[1]) {
            case "tick" -> scene.tick(at);
            case "v", "temp", "mains" -> scene.value(at, w[2], w[1], Double.parseDouble(w[3]));
            case "state" -> scene.text(at, w[2], "state", w[3]);
            case "bad" -> scene.bad(at, w[2], "v");
            case "ack" -> scene.ack(at, target(scene, w[2]));
            case "confirm" -> scene.command(at, new AlarmCommand.Confirm(target(scene, w[2]), "bob", "checked"));
            case "reset" -> scene.command(at, new AlarmCommand.Reset(target(scene, w[2]), "bob", ""));
            case "shelve" ->
                scene.command(
                        at,
                        w[3].equals("one-shot")
                                ? new AlarmCommand.Shelve(target(scene, w[2]), 0, true, "ann", "known")
                                : new AlarmCommand.Shelve(
                                        target(scene, w[2]),
                                        Long.parseLong(w[3]) * Scene.SECOND,
                                        false,
                                        "ann",
                                        "known"));
            case "unshelve" -> scene.command(at, new AlarmCommand.Unshelve(target(scene, w[2]), "ann", ""));
            case "out" -> scene.command(at, new AlarmCommand.OutOfService(target(scene, w[2]), "ann", "sensor off"));
            case "in" -> scene.command(at, new AlarmCommand.InService(target(scene, w[2]), "ann", ""));
            case "mute" ->
                scene.command(at, new AlarmCommand.Mute("desk", w[2], w[3], w.length > 4 ? w[4] : "", 0, "cmms"));
            case "unmute" -> scene.command(at, new AlarmCommand.Unmute("desk", w[2], "cmms"));
            default -> throw new IllegalArgumentException(w[1]);
        }
    }

    /** An alarm, or FLOOD for the parent that is open. */
    private static String target(Scene scene, String word) {
        return word.equals("FLOOD")
                ? scene.alarms.openIncidents().stream()
                        .filter(id -> id.contains("/FLOOD@"))
                        .findFirst()
                        .orElse("none")
                : word;
    }

    private static String setting(List<String> lines, String key, String otherwise) {
        return lines.stream()
                .filter(line -> line.startsWith(key + ": "))
                .map(line -> line.substring(key.length() + 2))
                .findFirst()
                .orElse(otherwise);
    }

    static String yaml(List<String> lines) {
        String while_ = setting(lines, "while", "");
        return Scene.pumps("P-1", "P-2", "P-3", "P-4")
                + """
                kind: Rule
                id: vib
                title: "Vibration {level} on {asset.id}"
                for: { class: pump }
                watch: zones
                input: v
                limits: { C: 2.8, D: 4.5 }
                %s
                levels: %s
                failure_mode: VIB
                work_order: { on: raised }
                alarm: %s
                ---
                kind: Rule
                id: temp
                title: "Hot {asset.id}"
                for: { class: pump }
                watch: threshold
                input: temp
                limits: { H: 80 }
                levels: { H: { severity: major } }
                failure_mode: OHE
                ---
                kind: Rule
                id: mains
                title: "No mains at {asset.id}"
                for: { class: pump }
                watch: threshold
                input: mains
                limits: { L: 1 }
                levels: { L: { severity: major } }
                ---
                kind: AlarmPolicy
                id: site
                %s
                """.formatted(
                                while_.isEmpty() ? "" : "while: " + while_,
                                setting(lines, "levels", "{ C: { severity: minor }, D: { severity: critical } }"),
                                setting(lines, "alarm", "{ latch: false }"),
                                setting(lines, "policy", "").replace("; ", "\n"));
    }
}
