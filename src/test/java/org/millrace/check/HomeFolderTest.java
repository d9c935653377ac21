package org.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.route.RouteCheck;

/** What an integrator reads when a file is wrong, to the letter: the corpus under {@code check-cases/}. */
class HomeFolderTest {
    private static final Path CASES = Path.of("src/test/resources/check-cases");
    private static final RouteCheck ROUTES = RouteCheck.create();
    private static final Placeholders NO_ENVIRONMENT = Placeholders.of(Map.of(), Map.of());

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void says(String name) throws IOException {
        Path home = CASES.resolve(name);
        String said = HomeFolder.read(home, NO_ENVIRONMENT, ROUTES).problems().stream()
                .map(problem -> problem + "\n")
                .collect(Collectors.joining());
        Path expected = home.resolve("expected.txt");
        if (Boolean.getBoolean("cases.write")) {
            Files.writeString(expected, said);
        }

        assertThat(said).isEqualTo(Files.readString(expected));
    }

    @Test
    void theCorpusIsWhole() throws IOException {
        assertThat(cases()).hasSizeGreaterThan(50);
    }

    /** A message without a place, or that only says "invalid", helps nobody. */
    @ParameterizedTest
    @MethodSource("cases")
    void everyProblemHasAPlace(String name) throws IOException {
        assertThat(HomeFolder.read(CASES.resolve(name), NO_ENVIRONMENT, ROUTES).problems())
                .allSatisfy(problem -> {
                    assertThat(problem.file()).isNotBlank();
                    assertThat(problem.line()).isPositive();
                    assertThat(problem.column()).isPositive();
                });
    }

    @Test
    void secretsAreNeverRepeated() throws IOException {
        assertThat(HomeFolder.read(CASES.resolve("secret-in-plain-text"), NO_ENVIRONMENT, ROUTES)
                        .problems())
                .hasSize(2)
                .extracting(Problem::toString)
                .noneMatch(line -> line.contains("hunter2"));
    }

    @Test
    void theShippedHomeIsWithoutProblems() throws IOException {
        Configuration shipped = HomeFolder.read(Path.of("").toAbsolutePath(), NO_ENVIRONMENT, ROUTES);

        assertThat(shipped.problems()).isEmpty();
        assertThat(shipped.plant().assets()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(shipped.rules().rules()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(shipped.routes()).hasSizeGreaterThanOrEqualTo(6);
    }

    /** One bad document does not take its neighbours with it: an integrator mends several files at once. */
    @Test
    void whatIsRightBesideAProblemIsRead() throws IOException {
        Configuration configuration = HomeFolder.read(CASES.resolve("plc-scan-class-unknown"), NO_ENVIRONMENT, ROUTES);

        assertThat(configuration.hasErrors()).isTrue();
        assertThat(configuration.plc()).hasSize(1);
        assertThat(configuration.plant().assets()).hasSize(1);
    }
}
