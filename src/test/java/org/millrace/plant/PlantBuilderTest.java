package org.millrace.plant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlReader;

class PlantBuilderTest {
    private static final String HEAD = "kind: Asset\nid: P-1\nname: Pump\npath: acme/lyon/p-1\ntags:\n";

    private static PlantBuilder.Built build(String text) {
        RecordBinder binder = new RecordBinder(Placeholders.of(Map.of(), Map.of()));
        YamlReader.Parsed parsed = YamlReader.parse("p.yaml", text);
        List<AssetFile> files = parsed.documents().stream()
                .map(document -> binder.bind(AssetFile.class, document).orElseThrow())
                .toList();
        return PlantBuilder.build(files, Set.of("field", "press-line", "plc-7"), binder.positions());
    }

    private static Tag tag(String line) {
        PlantBuilder.Built built = build(HEAD + "  t: " + line + "\n");
        assertThat(built.problems()).isEmpty();
        return built.plant().tag("acme/lyon/p-1/t").orElseThrow();
    }

    /** Asserts the one problem of a tag, as {@code line:column: message | hint}. */
    private static void refused(String line, String problem) {
        PlantBuilder.Built built = build(HEAD + "  t: " + line + "\n");
        assertThat(built.problems()).extracting(PlantBuilderTest::text).containsExactly(problem);
        assertThat(built.plant().tags()).isEmpty();
    }

    private static String text(Problem p) {
        return p.line() + ":" + p.column() + ": " + p.message() + " | " + p.hint();
    }

    @Test
    void originsAreAsReadingsCarryThem() {
        assertThat(tag("{ from: field, device: d, field: f }").origin())
                .isEqualTo(new Tag.Origin("field", "d", "f", "default"));
        assertThat(tag("{ from: press-line, node: \"nsu=urn:x;s=A.B\" }").origin())
                .isEqualTo(new Tag.Origin("press-line", "", "nsu=urn:x;s=A.B", "default"));
        assertThat(tag("{ from: plc-7, address: \"holding-register:1:INT\", scan: fast }")
                        .origin())
                .isEqualTo(new Tag.Origin("plc-7", "", "holding-register:1:INT", "fast"));
    }

    @Test
    void limitsAndDeadbandAreInTheStoredUnit() {
        Tag tag = tag("{ from: field, device: d, field: f, unit: \"[degF]\", store_as: Cel,"
                + " range: [32, 100 Cel], deadband: \"0.9 [degF]\" }");
        assertThat(tag.unit()).isEqualTo("Cel");
        assertThat(tag.low()).isEqualTo(0);
        assertThat(tag.high()).isEqualTo(100);
        assertThat(tag.deadband()).isEqualTo(0.5);
        assertThat(Numbers.clean(212 * tag.factor() + tag.offset())).isEqualTo(100.0);
    }

    @Test
    void scaleComesBeforeTheUnitAndIsExact() {
        Tag tag = tag("{ from: field, device: d, field: f, unit: cm, store_as: m, scale: { factor: 0.1, offset: 5 } }");
        assertThat(tag.factor()).isEqualTo(0.001);
        assertThat(tag.offset()).isEqualTo(0.05);
    }

    @Test
    void wrongDimensionIsShownAtTheScalarWithBothUnits() {
        refused(
                "{ from: field, device: d, field: f, unit: mm/s, range: [0, 5 bar] }",
                "6:65: 'bar' and 'mm/s' measure different things | the tag is kept in mm/s");
        refused(
                "{ from: field, device: d, field: f, unit: mm/s, store_as: bar }",
                "6:64: 'mm/s' and 'bar' measure different things | ");
        refused("{ from: field, device: d, field: f, unit: °C }", "6:48: '°C' is not a UCUM unit | did you mean Cel?");
    }

    @Test
    void unknownSourceNamesTheNearest() {
        refused("{ from: plc7, address: x }", "6:14: there is no source 'plc7' | did you mean plc-7?");
    }

    @Test
    void exactlyOneAddressIsNeeded() {
        String hint = " | exactly one of: device and field (MQTT), node (OPC UA), address (PLC)";
        refused("{ from: plc-7 }", "6:3: the tag t has no address" + hint);
        refused("{ from: plc-7, address: a, node: b }", "6:3: the tag t has node and address" + hint);
        refused(
                "{ from: field, field: f }",
                "6:3: the tag t has field but no device | MQTT values need both; write device: \"\" when the payload names none");
        refused("{ address: a }", "6:3: the tag t does not say where it comes from | add from: <source id>");
    }

    @Test
    void nonsenseNumbersAreRefused() {
        refused(
                "{ from: plc-7, address: a, range: [5, 1] }",
                "6:40: range is [5, 1] | the first must be less than the second");
        refused(
                "{ from: plc-7, address: a, range: [5] }",
                "6:40: range has 1 values | write [low, high], such as [0, 50]");
        refused("{ from: plc-7, address: a, deadband: -1 }", "6:43: deadband is negative: -1 | write its size only");
        refused(
                "{ from: plc-7, address: a, deadband: 1 bar }",
                "6:43: '1 bar' has a unit, the tag has none | add unit: bar");
        refused(
                "{ from: plc-7, address: a, store_as: bar }",
                "6:43: store_as without unit | say what the device sends: unit: ...");
        refused(
                "{ from: plc-7, address: a, unit: bar, map: { 0: STOP } }",
                "6:49: a tag with map: has states, not numbers | remove unit, store_as, scale, range and deadband, or remove map");
    }

    @Test
    void twoTagsOnOneAddressAreRefused() {
        PlantBuilder.Built built =
                build(HEAD + "  a: { from: plc-7, address: x, scan: fast }\n  b: { from: plc-7, address: x }\n");
        assertThat(built.problems())
                .extracting(PlantBuilderTest::text)
                .containsExactly("7:3: the tags acme/lyon/p-1/a and acme/lyon/p-1/b have the same address"
                        + " | one address feeds one tag; use that tag in both places");
    }

    @Test
    void idsAndPathsAreUniqueAndWellFormed() {
        PlantBuilder.Built built = build("id: A\nname: x\npath: a/b\n---\nid: A\nname: x\npath: a/b\n---\n"
                + "id: B 1\nname: x\npath: a\n---\nid: C\nname: x\npath: a//b\n");
        assertThat(built.problems())
                .extracting(PlantBuilderTest::text)
                .containsExactly(
                        "5:5: two assets have the id A | the other is in p.yaml:1",
                        "7:7: two assets have the path a/b | the other is in p.yaml:3",
                        "9:5: 'B 1' is not an asset id | 1 to 64 of letters, digits, - _ and . such as P-101",
                        "11:7: the path a has 1 steps; 2 to 8 are allowed"
                                + " | enterprise/site/area/line/asset, such as acme/lyon/utilities/cooling/p-101",
                        "15:7: the path a//b has the step '' | a step is letters, digits, - _ and . without spaces");
        assertThat(built.plant().assets()).extracting(Asset::id).containsExactly("A");
    }

    @Test
    void doubtsAreWarningsAndKeepTheTag() {
        PlantBuilder.Built built = build(
                HEAD + "  t: { from: plc-7, address: a, expect_every: 10m, stale_after: 5m, sample_every: 1s }\n");
        assertThat(built.hasErrors()).isFalse();
        assertThat(built.problems()).hasSize(2);
        assertThat(built.plant().tags()).hasSize(1);
    }
}
