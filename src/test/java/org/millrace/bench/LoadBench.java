package org.millrace.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code ./hub check} of a large plant: 1,000 machines of 10 tags, each in a file of its own, and 10,000 rules, ten of a
 * machine in one file. Every rule watches one machine, half of them under one of 900 different conditions. One MQTT source, the routes of
 * a plant that stores and tells. The launcher is run as people run it, a JVM each time.
 *
 * <p>{@code main [rounds] [rules in a file] [folder]}; exit code 1 when the check finds anything wrong. With a folder
 * the home is kept there.
 */
public final class LoadBench {
    private static final int ASSETS = 1_000;
    private static final int TAGS = 10;
    private static final int RULES = 10_000;
    private static final double TARGET = 3;
    private static final PrintStream OUT = System.out;

    /** @param wall s; @param user s of CPU; @param system s of CPU */
    private record Run(double wall, double user, double system) {}

    private LoadBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int together = arguments.length > 1 ? Integer.parseInt(arguments[1]) : RULES / ASSETS;
        boolean kept = arguments.length > 2;
        Path home = kept
                ? Path.of(arguments[2])
                : Files.createTempDirectory(Files.createDirectories(Path.of("target")), "load-bench");
        try {
            int files = write(home, together);
            OUT.printf(
                    Locale.ROOT,
                    "%,d assets with %,d tags, %,d rules in %,d files%n",
                    ASSETS,
                    ASSETS * TAGS,
                    RULES,
                    files);
            List<Run> runs = new ArrayList<>();
            check(home); // the page cache
            for (int i = 0; i < rounds; i++) {
                runs.add(check(home));
            }
            say(runs);
        } finally {
            if (!kept) {
                delete(home);
            }
        }
    }

    private static void say(List<Run> runs) {
        Run wall = runs.stream()
                .sorted(Comparator.comparingDouble(Run::wall))
                .toList()
                .get(runs.size() / 2);
        Run user = runs.stream()
                .sorted(Comparator.comparingDouble(Run::user))
                .toList()
                .get(runs.size() / 2);
        OUT.printf(
                Locale.ROOT,
                "hub check, medians of %d: %.2f s (target %.0f s: %s), user CPU %.2f s, system %.2f s%n",
                runs.size(),
                wall.wall(),
                TARGET,
                wall.wall() <= TARGET ? "met" : "MISSED",
                user.user(),
                user.system());
    }

    // ---- the home -------------------------------------------------------------------------------------------------

    /** @return number of rule files */
    private static int write(Path home, int together) throws IOException {
        put(home, "connectors-config/sources/field.yaml", """
                kind: MqttSource
                id: field
                broker: mqtt://127.0.0.1:1883
                client_id: millrace-field
                topics:
                  - filter: "plant/+/+/telemetry"
                    decode: json
                    map: { device: "$topic[2]", time: .ts, readings: .values }
                """);
        put(home, "routes/plant.camel.yaml", """
                - route:
                    id: field
                    from:
                      uri: hub:mqtt/field
                      steps:
                        - to: hub:ingest
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      steps:
                        - to: hub:historian
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters: { name: work-orders }
                      steps:
                        - to: hub:cmms/desk
                """);
        for (int asset = 0; asset < ASSETS; asset++) {
            put(home, "connectors-config/assets/line-%d/m-%d.yaml".formatted(asset / 50, asset), asset(asset));
        }
        int files = 0;
        for (int first = 0; first < RULES; first += together) {
            List<String> documents = new ArrayList<>();
            for (int rule = first; rule < Math.min(RULES, first + together); rule++) {
                documents.add(rule(rule));
            }
            put(home, "connectors-config/rules/r-%d.yaml".formatted(first), String.join("---\n", documents));
            files++;
        }
        return files;
    }

    private static String asset(int number) {
        StringBuilder text = new StringBuilder("""
                kind: Asset
                id: M-%d
                name: Machine %d
                path: acme/lyon/hall/line-%d/m-%d
                class: machine
                criticality: B
                tags:
                """.formatted(number, number, number / 50, number));
        for (int tag = 0; tag < TAGS - 1; tag++) {
            text.append("  t%d: { from: field, device: m-%d, field: t%d, unit: mm/s, range: [0, 50] }%n"
                    .formatted(tag, number, tag));
        }
        return text.append("  state: { from: field, device: m-%d, field: state, map: { 0: STOP, 1: RUN } }%n"
                        .formatted(number))
                .toString();
    }

    /** Every second rule has a condition, of which there are 900 different ones. */
    private static String rule(int number) {
        int limit = 5 + number % 20;
        String condition = number % 2 == 0
                ? ""
                : "while: state == 'RUN' && t%d > 0.%02d\n".formatted((number / 2 + 1) % 9, number / 2 % 100);
        return """
                kind: Rule
                id: r-%d
                title: "Vibration {level} at {asset.name}"
                for: { assets: [M-%d] }
                watch: threshold
                input: t%d
                limits: { H: %d mm/s, HH: %d mm/s }
                %sdeadband: 0.2 mm/s
                levels:
                  H: { severity: minor, on_delay: 30s, off_delay: 30s }
                  HH: { severity: major, on_delay: 10s, off_delay: 30s }
                failure_mode: VIB
                work_order: { on: raised }
                """.formatted(number, number / (RULES / ASSETS), number % 9, limit, limit + 5, condition);
    }

    private static void put(Path home, String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    // ---- the command ----------------------------------------------------------------------------------------------

    private static Run check(Path home) throws Exception {
        Path hub = Path.of(System.getProperty("millrace.root", "."), "hub").toAbsolutePath();
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "TIMEFORMAT='%R %U %S'; time \"$0\" check \"$1\"",
                        hub.toString(),
                        home.toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        if (process.waitFor() != 0
                || lines.size() < 2
                || !lines.get(lines.size() - 2).endsWith(": ok")) {
            throw new IllegalStateException(
                    "hub check found something: " + lines.subList(0, Math.min(5, lines.size())));
        }
        String[] times = lines.getLast().trim().split(" ");
        return new Run(Double.parseDouble(times[0]), Double.parseDouble(times[1]), Double.parseDouble(times[2]));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
