package org.millrace.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.config.Problem;
import org.millrace.route.RouteFiles.Kind;
import org.millrace.route.RouteFiles.RouteFile;

class RouteCheckTest {
    private static RouteCheck check;

    @BeforeAll
    static void prepare() {
        check = RouteCheck.create();
    }

    static Stream<Case> bad() {
        return Case.all("bad-").stream();
    }

    static Stream<Case> good() {
        return Case.all("good-").stream();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWithTheRightPlaceAndReason(Case bad) {
        List<Problem> problems = check.check(bad.files(), Case.KNOWN, Case.RIGHTS);

        assertThat(problems).isNotEmpty();
        String said = said(problems);
        for (String line : bad.expected()) {
            assertThat(said).contains(line);
        }
        // one mistake, one message: the noise of a schema's branches must not come through
        assertThat(problems)
                .as(said)
                .hasSizeLessThanOrEqualTo(Math.max(bad.expected().size(), 2));
    }

    @ParameterizedTest
    @MethodSource("good")
    void raisesNoFalseAlarm(Case good) {
        assertThat(said(check.check(good.files(), Case.KNOWN, Case.RIGHTS))).isEmpty();
    }

    /** A hub may be started on a machine where nothing else protects it: the guard alone must stop every attack. */
    @Test
    void guardAloneRefusesEveryAttack() {
        List<String> passed = Case.all("bad-").stream()
                .filter(c -> check.check(c.files(), Case.KNOWN, Case.RIGHTS).stream()
                        .anyMatch(p -> p.message().contains("not allowed")
                                || p.message().contains("may not")))
                .filter(c -> c.files().stream()
                        .allMatch(f -> RouteGuard.check(f, Case.RIGHTS).isEmpty()))
                .map(Case::name)
                .toList();

        assertThat(passed).isEmpty();
    }

    @Test
    void refusesALargeFile() {
        String text = "# " + "x".repeat(RouteGuard.MAX_BYTES) + "\n- route: {id: a}\n";
        assertThat(said(RouteGuard.check(route(text), Case.RIGHTS))).startsWith("0:0 the file is larger than 256 KiB");
    }

    /** 2,000 levels were a StackOverflowError in Camel; 100,000 must not be one here. */
    @Test
    void refusesDeepNestingWithoutAStackOverflow() {
        for (int levels : new int[] {41, 2_000, 100_000}) {
            String text = "[".repeat(levels) + "]".repeat(levels);
            assertThat(said(RouteGuard.check(route(text), Case.RIGHTS)))
                    .startsWith("1:41 nested deeper than 40 levels");
        }
    }

    @Test
    void refusesAnAliasBombAtItsFirstAnchor() {
        StringBuilder bomb = new StringBuilder("- a0: &a0 [x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("- a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(said(RouteGuard.check(route(bomb.toString()), Case.RIGHTS))).startsWith("1:7 anchors (&a0)");
    }

    @Test
    void hintsAtTheNearestName() {
        assertThat(check.check(only("bad-unknown-source"), Case.KNOWN, Case.RIGHTS))
                .extracting(Problem::hint)
                .containsExactly("did you mean 'field'?");
        assertThat(check.check(only("bad-key-misspelt"), Case.KNOWN, Case.RIGHTS))
                .extracting(Problem::hint)
                .containsExactly("did you mean 'constant'?");
        assertThat(check.check(only("bad-unknown-option"), Case.KNOWN, Case.RIGHTS))
                .extracting(Problem::hint)
                .containsExactly("did you mean 'period'?");
    }

    @Test
    void writingToAMachineNeedsTheRight() {
        assertThat(said(check.check(only("bad-write-to-a-plc"), Case.KNOWN, Case.RIGHTS.withWrite())))
                .isEmpty();
    }

    @Test
    void mockIsForTestsOnly() {
        RouteFile file = route("- route: {id: a, from: {uri: 'timer:x', steps: [{to: 'mock:x'}]}}\n");
        assertThat(said(RouteGuard.check(file, Rights.standard()))).startsWith("1:54 the component 'mock'");
        assertThat(RouteGuard.check(file, Rights.standard().withTest())).isEmpty();
    }

    @Test
    void placeholdersByNameOnly() {
        RouteFile file = route("- route: {id: a, from: {uri: 'timer:{{site.name}}', steps: [{to: 'log:x'}]}}\n");
        assertThat(RouteGuard.check(file, Rights.standard())).hasSize(1);
        assertThat(RouteGuard.check(file, Rights.standard().withPlaceholders(Set.of("site.name"))))
                .isEmpty();
    }

    @Test
    void findsFilesAndRefusesOddNames(@TempDir Path home) throws Exception {
        Files.createDirectories(home.resolve("routes/sinks"));
        String good = "- route: {id: a, from: {uri: 'timer:x', steps: [{to: 'log:x'}]}}\n";
        Files.writeString(home.resolve("routes/sinks/a.camel.yaml"), good);
        Files.writeString(home.resolve("routes/b c.camel.yaml"), good);
        Files.writeString(home.resolve("routes/c.yaml"), good);
        Files.writeString(home.resolve("outside.camel.yaml"), good);
        Files.createSymbolicLink(home.resolve("routes/link.camel.yaml"), home.resolve("outside.camel.yaml"));
        Files.write(home.resolve("routes/latin.camel.yaml"), new byte[] {'#', (byte) 0xe9, '\n'});

        assertThat(RouteFiles.load(home)).extracting(RouteFile::path).contains("routes/sinks/a.camel.yaml");
        assertThat(check.check(home, Case.KNOWN, Case.RIGHTS))
                .allMatch(p -> p.severity() == Problem.Severity.ERROR)
                .extracting(p -> p.file() + ": " + p.message())
                .contains(
                        "routes/b c.camel.yaml: a file or folder name has other characters than letters, digits, '_',"
                                + " '.' and '-'",
                        "routes/c.yaml: this is no route file by its name",
                        "routes/link.camel.yaml: this is a link that leads out of the routes folder",
                        "routes/latin.camel.yaml: the file is not UTF-8")
                .noneMatch(p -> p.startsWith("routes/sinks/"));
    }

    @Test
    void aHomeWithoutRoutesIsEmpty(@TempDir Path home) throws Exception {
        assertThat(check.check(home, Case.KNOWN, Case.RIGHTS)).isEmpty();
    }

    @Test
    void routeIdsAreUniqueAcrossFiles() {
        String text = "- route: {id: a, from: {uri: 'timer:x', steps: [{to: 'log:x'}]}}\n";
        List<Problem> problems = check.check(
                List.of(
                        new RouteFile("one.camel.yaml", text, Kind.ROUTE),
                        new RouteFile("two.camel.yaml", text, Kind.ROUTE)),
                Case.KNOWN,
                Case.RIGHTS);
        assertThat(problems)
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith("two.camel.yaml:1:15: error: the route id 'a' is taken by one.camel.yaml:1");
    }

    /** The console checks while someone types. */
    @Test
    void checksAFileFastOnceWarm() {
        List<RouteFile> files = only("good-work-orders-by-criticality");
        for (int i = 0; i < 5; i++) {
            check.check(files, Case.KNOWN, Case.RIGHTS);
        }
        long start = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            check.check(files, Case.KNOWN, Case.RIGHTS);
        }
        assertThat(Duration.ofNanos((System.nanoTime() - start) / 5)).isLessThan(Duration.ofMillis(200));
    }

    @Test
    void shippedKameletsPass() {
        RouteSchema schema = RouteSchema.load();
        for (String name : RouteCheck.SHIPPED) {
            RouteFile file = RouteCheck.shipped(name);
            assertThat(RouteGuard.check(file, Rights.standard())).as(name).isEmpty();
            assertThat(schema.check(file)).as(name).isEmpty();
        }
    }

    private static List<RouteFile> only(String name) {
        return Case.all(name).stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow()
                .files();
    }

    private static RouteFile route(String text) {
        return new RouteFile("routes/r.camel.yaml", text, Kind.ROUTE);
    }

    private static String said(List<Problem> problems) {
        return String.join(
                "\n",
                problems.stream()
                        .map(p -> p.line() + ":" + p.column() + " " + p.message())
                        .toList());
    }
}
