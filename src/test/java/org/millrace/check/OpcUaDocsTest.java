package org.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.config.Placeholders;

/** What docs/sources/opcua.md shows is a home folder without problems. */
class OpcUaDocsTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern KIND = Pattern.compile("^kind: (\\w+)$", Pattern.MULTILINE);
    private static final Pattern ID = Pattern.compile("^ *id: ([\\w-]+)$", Pattern.MULTILINE);
    private static final Map<String, String> FOLDERS =
            Map.of("OpcUaSource", "sources", "Asset", "assets", "Rule", "rules");

    @TempDir
    Path home;

    @Test
    void theExamplesOfThePagePassTheCheck() throws Exception {
        List<String> kinds = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("docs/sources/opcua.md")));
        while (blocks.find()) {
            kinds.add(write(blocks.group(1)));
        }

        assertThat(kinds).contains("OpcUaSource", "Asset", "Rule", "route").hasSizeGreaterThanOrEqualTo(8);
        assertThat(HomeFolder.read(home, new Placeholders(name -> Optional.empty(), name -> Optional.of("secret")))
                        .problems())
                .isEmpty();
    }

    private String write(String text) throws IOException {
        Matcher id = ID.matcher(text);
        assertThat(id.find()).as(text).isTrue();
        Matcher kind = KIND.matcher(text);
        String what = kind.find() ? kind.group(1) : "route";
        Path file = what.equals("route")
                ? home.resolve("routes").resolve(id.group(1) + ".camel.yaml")
                : home.resolve("connectors-config")
                        .resolve(FOLDERS.getOrDefault(what, ""))
                        .resolve(id.group(1) + ".yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return what;
    }
}
