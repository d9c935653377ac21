package org.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.config.Secret;

class SecretsTest {
    @TempDir
    Path home;

    private Secrets secrets;

    @BeforeEach
    void folders() throws IOException {
        Files.createDirectories(home.resolve("secrets"));
        Files.createDirectories(home.resolve("run"));
        secrets = new Secrets(
                List.of(home.resolve("secrets"), home.resolve("run")),
                name -> Optional.ofNullable(Map.of("TOKEN", "t$1\\k").get(name)));
    }

    @Test
    void readsFilesOfTheHomeFirstAndWithoutTheLastLineBreak() throws IOException {
        Files.writeString(home.resolve("run/db"), "mounted");
        assertThat(secrets.apply("{{file-secret:db}}")).isEqualTo("mounted");
        Files.writeString(home.resolve("secrets/db"), " own \n");
        assertThat(secrets.reveal(new Secret("{{file-secret:db}}"))).isEqualTo(" own ");
        Files.writeString(home.resolve("secrets/db"), "rotated\r\n");
        assertThat(secrets.apply("{{file-secret:db}}")).isEqualTo("rotated");
    }

    @Test
    void fillsReferencesIntoText() {
        assertThat(secrets.apply("Bearer {{env:TOKEN}}")).isEqualTo("Bearer t$1\\k");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{file-secret:..}}",
                "{{file-secret:../x}}",
                "{{file-secret:/etc/passwd}}",
                "plain",
                "{{env:NOPE}}"
            })
    void refusesWhatIsNotASecret(String reference) throws IOException {
        Files.writeString(home.resolve("x"), "outside");
        assertThatThrownBy(() -> secrets.apply(reference)).isInstanceOf(Secrets.UnavailableException.class);
    }

    @Test
    void saysWhereItLookedAndRevealsNothing() throws IOException {
        Files.writeString(home.resolve("secrets/ok"), "hunter2");
        Files.writeString(home.resolve("secrets/empty"), "\n");
        assertThat(secrets.problem(new Secret("{{file-secret:ok}}"))).isEmpty();
        assertThat(secrets.problem(new Secret("{{file-secret:gone}}")).orElseThrow())
                .contains(
                        home.resolve("secrets/gone").toString(),
                        home.resolve("run/gone").toString());
        assertThat(secrets.problem(new Secret("{{file-secret:empty}}")).orElseThrow())
                .contains("is empty");
        assertThat(new Secret("{{file-secret:ok}}").toString()).isEqualTo("Secret[***]");
    }
}
