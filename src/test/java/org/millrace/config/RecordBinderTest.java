package org.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordBinderTest {
    enum Grade {
        LOW,
        VERY_HIGH
    }

    record Inner(String name, @Default("1.5") double factor) {
        Inner {
            if (factor == 0) {
                throw new IllegalArgumentException("factor must not be 0");
            }
        }
    }

    @Kind("Thing")
    record Thing(
            String id,
            @Default("7") int count,
            @Default("100ms") Duration sampleEvery,
            @Default("low") Grade grade,
            @Default("false") boolean flag,
            Optional<BigDecimal> exact,
            Optional<Quantity> limit,
            Optional<Secret> password,
            Optional<String> for_,
            Optional<Inner> inner,
            List<Quantity> range,
            Map<String, Inner> parts,
            Map<String, String> map,
            @Default("") String note) {}

    private static final Placeholders PLACEHOLDERS =
            Placeholders.of(Map.of("HOST", "plc7"), Map.of("count", "9", "braces", "{{env:HOST}}"));

    private final RecordBinder binder = new RecordBinder(PLACEHOLDERS);

    private Optional<Thing> bind(String text) {
        return binder.bind(
                Thing.class, YamlReader.parse("t.yaml", text).documents().getFirst());
    }

    /** Asserts the one problem of the text, as {@code line:column: message | hint}. */
    private void refused(String text, String problem) {
        assertThat(bind(text)).isEmpty();
        assertThat(binder.problems())
                .extracting(p -> p.line() + ":" + p.column() + ": " + p.message() + " | " + p.hint())
                .containsExactly(problem);
    }

    @Test
    void bindsEveryTypeAndKeepsTheOrderOfMaps() {
        Thing thing = bind("""
                        kind: Thing
                        id: 10004711
                        count: 0x10
                        sample_every: 1h30m
                        grade: Very-High
                        flag: true
                        exact: 0.10
                        limit: 7.1 mm/s
                        password: "Bearer {{file-secret:x}}"
                        for: pumps
                        inner: { name: a }
                        range: [0, 50 %]
                        parts: { b.c: { name: x, factor: 2 }, a: { name: y } }
                        map: { 1: RUN, 0: STOP, on: yes }
                        """).orElseThrow();
        assertThat(binder.problems()).isEmpty();
        assertThat(thing.id()).isEqualTo("10004711");
        assertThat(thing.count()).isEqualTo(16);
        assertThat(thing.sampleEvery()).isEqualTo(Duration.ofMinutes(90));
        assertThat(thing.grade()).isEqualTo(Grade.VERY_HIGH);
        assertThat(thing.flag()).isTrue();
        assertThat(thing.exact()).contains(new BigDecimal("0.10"));
        assertThat(thing.limit()).contains(new Quantity(new BigDecimal("7.1"), "mm/s"));
        assertThat(thing.password()).contains(new Secret("Bearer {{file-secret:x}}"));
        assertThat(thing.for_()).contains("pumps");
        assertThat(thing.inner()).contains(new Inner("a", 1.5));
        assertThat(thing.range()).hasToString("[0, 50 %]");
        assertThat(thing.parts().keySet()).containsExactly("b.c", "a");
        assertThat(thing.map()).hasToString("{1=RUN, 0=STOP, on=yes}");
    }

    @Test
    void absentAndEmptyKeysTakeTheirDefaults() {
        Thing thing = bind("id: a\nparts:\nrange: ~\ncount:\n").orElseThrow();
        assertThat(thing.count()).isEqualTo(7);
        assertThat(thing.sampleEvery()).isEqualTo(Duration.ofMillis(100));
        assertThat(thing.grade()).isEqualTo(Grade.LOW);
        assertThat(thing.range()).isEmpty();
        assertThat(thing.parts()).isEmpty();
        assertThat(thing.note()).isEmpty();
    }

    @Test
    void unknownKeyIsShownWithTheNearestOne() {
        refused("id: a\nsampleEvery: 1s\n", "2:1: unknown key 'sampleEvery' | did you mean sample_every?");
    }

    @Test
    void missingKeyIsShownAtItsBlock() {
        refused("id: a\ninner: { factor: 2 }\n", "2:8: the key 'name' is missing | expected text");
    }

    @Test
    void requiredKeyWithoutValueIsShownAtTheKey() {
        refused("count: 1\nid:\n", "2:1: the key 'id' has no value | expected text");
    }

    @Test
    void duplicateKeyNamesTheFirst() {
        refused(
                "id: a\ncount: 1\ncount: 2\n",
                "3:1: the key 'count' is here twice | it is first on line 2; keep one of the two");
        assertThat(binder.problems()).hasSize(1);
    }

    @Test
    void duplicateKeyOfAMapIsFoundToo() {
        refused(
                "id: a\nmap: { x: 1, x: 2 }\n",
                "2:14: the key 'x' is here twice | it is first on line 2; keep one of the two");
    }

    @Test
    void wrongTypesSayWhatWasFoundAndWhatIsExpected() {
        refused("id: a\ncount: many\n", "2:8: count: expected a whole number such as 10, found the text \"many\" | ");
    }

    @Test
    void quotedNumberIsRefusedWithTheCure() {
        refused(
                "id: a\ncount: \"5\"\n",
                "2:8: count: expected a whole number such as 10, found the text \"5\" | write it without quotes");
    }

    @Test
    void tooLargeNumberIsRefused() {
        refused(
                "id: a\ncount: 3000000000\n",
                "2:8: count: expected a whole number such as 10, found the number 3000000000 | the largest is 2147483647");
    }

    @Test
    void yesIsNotTrue() {
        refused("id: a\nflag: yes\n", "2:7: flag: expected true or false, found the text \"yes\" | ");
    }

    @Test
    void enumListsItsChoices() {
        refused("id: a\ngrade: lo\n", "2:8: grade: expected one of low, very-high, found \"lo\" | did you mean low?");
    }

    @Test
    void durationWithoutUnitIsRefused() {
        refused(
                "id: a\nsample_every: 30\n",
                "2:15: expected a duration such as 30s, found \"30\" | say the unit: 30s, 30m, ...");
    }

    @Test
    void unknownUnitIsShownAtTheUnit() {
        refused("id: a\nlimit: 20 °C\n", "2:11: '°C' is not a UCUM unit | did you mean Cel?");
    }

    @Test
    void plainTextSecretIsRefusedAndNotRepeated() {
        assertThat(bind("id: a\npassword: hunter2\n")).isEmpty();
        assertThat(binder.problems().getFirst().toString())
                .startsWith("t.yaml:2:11: error: a secret must not stand in the file in plain text")
                .doesNotContain("hunter2");
    }

    @Test
    void secretWithADefaultIsRefused() {
        assertThat(bind("id: a\npassword: \"{{env:X:hunter2}}\"\n")).isEmpty();
        assertThat(binder.problems().getFirst().toString())
                .contains("plain text")
                .doesNotContain("hunter2");
    }

    @Test
    void blockWhereScalarIsExpectedAndTheOtherWayRound() {
        assertThat(bind("id: [a]\ninner: x\nrange: 5\nmap: [1]\n")).isEmpty();
        assertThat(binder.problems())
                .extracting(p -> p.line() + ":" + p.column() + ": " + p.message())
                .containsExactly(
                        "1:5: id: expected text, found a list",
                        "2:8: expected a block of keys, found the text \"x\"",
                        "3:8: range: expected a list, found the number 5",
                        "4:6: map: expected a block of name: value, found a list");
    }

    @Test
    void constructorsRefusalIsAProblem() {
        refused("id: a\ninner: { name: x, factor: 0 }\n", "2:8: factor must not be 0 | ");
    }

    @Test
    void everythingWrongIsSaidAtOnce() {
        assertThat(bind("cuont: 1\nflag: 2\nparts: { a: { nme: x }, b: 1 }\n")).isEmpty();
        assertThat(binder.problems()).hasSize(6); // cuont, flag, nme, name missing, b, id missing
    }

    @Test
    void placeholdersAreFilledForEveryType() {
        Thing thing = bind("id: \"{{env:HOST}}-{{x:dflt}}\"\ncount: \"{{count}}\"\nnote: \"{{braces}}\"\n"
                        + "sample_every: \"{{env:T:2s}}\"\n")
                .orElseThrow();
        assertThat(thing.id()).isEqualTo("plc7-dflt");
        assertThat(thing.count()).isEqualTo(9);
        assertThat(thing.sampleEvery()).isEqualTo(Duration.ofSeconds(2));
        assertThat(thing.note()).as("a value is not searched again").isEqualTo("{{env:HOST}}");
    }

    @Test
    void unresolvedPlaceholderIsShownWhereItStands() {
        refused(
                "id: \"a-{{env:NOPE}}\"\n",
                "1:8: the environment variable NOPE is not set | set it, or give a default: {{env:NOPE:default}}");
    }

    @Test
    void secretInAKeyThatIsShownIsRefused() {
        refused(
                "id: \"{{file-secret:x}}\"\n",
                "1:5: {{file-secret:x}} is a secret, and this key is not kept secret | use it only in keys such as password and token");
    }

    @Test
    void positionsOfRecordsAndPathsAreKept() {
        Thing thing =
                bind("id: a\nparts:\n  b.c:\n    name: xyz\nrange: [1, 2]\n").orElseThrow();
        Positions at = binder.positions();
        assertThat(at.of(thing, "parts.b.c.name")).isEqualTo(new Position("t.yaml", 4, 11));
        assertThat(at.ofKey(thing, "parts.b.c")).isEqualTo(new Position("t.yaml", 3, 3));
        assertThat(at.of(thing.parts().get("b.c"), "name")).isEqualTo(new Position("t.yaml", 4, 11));
        assertThat(at.within(thing, "parts.b.c.name", 2)).isEqualTo(new Position("t.yaml", 4, 13));
        assertThat(at.of(thing, "range.1")).isEqualTo(new Position("t.yaml", 5, 12));
        assertThat(at.of(thing, "parts.b.c.factor")).as("nearest that exists").isEqualTo(new Position("t.yaml", 3, 3));
        assertThat(at.of(new Inner("a", 1), "name")).isEqualTo(Position.UNKNOWN);
    }
}
