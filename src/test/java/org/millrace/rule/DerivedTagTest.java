package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.plant.Asset;
import org.millrace.plant.AssetFile;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;

class DerivedTagTest {
    private static Map<Long, Double> derived(String tag, String journal) {
        Scenario scenario = new Scenario();
        scenario.engine.keepDerived();
        scenario.play(journal);
        return scenario.derived(tag);
    }

    /** RUN from 0 to 25 and from 60 on: told when it changes, and every ten seconds while it grows. */
    @Test
    void runTimeGrowsWhileTheConditionHolds() {
        assertThat(derived("run", "0 state=RUN; 12 tick; 25 state=STOP; 40 tick; 60 state=RUN; 75 tick; 76 tick"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(0L, 0.0, 10L, 10.0, 25L, 25.0, 60L, 25.0, 70L, 35.0));
    }

    @Test
    void unknownTimeIsNotRunTime() {
        assertThat(derived("run", "0 state=RUN; 10 state=BAD; 50 state=RUN; 60 state=STOP"))
                .containsEntry(60L, 20.0);
    }

    @Test
    void aRateOfACounterIsSeenThroughItsRollover() {
        // 16 bits, kW.h: 36 kW.h in an hour is 36 kW
        assertThat(derived("power", "0 energy=65520; 3600 energy=20; 7200 energy=20"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(3600L, 36.0, 7200L, 0.0));
    }

    @Test
    void aDeltaIsTheChangeFromOneValueToTheNext() {
        assertThat(derived("step", "0 t=20; 10 t=23; 20 t=21"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(10L, 3.0, 20L, -2.0));
    }

    /** A missing or bad input makes the derived value Bad, once; what is derived from it too. */
    @Test
    void anUnknownInputMakesTheValueUnknown() {
        Map<Long, Double> twice = derived("twice", "0 p=5; 1 sp=7; 2 p=BAD; 3 sp=8; 4 p=5");
        assertThat(twice).containsEntry(1L, 4.0).containsEntry(2L, Double.NaN).containsEntry(4L, 6.0);
        assertThat(twice).doesNotContainKey(3L);
    }

    @Test
    void rulesSeeDerivedValuesAndPassOverStoredOnes() {
        Scenario scenario = new Scenario("watch: threshold\ninput: twice\nlimits: { H: 3 bar }");
        assertThat(scenario.play("0 p=5; 1 twice=100; 2 sp=7")).containsExactly("2 RAISED H 4");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            accumulate(stat == 'RUN')  | s    | 11 | 'stat' is not a tag of this asset         | did you mean 'state'?
            accumulate(t)              | s    | 11 | expected type 'bool'                      | compare with something
            rate(tt)                   | K/s  | 5  | 'tt' is not a tag of this asset           | did you mean 't'?
            rate(state)                | 1/s  | 5  | has states, not numbers                   | name a tag with numbers
            rate(energy)               | bar  | -1 | what is computed is in kW.h/s             | unit: kW.h/s
            delta(t)                   | ""   | -1 | the tag has no unit                       | add unit: K
            state                      | ""   | -1 | expected a number, or true or false       | compare a text
            t +                        | Cel  | 3  | the condition ends too early              |
            1.0 + 2.0                  | Cel  | -1 | looks at no tag                           |
            d * 2.0                    | Cel  | -1 | go round in a circle: d -> d              | something else
            e + 1.0                    | Cel  | -1 | go round in a circle: d -> e -> d         | something else
            """)
    void aDerivationThatCannotBeIsRefusedWithItsPlace(
            String derive, String unit, int offset, String message, String hint) {
        Compilation compilation = RuleCompiler.compile(
                new Plant(List.of(new Asset(
                        "M",
                        "",
                        "a/m",
                        "",
                        AssetFile.Criticality.B,
                        Map.of(),
                        List.of(
                                tag("t", "Cel", Map.of(), ""),
                                tag("energy", "kW.h", Map.of(), ""),
                                tag("state", "", Map.of("1", "RUN"), ""),
                                tag("d", unit, Map.of(), derive),
                                tag("e", "Cel", Map.of(), "d + t"))))),
                List.of());
        assertThat(compilation.hasErrors()).isTrue();
        assertThat(compilation.deriveProblems()).as("%s", compilation.deriveProblems()).anySatisfy(p -> {
            assertThat(p.tag()).isEqualTo("d");
            assertThat(p.offset()).isEqualTo(offset);
            assertThat(p.message()).contains(message);
            assertThat(p.hint()).contains(hint == null ? "" : hint);
        });
    }

    private static Tag tag(String name, String unit, Map<String, String> states, String derive) {
        return new Tag(
                "a/m/" + name,
                name,
                "M",
                new Tag.Origin("field", "M", name, ""),
                unit,
                1,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                states,
                0,
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                derive.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(derive));
    }
}
