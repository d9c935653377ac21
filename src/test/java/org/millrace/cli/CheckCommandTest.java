package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final String CASES = "src/test/resources/check-cases/";

    @Test
    void aFolderWithoutProblemsIsExitZeroAndCounted() {
        Cli good = Cli.hub("check", CASES + "good-minimal");

        assertThat(good.exit()).isZero();
        assertThat(good.out().strip()).isEqualTo("1 sources, 1 assets, 3 tags, 1 rules, 0 route files: ok");
        assertThat(good.err()).isEmpty();
    }

    @Test
    void theCheckoutIsTheDefault() {
        Cli shipped = Cli.hub("check");

        assertThat(shipped.exit()).isZero();
        assertThat(shipped.out().strip()).endsWith(": ok").hasLineCount(1);
    }

    @Test
    void anErrorIsExitOneWithPlaceAndHint() {
        Cli bad = Cli.hub("check", CASES + "cel-unknown-tag");

        assertThat(bad.exit()).isEqualTo(1);
        assertThat(bad.out())
                .startsWith("connectors-config/rules/vib.yaml:8:27: error: ")
                .contains("hint: did you mean")
                .contains("1 error, 0 warnings");
    }

    @Test
    void aWarningAloneIsExitZero() {
        Cli warned = Cli.hub("check", CASES + "mqtt-map-without-json");

        assertThat(warned.exit()).isZero();
        assertThat(warned.out()).contains(": warning: ").contains("0 errors, 1 warning");
    }

    @Test
    void jsonIsOneObjectThatSaysTheSame() throws Exception {
        Cli bad = Cli.hub("check", CASES + "cel-unknown-tag", "--json");
        JsonNode report = JsonMapper.builder().build().readTree(bad.out());

        assertThat(bad.exit()).isEqualTo(1);
        assertThat(report.path("ok").asBoolean(true)).isFalse();
        JsonNode problem = report.path("problems").path(0);
        assertThat(problem.path("severity").asText()).isEqualTo("error");
        assertThat(problem.path("file").asText()).isEqualTo("connectors-config/rules/vib.yaml");
        assertThat(problem.path("line").asInt()).isEqualTo(8);
        assertThat(problem.path("column").asInt()).isEqualTo(27);
        assertThat(problem.path("message").asText()).contains("pressur");
        assertThat(problem.path("hint").asText()).contains("pressure");
        assertThat(report.path("problems")).hasSize(1);
    }

    @Test
    void jsonWithoutProblemsIsOk() throws Exception {
        Cli good = Cli.hub("check", "--json", CASES + "good-minimal");

        assertThat(good.exit()).isZero();
        assertThat(good.out().strip()).isEqualTo("{\"ok\":true,\"problems\":[]}");
    }

    @Test
    void aFolderWithoutConfigurationIsAClearFailure(@TempDir Path empty) {
        Cli nothing = Cli.hub("check", empty.toString());

        assertThat(nothing.exit()).isEqualTo(1);
        assertThat(nothing.err().strip())
                .hasLineCount(1)
                .startsWith("hub: " + empty)
                .contains("connectors-config/");
    }

    @Test
    void twoFoldersAreAUsageError() {
        assertThat(Cli.hub("check", "a", "b").exit()).isEqualTo(2);
    }

    /** {@code run} refuses what {@code check} refuses, before anything is started or written. */
    @Test
    void aBadConfigurationIsNotStarted(@TempDir Path data) {
        Path folder = data.resolve("data");
        Cli run = Cli.hub("run", "--home", CASES + "cel-unknown-tag", "--data", folder.toString(), "--port", "0");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains("connectors-config/rules/vib.yaml:8:27: error: ")
                .contains("nothing was started");
        assertThat(folder).doesNotExist();
    }
}
