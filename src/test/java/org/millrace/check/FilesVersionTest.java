package org.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.e2e.Homes;

class FilesVersionTest {
    private static final List<String> FOLDERS = List.of("connectors-config", "routes");

    @TempDir
    Path home;

    private void write(String file, String text) throws IOException {
        Homes.write(home, file, text);
    }

    @Test
    void changesWithContentAndNameOfAnyFileAndWithNothingElse() throws IOException {
        write("connectors-config/hub.yaml", "kind: Hub\n");
        write("routes/a.yaml", "- route: {}\n");
        String first = FilesVersion.of(home, FOLDERS);
        assertThat(first).matches("[0-9a-f]{12}");

        write("connectors-config/hub.yaml", "kind: Hub\n");
        write("connectors-config/README.md", "not configuration");
        write("data/x.yaml", "not configuration");
        assertThat(FilesVersion.of(home, FOLDERS)).isEqualTo(first);

        write("connectors-config/hub.yaml", "kind: Hub\nsite: lyon\n");
        String changed = FilesVersion.of(home, FOLDERS);
        assertThat(changed).isNotEqualTo(first);
        Files.move(home.resolve("routes/a.yaml"), home.resolve("routes/b.yaml"));
        assertThat(FilesVersion.of(home, FOLDERS)).isNotEqualTo(changed);
    }
}
