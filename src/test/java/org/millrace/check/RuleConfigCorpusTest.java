package org.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.route.RouteCheck;

/**
 * Rule and asset files: each of {@code bad-config/} is refused as its last lines ({@code #! line:column ...}) say, each
 * of {@code good-config/} and each example of docs/rules.md without a word. {@code -Dcases.write=true} writes what is said.
 */
class RuleConfigCorpusTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final RouteCheck ROUTES = RouteCheck.create();
    private static final Placeholders NO_ENVIRONMENT = Placeholders.of(Map.of(), Map.of());
    private static final String SAYS = "#! ";

    @TempDir
    Path home;

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    static List<Path> bad() throws IOException {
        return files("bad-config");
    }

    static List<Path> good() throws IOException {
        return files("good-config");
    }

    private List<Problem> check(String text) throws IOException {
        Path folder = Files.createDirectories(home.resolve("connectors-config"));
        Files.copy(RESOURCES.resolve("config-beside/beside.yaml"), folder.resolve("beside.yaml"));
        Files.writeString(folder.resolve("case.yaml"), text);
        return HomeFolder.read(home, NO_ENVIRONMENT, ROUTES).problems();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesAtTheRightPlaceWithAHint(Path file) throws IOException {
        String text = Files.readString(file);
        String yaml = text.lines()
                .filter(line -> !line.startsWith(SAYS))
                .map(line -> line + "\n")
                .reduce("", String::concat);
        List<Problem> problems = check(yaml);
        String said = problems.stream()
                .map(p -> SAYS + p.line() + ":" + p.column() + " " + p.severity() + " " + p.message()
                        + (p.hint().isEmpty() ? "" : " | " + p.hint()) + "\n")
                .reduce("", String::concat)
                .replace("\r", "");
        if (Boolean.getBoolean("cases.write")) {
            Files.writeString(file, yaml + said);
        }
        assertThat(yaml + said).isEqualTo(Files.readString(file));
        assertThat(problems).isNotEmpty().allSatisfy(p -> {
            assertThat(p.file()).endsWith("case.yaml");
            assertThat(p.line()).isPositive();
            assertThat(p.column()).isPositive();
        });
    }

    @ParameterizedTest
    @MethodSource("good")
    void saysNothingAboutWhatIsRight(Path file) throws IOException {
        assertThat(check(Files.readString(file))).isEmpty();
    }

    @Test
    void theCorpusIsLarge() throws IOException {
        assertThat(bad()).hasSizeGreaterThan(90);
        assertThat(good()).hasSizeGreaterThan(20);
    }

    /** What people copy from the documentation must be accepted. */
    @Test
    void theExamplesOfTheDocumentationAreAccepted() throws IOException {
        Matcher blocks = Pattern.compile("```yaml\n(kind: .*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/rules.md")));
        List<String> examples = new ArrayList<>();
        while (blocks.find()) {
            examples.add(blocks.group(1));
        }
        assertThat(examples).hasSizeGreaterThan(12);
        assertThat(check(String.join("---\n", examples))).isEmpty();
    }
}
