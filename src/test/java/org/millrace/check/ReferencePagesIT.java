package org.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference an integrator reads is the one the program obeys. */
class ReferencePagesIT {
    private static final Path PAGES = Path.of("docs/reference");

    @Test
    void thePagesInTheRepositoryAreWhatTheRecordsSay() throws Exception {
        Map<String, String> expected = ReferencePages.of(Path.of("connectors-config"));
        for (Map.Entry<String, String> page : expected.entrySet()) {
            assertThat(PAGES.resolve(page.getKey()))
                    .as("run ./hub schema --docs docs/reference")
                    .content()
                    .isEqualTo(page.getValue());
        }
        try (var files = Files.list(PAGES)) {
            assertThat(files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()))
                    .isEqualTo(expected.keySet());
        }
    }

    @Test
    void everyKeySaysWhatItMeans() throws Exception {
        ReferencePages.of(Path.of("connectors-config"))
                .forEach((name, text) -> assertThat(text.lines().filter(line -> line.startsWith("| `")))
                        .as(name)
                        .noneMatch(line -> line.endsWith("|  |")));
    }
}
