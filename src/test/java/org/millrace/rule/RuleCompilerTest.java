package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.rule.Fixtures.plant;
import static org.millrace.rule.Fixtures.quantity;
import static org.millrace.rule.Fixtures.zones;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.plant.Plant;
import org.millrace.rule.Fixtures.RuleBuilder;
import org.millrace.rule.RuleFile.Severity;

class RuleCompilerTest {
    private static RuleBuilder good() {
        return zones("C", "2.8 mm/s", "D", "4.5 mm/s");
    }

    private static RuleProblem only(RuleBuilder rule) {
        Compilation compilation = Fixtures.compile(plant(), rule);
        assertThat(compilation.problems()).hasSize(1);
        assertThat(compilation.rules().isEmpty())
                .isEqualTo(compilation.problems().getFirst().isError());
        return compilation.problems().getFirst();
    }

    private static void refused(RuleBuilder rule, String key, String message, String hint) {
        RuleProblem problem = only(rule);
        assertThat(problem.isError()).isTrue();
        assertThat(problem.key()).isEqualTo(key);
        assertThat(problem.message()).contains(message);
        assertThat(problem.hint()).contains(hint);
    }

    /** The error inputs of the expression-language comparison: each is refused at load, with its place and a hint. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            vibration.velocity_rsm > 7.1                      | 0  | 'vibration.velocity_rsm' is not a tag  | did you mean 'vibration.velocity_rms'?
            state == 'RUN' && temprature > 5                  | 18 | 'temprature' is not a tag              | did you mean 'temperature'?
            vibration.velocity_rms > '7.1'                    | 23 | no matching overload for '_>_'         | a number is compared with a number
            state = 'RUN'                                     | 6  | =                                      | write == to compare
            temperature                                       | -1 | expected type 'bool'                   | compare with something
            state == 'RUN' and temperature > 5                | 15 | and                                    | write && for and
            getClass()                                        | 0  | there is no function 'getClass'        | cannot call Java
            new java.io.File('/etc/passwd').exists()          | 4  |                                        |
            Runtime.getRuntime().exec('id') == ''             | 0  | no function 'Runtime.getRuntime'       | cannot call Java
            System.getProperty('user.home') == ''             | 0  | no function 'System.getProperty'       | cannot call Java
            ${bean:type:java.lang.Runtime?method=getRuntime}  | 0  |                                        |
            T(java.lang.Runtime).getRuntime() == 1            | 0  |                                        |
            [1, 2].exists(x, x > 1)                           | 0  |                                        |
            temperature * 2 > 80.0                            | 12 | no matching overload for '_*_'         | write 2.0 instead of 2
            quality == 'GOOD'                                 | 0  | 'quality' is not a tag                 | quality needs no test
            """)
    void aConditionThatCannotHoldIsRefusedWithItsPlace(String text, int offset, String message, String hint) {
        Compilation compilation = Fixtures.compile(plant(), good().with(r -> r.while_ = Optional.of(text)));
        assertThat(compilation.rules()).isEmpty();
        assertThat(compilation.problems()).allSatisfy(p -> {
            assertThat(p.key()).isEqualTo("while");
            assertThat(p.isError()).isTrue();
        });
        assertThat(compilation.problems()).as("%s", compilation.problems()).anySatisfy(p -> {
            if (offset >= 0) {
                assertThat(p.offset()).isBetween(offset, message == null ? text.length() : offset);
            }
            assertThat(p.message()).contains(message == null ? "" : message);
            assertThat(p.hint()).contains(hint == null ? "" : hint);
        });
    }

    @Test
    void aPlaceOnASecondLineIsCountedFromTheStartOfTheScalar() {
        RuleProblem problem = only(good().with(r -> r.while_ = Optional.of("state == 'RUN'\n  && temprature > 5.0")));
        assertThat(problem.offset()).isEqualTo(20);
    }

    @Test
    void wholeNumbersMayStandInComparisons() {
        Compilation compilation =
                Fixtures.compile(plant(), good().with(r -> r.while_ = Optional.of("temperature > 5")));
        assertThat(compilation.problems()).isEmpty();
        assertThat(compilation.rules().getFirst().gate().orElseThrow().tags())
                .extracting(t -> t.name())
                .containsExactly("temperature");
    }

    @Test
    void limitsAreConvertedToTheTagsUnit() {
        LimitLevel level = Fixtures.compile(
                        plant(),
                        zones("D", "0.28 [in_i]/s").with(r -> r.deadband = Optional.of(quantity("0.01 [in_i]/s"))))
                .rules()
                .getFirst()
                .levels()
                .getFirst();
        assertThat(level.limit()).isEqualTo(7.112);
        assertThat(level.release()).isEqualTo(6.858);
    }

    /** 9 [degF] back is 5 Cel back; as a temperature it would be −12.8 Cel. */
    @Test
    void aDeadbandIsADifferenceNotATemperature() {
        LimitLevel level = Fixtures.compile(plant(), zones("H", "212 [degF]").with(r -> {
                    r.watch = RuleFile.Watch.THRESHOLD;
                    r.input = "temperature";
                    r.deadband = Optional.of(quantity("9 [degF]"));
                }))
                .rules()
                .getFirst()
                .levels()
                .getFirst();
        assertThat(level.limit()).isEqualTo(100);
        assertThat(level.release()).isEqualTo(95);
    }

    @Test
    void aLimitOfAnotherDimensionIsRefusedWithBothUnits() {
        refused(zones("C", "4.5 bar"), "limits.C", "limit C is in bar, but vibration.velocity_rms is in mm/s", "mm/s");
        refused(zones("C", "4.5"), "limits.C", "has no unit", "write 4.5 mm/s");
        refused(good().with(r -> r.deadband = Optional.of(quantity("1 Cel"))), "deadband", "in Cel", "mm/s");
    }

    @Test
    void aLimitThatCanNeverBeExceededIsRefused() {
        refused(zones("C", "50 mm/s"), "limits.C", "outside the range", "range");
        refused(zones("C", "-1 mm/s"), "limits.C", "outside the range", "range");
    }

    @Test
    void aDeadbandThatNeverReleasesIsRefused() {
        refused(
                zones("C", "2.8 mm/s").with(r -> r.deadband = Optional.of(quantity("3 mm/s"))),
                "deadband",
                "never left",
                "smaller");
        refused(
                zones("C", "2.8 mm/s").with(r -> r.deadband = Optional.of(quantity("-1 mm/s"))),
                "deadband",
                "negative",
                "0.2");
    }

    @Test
    void aWorseLevelMustNotWaitLonger() {
        refused(
                good().level("C", Severity.MINOR, 10, 0).level("D", Severity.CRITICAL, 20, 0),
                "levels.D.on_delay",
                "waits longer",
                "at most that of C");
    }

    @Test
    void levelsStandInOrder() {
        refused(zones("C", "4.5 mm/s", "D", "2.8 mm/s"), "limits.D", "not above C", "zones rise");
        refused(zones("C", "4.5 mm/s", "D", "4.5 mm/s"), "limits.D", "not above C", "zones rise");
        refused(
                zones("H", "4 mm/s", "HH", "3 mm/s").with(r -> r.watch = RuleFile.Watch.THRESHOLD),
                "limits.HH",
                "not above H",
                "LL < L < H < HH");
        refused(
                zones("H", "4 mm/s", "L", "5 mm/s").with(r -> r.watch = RuleFile.Watch.THRESHOLD),
                "limits.L",
                "not below H",
                "LL < L < H < HH");
    }

    @Test
    void namesThatDoNotExistAreRefusedWithTheNearest() {
        refused(good().with(r -> r.input = "vibration.velocity_rsm"), "input", "no tag", "'vibration.velocity_rms'?");
        refused(good().with(r -> r.class_ = Optional.of("rotodinamic-pump")), "for.class", "no asset", "rotodynamic");
        refused(
                good().with(r -> {
                    r.class_ = Optional.empty();
                    r.assets = List.of("P-110");
                }),
                "for.assets",
                "no asset 'P-110'",
                "did you mean 'P-101'?");
        refused(good().level("E", Severity.MINOR, 0, 0), "levels.E", "has no limit", "known: C, D");
        refused(good().with(r -> r.title = "Zone {levle}"), "title", "{levle} is no placeholder", "'level'?");
        refused(
                zones("X", "4 mm/s").with(r -> r.watch = RuleFile.Watch.THRESHOLD),
                "limits.X",
                "no level of a threshold",
                "HH, H, L, LL");
        refused(good().with(r -> r.input = "state"), "input", "has states", "watch a number");
        refused(
                good().with(r -> r.workOrder = Optional.of(new RuleFile.WorkOrder("closed", Map.of()))),
                "work_order.on",
                "not supported",
                "raised");
        refused(
                good().with(r ->
                        r.workOrder = Optional.of(new RuleFile.WorkOrder("raised", Map.of("Z", Duration.ofDays(1))))),
                "work_order.due.Z",
                "no limit",
                "known");
        refused(good().with(r -> r.class_ = Optional.empty()), "for", "no asset is named", "class");
        refused(good().with(r -> r.failureMode = "V/B"), "failure_mode", "no failure mode", "ISO 14224");
    }

    @Test
    void aRuleWithoutEffectIsAWarningOnly() {
        assertThat(only(good().with(r -> r.settle = Duration.ofSeconds(3))).isError())
                .isFalse();
        assertThat(Fixtures.compile(plant(), good().with(r -> r.class_ = Optional.of("silo")))
                        .problems())
                .singleElement()
                .satisfies(p -> assertThat(p.isError()).isFalse());
    }

    @Test
    void oneProblemOnManyAssetsIsToldOnce() {
        Plant plant =
                new Plant(List.of(Fixtures.pump("P-1", Optional.empty()), Fixtures.pump("P-2", Optional.empty())));
        assertThat(Fixtures.compile(plant, zones("C", "4.5 bar")).problems()).hasSize(1);
        assertThat(Fixtures.compile(plant, good()).rules()).hasSize(2);
    }

    @Test
    void twoRulesOfOneIdAreRefused() {
        Compilation compilation = Fixtures.compile(plant(), good(), good());
        assertThat(compilation.rules()).hasSize(1);
        assertThat(compilation.problems())
                .singleElement()
                .satisfies(p -> assertThat(p.key()).isEqualTo("id"));
    }

    @ParameterizedTest
    @CsvSource({
        "acme/lyon/**, true",
        "acme/*/utilities/cooling/p-*, true",
        "**/p-101, true",
        "acme/lyon/*, false",
        "acme/**/p-101, true",
        "acme/lyon/utilities/cooling/p-101, true",
        "acme/paris/**, false"
    })
    void aPathSelectsBySteps(String path, boolean matches) {
        Compilation compilation = Fixtures.compile(plant(), good().with(r -> {
            r.class_ = Optional.empty();
            r.path = Optional.of(path);
        }));
        assertThat(compilation.rules()).hasSize(matches ? 1 : 0);
    }
}
