package org.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.config.Placeholders;

/** Every example of docs/alarms.md is one that {@code hub check} accepts in the shipped plant. */
class AlarmDocsTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Placeholders NONE = new Placeholders(name -> Optional.empty(), name -> Optional.empty());
    private static final String RULE = """
            kind: Rule
            id: example
            title: "Oil on {asset.name}"
            for: { class: press }
            watch: threshold
            input: temperature.oil
            limits: { H: 70 Cel }
            """;

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> examplesAreAccepted() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/alarms.md")));
        while (block.find()) {
            String yaml = block.group(1);
            int number = tests.size();
            if (yaml.startsWith("- choice:")) {
                continue; // a piece of a route
            }
            String whole = yaml.startsWith("alarm:") ? RULE + yaml : yaml;
            tests.add(DynamicTest.dynamicTest(
                    "example " + number + ": " + yaml.lines().findFirst().orElse(""), () -> accepted(number, whole)));
        }
        assertThat(tests).hasSizeGreaterThan(6);
        return tests.stream();
    }

    private static void accepted(int number, String yaml) throws IOException {
        Path home = folder.resolve("home-" + number);
        Path shipped = Path.of("connectors-config");
        try (Stream<Path> files = Files.walk(shipped)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                boolean replaced = yaml.contains("kind: AlarmPolicy") && text.contains("kind: AlarmPolicy")
                        || yaml.contains("kind: Calendar") && text.contains("kind: Calendar");
                if (!replaced) {
                    Path copy = home.resolve(file.toString());
                    Files.createDirectories(copy.getParent());
                    Files.writeString(copy, text);
                }
            }
        }
        Files.writeString(home.resolve("connectors-config/example.yaml"), yaml);
        assertThat(HomeFolder.read(home, NONE).problems().stream()
                        .filter(p -> p.file().contains("example.yaml")
                                || p.severity() == org.millrace.config.Problem.Severity.ERROR)
                        .map(Object::toString)
                        .filter(text -> !text.contains("env:")))
                .isEmpty();
    }
}
