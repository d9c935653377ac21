package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.config.Problem;

class PlannerTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            { suppress: { rule: main } }                           | there is no rule 'main'            | did you mean mains?
            { suppress: { rule: vib } }                            | a rule cannot suppress itself      | name another rule
            { suppress: {} }                                       | nothing suppresses                 | write when
            { suppress: { when: "stat == 'RUN'" } }                | 'stat' is not a tag                | did you mean 'state'
            { suppress: { when: "temp" } }                         | expected type 'bool'               | compare with something
            { suppress: { when: "temp > 1.0", equal: [asset] } }   | equal without rule                 | add rule
            { suppress: { rule: mains, equal: [aera] } }           | 'aera' is no field of assets       | did you mean area?
            { suppress: { rule: mains, equal: [cmms.plant] } }     | has no cmms.plant                  | add it under cmms
            { realarm: 0s }                                        | must be longer than nothing        | 4h
            { escalate: [ { after: 0s, notify: duty } ] }          | must be longer than nothing        | 15m
            { escalate: [ { after: 1m, notify: "" } ] }            | nobody is named                    | notify: duty
            """)
    void aWrongAlarmSectionIsRefusedWhereItStands(String alarm, String message, String hint) {
        List<Problem> problems = new Scene(AlarmVectorTest.yaml(List.of("alarm: " + alarm))).problems;
        assertThat(problems).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.message()).contains(message);
            assertThat(problem.hint()).contains(hint);
            assertThat(problem.line()).isPositive();
            assertThat(problem.column()).isGreaterThan(8);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            shelve: { max: 0s }                                      | must be longer than nothing        | 8h
            group: { by: [assett] }                                  | 'assett' is no field of assets     | did you mean asset?
            group: { by: [cmms.line] }                               | has no cmms.line                   | add it under cmms
            flood: { start: { count: 0 } }                           | more than at least 1               | EEMUA
            flood: { start: { count: 3 }, end_below: 9 }             | end_below must be from 1 to 3      | ISA-18.2
            chatter: { cycles: 1 }                                   | one cycle is no chatter            | usual is 3
            maintenance: [ { calendar: sundays } ]                   | there is no calendar 'sundays'     | kind: Calendar
            escalate: [ { after: 1m, notify: x, severity: [bad] } ]  | severity                           |
            """)
    void aWrongPolicyIsRefusedWhereItStands(String policy, String message, String hint) {
        List<Problem> problems = new Scene(AlarmVectorTest.yaml(List.of("policy: " + policy))).problems;
        assertThat(problems).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.message()).contains(message);
            assertThat(problem.hint()).contains(hint == null ? "" : hint);
            assertThat(problem.line()).isPositive();
        });
    }

    /** Alertmanager takes a missing label for an empty one, so that everything without it inhibits everything. */
    @Test
    void aFieldThatIsMissingOnEitherSideIsRefused() {
        String yaml = AlarmVectorTest.yaml(List.of("alarm: { suppress: { rule: mains, equal: [line] } }"))
                .replaceFirst("path: acme/lyon/utilities/cooling/p-3", "path: acme/lyon/p-3");
        assertThat(new Scene(yaml).problems)
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.message()).startsWith("P-3 has no line"));
    }

    @Test
    void rulesThatSuppressEachOtherAreRefused() {
        String yaml = AlarmVectorTest.yaml(List.of("alarm: { suppress: { rule: mains } }"))
                .replace(
                        "levels: { L: { severity: major } }",
                        "levels: { L: { severity: major } }\nalarm: { suppress: { rule: vib } }");
        assertThat(new Scene(yaml).problems)
                .extracting(Problem::message)
                .containsExactly(
                        "rules suppress each other: vib by mains by vib",
                        "rules suppress each other: mains by vib by mains");
    }

    @Test
    void twoPoliciesForOneAssetAreRefused() {
        String two = """

                ---
                kind: AlarmPolicy
                id: pumps
                path: acme/lyon/**
                ---
                kind: AlarmPolicy
                id: cooling
                path: acme/*/utilities/**
                """;
        assertThat(new Scene(AlarmVectorTest.yaml(List.of()) + two).problems)
                .extracting(Problem::message)
                .contains("P-1 is under two alarm policies: 'pumps' and 'cooling'");
    }

    @Test
    void aPolicyWithAPathGoesBeforeTheGeneralOne() {
        String own = """

                ---
                kind: AlarmPolicy
                id: pumps
                path: "**/p-2"
                shelve: { max: 1m }
                """;
        Scene scene = new Scene(AlarmVectorTest.yaml(List.of()) + own);
        assertThat(scene.problems).isEmpty();
        assertThat(scene.plan.shelving("vib@P-2").max()).hasMinutes(1);
        assertThat(scene.plan.shelving("vib@P-1").max()).hasHours(8);
    }
}
