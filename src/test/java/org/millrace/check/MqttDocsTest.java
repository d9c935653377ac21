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
import org.millrace.config.Problem;

/** Every source of docs/sources/mqtt.md is one that {@code hub check} accepts, without a warning of its file. */
class MqttDocsTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\\n(kind: MqttSource.*?)```", Pattern.DOTALL);
    private static final Placeholders NONE = new Placeholders(name -> Optional.empty(), name -> Optional.empty());

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> examplesAreAccepted() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/sources/mqtt.md")));
        while (block.find()) {
            String yaml = block.group(1);
            int number = tests.size();
            tests.add(DynamicTest.dynamicTest("example " + number, () -> accepted(number, yaml)));
        }
        assertThat(tests).hasSizeGreaterThan(3);
        return tests.stream();
    }

    private static void accepted(int number, String yaml) throws IOException {
        Path home = folder.resolve("home-" + number);
        Path sources = Files.createDirectories(home.resolve("connectors-config/sources"));
        Path secrets = Files.createDirectories(home.resolve("secrets"));
        for (String name : List.of("broker-password", "plant-ca.pem", "hub.crt", "hub.key")) {
            Files.writeString(secrets.resolve(name), "x");
        }
        Files.writeString(sources.resolve("example.yaml"), yaml);
        assertThat(HomeFolder.read(home, NONE).problems().stream()
                        .map(Problem::toString)
                        .filter(problem -> problem.contains("example.yaml")))
                .isEmpty();
    }
}
