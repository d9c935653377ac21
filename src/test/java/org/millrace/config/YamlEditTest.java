package org.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.millrace.config.YamlEdit.NotEditableException;

/** A person's file keeps its face: only the value that is set changes. */
class YamlEditTest {
    private static final List<String> ORDER = List.of("kind", "id", "name", "path");
    private static final String FILE = """
            # ours since 1998
            kind: Asset
            id: P-101   # on the label
            name: 'Pump'
            path: acme/lyon/p-101
            cmms: { equipment: "10004711" }   # SAP
            tags:
              # the good sensor
              vib: { from: field, field: v }
            """;

    private static String set(String text, String path, String value) throws NotEditableException {
        return YamlEdit.documents(text).getFirst().set(path, value, ORDER).text();
    }

    @Test
    void replacesOnlyTheValue() throws Exception {
        assertThat(set(FILE, "id", "P-102")).isEqualTo(FILE.replace("P-101   #", "P-102   #"));
        assertThat(set(FILE, "name", "Pump: the old one")).isEqualTo(FILE.replace("'Pump'", "\"Pump: the old one\""));
        assertThat(set(FILE, "cmms.equipment", "4712")).isEqualTo(FILE.replace("10004711", "4712"));
    }

    @Test
    void addsAKeyWhereItBelongsAndLeavesTheRest() throws Exception {
        assertThat(set(FILE, "class", "pump"))
                .isEqualTo(FILE.replace("path: acme/lyon/p-101\n", "path: acme/lyon/p-101\nclass: pump\n"));
        assertThat(set(FILE, "cmms.location", "L 1"))
                .isEqualTo(FILE.replace("\"10004711\" }", "\"10004711\", location: L 1 }"));
        String without = "kind: Asset\nid: A\nname: B\npath: a/b\ntags: {}\n";
        assertThat(set(without, "cmms.equipment", "12"))
                .isEqualTo(without.replace("tags", "cmms: { equipment: \"12\" }\ntags"));
    }

    @Test
    void keepsTheLineEndsOfTheFileAndABlockStyle() throws Exception {
        String text = "kind: Asset\r\nid: A\r\ncmms:\r\n  equipment: x # y\r\ntags: {}";
        assertThat(set(text, "cmms.site", "z"))
                .isEqualTo("kind: Asset\r\nid: A\r\ncmms:\r\n  equipment: x # y\r\n  site: z\r\ntags: {}");
        assertThat(set(text, "name", "Pump")).startsWith("kind: Asset\r\nid: A\r\nname: Pump\r\ncmms:");
    }

    @Test
    void editsOneOfSeveralDocuments() throws Exception {
        String text = "kind: Asset\nid: A\nname: one\n---\nkind: Asset\nid: B\nname: two\n";
        YamlEdit second = YamlEdit.documents(text).get(1);
        assertThat(second.set("name", "zwei", ORDER).text()).isEqualTo(text.replace("two", "zwei"));
    }

    @Test
    void anEmptyValueGetsOne() throws Exception {
        assertThat(set("kind: Asset\nid: A\nname:\npath: p\n", "name", "Pump"))
                .isEqualTo("kind: Asset\nid: A\nname: Pump\npath: p\n");
    }

    @Test
    void refusesWhatWouldChangeMore() {
        String anchor = "kind: Asset\nid: A\nname: &n Pump\nclass: *n\n";
        assertThatThrownBy(() -> set(anchor, "class", "x")).isInstanceOf(NotEditableException.class);
        assertThatThrownBy(() -> set(anchor, "name", "x")).isInstanceOf(NotEditableException.class);
        String block = "kind: Asset\nid: A\nname: |\n  Pump\n  two\n";
        assertThatThrownBy(() -> set(block, "name", "x"))
                .isInstanceOf(NotEditableException.class)
                .hasMessageContaining("'name' is a block of text");
        assertThatThrownBy(() -> set("kind: Asset\nid: A\nname: [a]\n", "name", "x"))
                .isInstanceOf(NotEditableException.class);
    }

    @Property(tries = 200)
    void whateverTheTextItComesBackAndNothingElseChanges(@ForAll @StringLength(max = 30) String value)
            throws NotEditableException {
        String clean = value.codePoints()
                .filter(c -> Character.isDefined(c) && !Character.isSurrogate((char) c) && c < 0x10000)
                .filter(c -> c != 0xfffe && c != 0xffff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        YamlEdit edited = YamlEdit.documents(FILE).getFirst().set("name", clean, ORDER);
        assertThat(edited.get("name")).contains(clean);
        assertThat(edited.text()).startsWith("# ours since 1998\nkind: Asset\nid: P-101   # on the label\nname: ");
        assertThat(edited.text()).endsWith(FILE.substring(FILE.indexOf("\npath")));
    }
}
