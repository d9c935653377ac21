package org.millrace.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millrace.config.ReferenceKeys;
import org.millrace.connector.rest.Catalogue;

/**
 * The reference pages of the configuration, written from the records that read it: {@code docs/reference/<Kind>.md}. A
 * test holds the pages in the repository to this.
 */
public final class ReferencePages {
    private ReferencePages() {}

    /**
     * @param examples folder whose YAML files are shown as examples, usually the shipped {@code connectors-config}
     * @return file name to text, the index as {@code README.md}
     */
    public static Map<String, String> of(Path examples) throws IOException {
        Map<String, String> pages = new TreeMap<>();
        StringBuilder index = new StringBuilder("""
                # Configuration reference

                One page for each kind of document under `connectors-config/`. These pages are written by
                `./hub schema --docs docs/reference`; do not edit them by hand. `./hub schema DIR` writes the same as
                JSON Schema for your editor.

                | kind | what it describes |
                |---|---|
                """);
        for (Class<? extends Record> type : HomeFolder.KINDS) {
            ReferenceKeys.Page page = ReferenceKeys.of(type);
            pages.put(page.kind() + ".md", page(page, examples));
            index.append("| [")
                    .append(page.kind())
                    .append("](")
                    .append(page.kind())
                    .append(".md) | ");
            index.append(cell(page.doc())).append(" |\n");
        }
        index.append("""

                Written in every file the same way:

                - **duration**: a number with its unit: `500ms`, `2s`, `15m`, `8h`, `7d`, `1h30m`. Never a bare number.
                - **number with unit**: a number and a [UCUM](https://ucum.org) unit: `7.1 mm/s`, `65 Cel`, `30 %`,
                  `"40 [degF]"`. Quote it when the unit starts with a bracket or a percent sign.
                - **reference to a secret**: `"{{file-secret:name}}"` or `"{{env:NAME}}"`; a password in plain text is refused.
                - **placeholder**: `"{{env:NAME:default}}"` works in every value.
                - A key that is not listed is an error with a "did you mean", not ignored.
                """);
        pages.put("README.md", index.toString());
        return pages;
    }

    private static String page(ReferenceKeys.Page page, Path examples) throws IOException {
        StringBuilder text = new StringBuilder("# " + page.kind() + "\n\n" + page.doc() + "\n\n");
        text.append("| key | type | default | meaning |\n|---|---|---|---|\n");
        for (ReferenceKeys.Line line : page.lines()) {
            String standIn = line.required()
                    ? "**required**"
                    : line.standIn()
                            .map(value -> value.isEmpty() ? "empty" : "`" + value + "`")
                            .orElse("–");
            text.append("| `")
                    .append(line.path())
                    .append("` | ")
                    .append(cell(line.type()))
                    .append(" | ");
            text.append(standIn).append(" | ").append(cell(line.doc())).append(" |\n");
        }
        Path example = example(page.kind(), examples);
        text.append("\nExample, as ")
                .append(
                        example == null
                                ? "`./hub connector init atlas` writes it"
                                : "shipped in `connectors-config/"
                                        + examples.relativize(example).toString().replace('\\', '/') + "`")
                .append(":\n\n```yaml\n")
                .append((example == null ? fromCatalogue(page.kind()) : Files.readString(example)).stripTrailing())
                .append("\n```\n\n[All kinds](README.md)\n");
        return text.toString();
    }

    private static String fromCatalogue(String kind) throws IOException {
        return Catalogue.text("atlas")
                .filter(text -> kind.equals("Connector"))
                .orElseThrow(() -> new IOException("there is no example of kind " + kind));
    }

    /** The largest shipped file of the kind: it shows the most. Null when none is shipped. */
    private static @Nullable Path example(String kind, Path examples) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(examples)) {
            files = all.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        @Nullable Path best = null;
        long size = -1;
        for (Path file : files) {
            if (Files.size(file) > size && Files.readAllLines(file).contains("kind: " + kind)) {
                best = file;
                size = Files.size(file);
            }
        }
        return best;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;");
    }
}
