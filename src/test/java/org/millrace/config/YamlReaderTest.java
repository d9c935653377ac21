package org.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.config.YamlNode.Mapping;
import org.millrace.config.YamlNode.Scalar;
import org.millrace.config.YamlNode.ScalarType;

class YamlReaderTest {
    private static YamlReader.Parsed parse(String text) {
        return YamlReader.parse("a.yaml", text);
    }

    private static void refused(String text, int line, int column, String message) {
        assertThat(parse(text).problems()).first().satisfies(p -> {
            assertThat(p.message()).contains(message);
            assertThat(p.file() + ":" + p.line() + ":" + p.column()).isEqualTo("a.yaml:" + line + ":" + column);
        });
    }

    @Test
    void onAndYesAreTextAsInYaml12() {
        Mapping root = (Mapping) parse("on: yes\noff: no\n").documents().getFirst();
        assertThat(root.entries()).extracting(YamlNode.Entry::key).containsExactly("on", "off");
        assertThat(((Scalar) root.entries().getFirst().value()).type()).isEqualTo(ScalarType.TEXT);
    }

    @Test
    void readsDocumentsOfOneFileAndLeavesEmptyOnesOut() {
        YamlReader.Parsed parsed = parse("---\n# only a comment\n---\na: 1\n---\nb: 2\n");
        assertThat(parsed.documents()).hasSize(2);
        assertThat(parsed.documents().get(1).at()).isEqualTo(new Position("a.yaml", 6, 1));
    }

    @Test
    void aliasesAnchorsAndTagsAreRefusedWhereTheyStand() {
        refused("a: &x 1\n", 1, 4, "anchors (&x)");
        refused("a: 1\nb: *x\n", 2, 4, "aliases (*x)");
        refused("a: !!java.lang.ProcessBuilder [x]\n", 1, 4, "tags (!java.lang.ProcessBuilder)");
    }

    @Test
    void syntaxErrorsSayWhereAndHintAtTheUsualCause() {
        refused("a: 1\n\tb: 2\n", 2, 1, "YAML syntax");
        assertThat(parse("a: 1\n\tb: 2\n").problems().getFirst().hint()).contains("tabs");
        assertThat(parse("a: {{env:X}}\n").problems().getFirst().hint()).contains("\"{{env:NAME}}\"");
        refused("unit: [degF\nb: 1\n", 2, 2, "YAML syntax");
    }

    @Test
    void depthIsBoundedBeforeTheStackIs() {
        refused("a: " + "[".repeat(50_000) + "\n", 1, 4 + YamlReader.MAX_DEPTH - 1, "nested deeper than 40");
        assertThat(parse("a: " + "[".repeat(30) + "]".repeat(30)).problems()).isEmpty();
    }

    @Test
    void controlCharactersAreShownByTheirPlace() {
        refused("a: 1\nb: x\u0000y\n", 2, 5, "U+0000");
    }

    @Test
    void largeAndBinaryFilesAreRefused(@TempDir Path home) throws IOException {
        Path large = Files.writeString(home.resolve("large.yaml"), "#".repeat(YamlReader.MAX_BYTES + 1));
        Path binary = Files.write(home.resolve("binary.yaml"), new byte[] {'a', ':', (byte) 0xC3, '('});
        assertThat(YamlReader.read(home, large).problems())
                .first()
                .hasToString(
                        "large.yaml:0:0: error: the file is larger than 256 KiB\n    hint: split it: one machine, one file");
        assertThat(YamlReader.read(home, binary).problems().getFirst().message())
                .contains("not UTF-8");
        assertThat(YamlReader.read(home, home.resolve("none.yaml"))
                        .problems()
                        .getFirst()
                        .message())
                .contains("cannot read");
    }

    /** An expression's error must point into the expression, whichever way YAML writes it. */
    @Test
    void findsCharactersWithinScalars() {
        String text = """
                plain: state == 'RUN'
                single: 'it''s x'
                double: "a\\tb x"
                emoji: "\uD83D\uDE00"
                literal: |
                  one
                  two x
                """;
        Mapping root = (Mapping) parse(text).documents().getFirst();
        assertThat(within(root, "plain", "'RUN'")).isEqualTo(new Position("a.yaml", 1, 17));
        assertThat(within(root, "single", "x")).isEqualTo(new Position("a.yaml", 2, 16));
        assertThat(within(root, "double", "x")).isEqualTo(new Position("a.yaml", 3, 15));
        assertThat(within(root, "literal", "x")).isEqualTo(new Position("a.yaml", 7, 7));
    }

    private static Position within(Mapping root, String key, String part) {
        Scalar scalar = (Scalar) root.entry(key).orElseThrow().value();
        return scalar.within(scalar.text().indexOf(part));
    }
}
