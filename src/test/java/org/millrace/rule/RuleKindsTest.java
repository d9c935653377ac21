package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of every kind of rule; second, what happened, level, value shown. */
class RuleKindsTest {
    private static List<String> play(String rule, String journal) {
        return new Scenario(rule).play(journal);
    }

    // rate

    @Test
    void aRateIsPerTimeOverItsWindow() {
        assertThat(play(
                        "watch: rate\ninput: t\nover: 60s\nper: 1m\nlimits: { H: 2 K }",
                        "0 t=20; 30 t=20.5; 60 t=21; 90 t=22.6; 120 t=24; 150 t=24; 180 t=24"))
                .containsExactly("90 RAISED H 2.1", "150 RTN_UNACK 1.4");
    }

    @Test
    void aFallingRateHasLowLimits() {
        assertThat(play("watch: rate\ninput: t\nover: 60s\nper: 1h\nlimits: { L: -60 K }", "0 t=20; 60 t=18"))
                .containsExactly("60 RAISED L -120");
    }

    @Test
    void aRateNeedsHalfOfItsWindow() {
        assertThat(play("watch: rate\ninput: t\nover: 60s\nlimits: { H: 2 K }", "0 t=20; 10 t=30; 29 t=40")).isEmpty();
    }

    /** 9 [degF] a minute is 5 K a minute, not −12.8. */
    @Test
    void aRatesLimitIsADifference() {
        assertThat(play("watch: rate\ninput: t\nover: 60s\nlimits: { H: \"9 [degF]\" }", "0 t=20; 60 t=24.9; 120 t=30"))
                .containsExactly("120 RAISED H 5.1");
    }

    // deviation

    @Test
    void aDeviationFollowsTheSetPointTag() {
        assertThat(play(
                        "watch: deviation\ninput: p\nset_point: sp\nlimits: { H: 0.5 bar, L: -0.5 bar }\ndeadband: 0.1 bar",
                        "0 p=6; 1 sp=6; 2 p=6.6; 3 sp=6.3; 4 sp=8; 5 p=BAD; 6 sp=6; 7 p=6"))
                .containsExactly("2 RAISED H 0.6", "3 RTN_UNACK 0.3", "4 RAISED L -1.4", "7 RTN_UNACK 0");
    }

    @Test
    void aDeviationInPercentOfAConstant() {
        Scenario scenario = new Scenario("watch: deviation\ninput: p\nset_point: 600 kPa\nlimits: { H: 10 % }");
        AlarmEvent raised = scenario.events("0 p=6.6; 1 p=6.9").getFirst();
        assertThat(raised.value()).isEqualTo(15, within(1e-9));
        assertThat(raised.unit()).isEqualTo("%");
        assertThat(raised.ofTheValue()).isFalse();
        assertThat(raised.inputs()).containsEntry("measured", "deviation from 600 kPa");
    }

    // aggregate

    /** 10 for 50 s and 40 for 10 s is 15 on average, however many samples say so. */
    @Test
    void anAverageWeighsByTime() {
        assertThat(play(
                        "watch: aggregate\ninput: t\nfunction: avg\nwindow: tumbling\nover: 60s\nlimits: { H: 14 Cel }",
                        "0 t=10; 50 t=40; 51 t=40; 52 t=40; 60 t=10; 120 t=10"))
                .containsExactly("60 RAISED H 15", "120 RTN_UNACK 10");
    }

    /** Steps of one second: the window of [t − 60 s, t]. The value goes up at 60, the mean passes 15 after 10 s of 40. */
    @Test
    void aSlidingWindowMovesOnWithoutSamples() {
        assertThat(play(
                        "watch: aggregate\ninput: t\nfunction: avg\nover: 60s\nlimits: { H: 15 Cel }",
                        "0 t=10; 60 t=40; 90 tick; 100 t=10; 200 tick"))
                .containsExactly("70 RAISED H 15.1", "150 RTN_UNACK 14.6");
    }

    @ParameterizedTest
    @CsvSource({"max, H: 30 Cel, 70 RAISED H 40", "min, L: 9 Cel, 80 RAISED L 8", "sum, H: 50 Cel, 80 RAISED H 58"})
    void minimumMaximumAndSum(String function, String limit, String expected) {
        String unit = function.equals("sum") ? limit.replace("Cel", "K") : limit;
        assertThat(play(
                        "watch: aggregate\ninput: t\nfunction: " + function + "\nover: 60s\nlimits: { " + unit + " }",
                        "0 t=10; 60 t=10; 70 t=40; 80 t=8"))
                .contains(expected);
    }

    @Test
    void aStandardDeviationSeesUnrest() {
        assertThat(play(
                        "watch: aggregate\ninput: t\nfunction: stddev\nover: 40s\nlimits: { H: 4 K }",
                        "0 t=10; 20 t=10; 40 t=20; 60 t=10; 80 t=20"))
                .first()
                .asString()
                .startsWith("48 RAISED H 4."); // beyond 4 when more than a fifth of the window is at 20
    }

    @Test
    void aCountOfTooFewSamplesNeedsAWholeWindow() {
        assertThat(play(
                        "watch: aggregate\ninput: t\nfunction: count\nover: 60s\nlimits: { L: 3 }",
                        "0 t=1; 10 t=1; 20 t=1; 30 t=1; 40 t=1; 50 t=1; 150 tick"))
                .containsExactly("90 RAISED L 2");
    }

    @Test
    void whatWasNotSeenIsNotAveraged() {
        // stale after 30 s: of the window only half a minute is known, and of the next nothing
        assertThat(play(
                        "watch: aggregate\ninput: t.fresh\nfunction: avg\nover: 5m\nlimits: { H: 5 Cel }",
                        "0 t.fresh=10; 400 tick; 800 tick"))
                .isEmpty();
    }

    // absence

    @Test
    void anAbsenceIsToldAtItsMomentAndEndsWithAGoodValue() {
        assertThat(play("watch: absence\ninput: t\nafter: 30s", "0 t=20; 20 t=20; 40 tick; 55 tick; 60 t=BAD; 61 t=20"))
                .containsExactly("50 RAISED absent 30", "61 RTN_UNACK 0");
    }

    @Test
    void aTagThatNeverHadAValueIsAbsentToo() {
        assertThat(play("watch: absence\ninput: t\nafter: 30s", "0 tick; 29 tick; 31 tick"))
                .containsExactly("30 RAISED absent 30");
    }

    @Test
    void theTagsOwnStaleAfterIsTheDefault() {
        assertThat(play("watch: absence\ninput: t.fresh", "0 t.fresh=20; 31 tick"))
                .containsExactly("30 RAISED absent 30");
    }

    /** Five hours in which the hub was off are not five hours without values. */
    @Test
    void timeInWhichTheHubDidNotRunIsNoAbsence() {
        assertThat(play("watch: absence\ninput: t\nafter: 30s", "0 t=20; 10 tick; 18010 tick; 18025 tick; 18031 tick"))
                .containsExactly("18030 RAISED absent 30");
    }

    /** An alarm of its own: the process alarm neither clears nor is acknowledged with it. */
    @Test
    void absenceNeverMasksTheProcessAlarm() {
        Scenario scenario = new Scenario(
                "id: high\nwatch: threshold\ninput: t\nlimits: { H: 50 Cel }", "id: gone\nwatch: absence\ninput: t\nafter: 30s");
        List<AlarmEvent> events = scenario.events("0 t=60; 40 tick");
        assertThat(events).extracting(AlarmEvent::rule).containsExactly("high", "gone");
        assertThat(scenario.engine.acknowledge(Scenario.START + 41_000_000, events.get(1).incident(), "ann"))
                .extracting(AlarmEvent::rule)
                .containsExactly("gone");
        assertThat(scenario.engine.openIncidents()).hasSize(2);
    }

    // flatline

    @Test
    void aFlatlineIsAValueThatStaysWithinItsBand() {
        assertThat(play(
                        "watch: flatline\ninput: t\nband: 0.2 K\nover: 60s",
                        "0 t=20; 30 t=20.1; 50 t=20.3; 90 t=20.2; 109 tick; 111 tick; 120 t=20.6"))
                .containsExactly("110 RAISED flat 60", "120 RTN_UNACK 0");
    }

    @Test
    void timeInWhichTheInputWasBadOrStaleIsNotFlat() {
        assertThat(play(
                        "watch: flatline\ninput: t.fresh\nover: 60s",
                        "0 t.fresh=20; 20 t.fresh=BAD; 50 t.fresh=20; 75 t.fresh=20; 89 tick; 91 tick"))
                .containsExactly("90 RAISED flat 60");
        assertThat(play("watch: flatline\ninput: t.fresh\nover: 60s", "0 t.fresh=20; 45 tick; 90 tick")).isEmpty();
    }

    // event count

    @Test
    void eventsAreCountedWhenTheyBeginAndForgottenAfterTheWindow() {
        assertThat(play(
                        "watch: event-count\nevent: state == 'FAULT'\ncount: 3\nover: 100s",
                        "0 state=RUN; 10 state=FAULT; 11 state=FAULT; 20 state=RUN; 30 state=FAULT; 40 state=BAD;"
                                + "41 state=FAULT; 50 state=RUN; 60 state=FAULT; 70 state=RUN; 120 tick"))
                .containsExactly("60 RAISED repeated 3", "110 RTN_UNACK 2");
    }

    @Test
    void theCountIsTheValueOfTheEvent() {
        AlarmEvent raised = new Scenario("watch: event-count\nevent: t > 50.0\ncount: 2\nover: 100s")
                .events("0 t=0; 1 t=60; 2 t=0; 3 t=60")
                .getFirst();
        assertThat(raised.value()).isEqualTo(2);
        assertThat(raised.limit()).isEqualTo(2);
        assertThat(raised.inputs()).containsEntry("measured", "times 't > 50.0' within 100s");
    }

    // meter

    private static final String SERVICE = "id: wear\nwatch: meter\ninput: hours\nevery: 100 h\nwarn_before: 10 h\n"
            + "levels: { warning: { severity: info }, due: { severity: major } }";

    @Test
    void aMeterWarnsIsDueAndBeginsAnewWhenTheWorkIsDone() {
        Scenario scenario = new Scenario(SERVICE);
        assertThat(scenario.play("0 hours=5000; 10 hours=5089; 20 hours=5090; 30 hours=5101; 40 done wear; 50 hours=5180;"
                        + "60 hours=5191"))
                .containsExactly("20 RAISED warning 90", "30 RAISED due 101", "40 RTN_UNACK 0", "60 RAISED warning 90");
    }

    @Test
    void anEventOfAMeterIsMaintenanceDue() {
        AlarmEvent due = new Scenario(SERVICE).events("0 hours=0; 10 hours=100").getFirst();
        assertThat(due.subject()).isEqualTo(AlarmEvent.Subject.MAINTENANCE_DUE);
        assertThat(due.level()).isEqualTo("due");
        assertThat(due.unit()).isEqualTo("h");
    }

    /** Done at 60 s, told at 600 s: what ran in between counts for the next service. */
    @Test
    void aServiceToldLateCountsFromWhenItWasDone() {
        Scenario scenario = new Scenario(SERVICE);
        scenario.play("0 hours=0; 60 hours=100; 120 hours=110; 600 hours=150");
        List<AlarmEvent> after = scenario.events("600 done wear 60; 660 hours=189; 720 hours=191");
        assertThat(after).extracting(AlarmEvent::type).containsExactly(AlarmEvent.Type.RTN_UNACK, AlarmEvent.Type.RAISED);
        assertThat(after.getFirst().value()).isEqualTo(50);
        assertThat(after.getLast().value()).isEqualTo(91);
    }

    @Test
    void toldTwiceOrForAnotherRuleChangesNothing() {
        Scenario scenario = new Scenario(SERVICE, "id: hot\nwatch: threshold\ninput: t\nlimits: { H: 50 Cel }");
        scenario.play("0 hours=0; 60 hours=100; 70 done wear 60; 80 hours=150");
        assertThat(scenario.play("81 done wear 60; 82 done hot; 83 done nobody")).isEmpty();
        assertThat(scenario.play("90 hours=190")).containsExactly("90 RAISED warning 90");
    }

    @ParameterizedTest
    @CsvSource({
        "rollover of 16 bits,     65530, 10,   16",
        "reset,                   1000,  3,    3",
        "jitter counts nothing,   1000,  999,  0",
        "correction counts nothing, 1000, 700,  0",
        "forward,                 1000,  1040, 40"
    })
    void counters(String what, double old, double now, double counted) {
        assertThat(Counting.delta(old, now, 65_536)).as(what).isEqualTo(counted);
    }

    @Test
    void jitterIsNotCountedWhenItComesBack() {
        assertThat(Counting.reference(1000, 999.5, 0)).isEqualTo(1000);
        assertThat(Counting.reference(1000, 700, 0)).isEqualTo(700);
        assertThat(Counting.reference(65_530, 10, 65_536)).isEqualTo(10);
    }

    @Test
    void aMeterSeesThroughARollover() {
        assertThat(play("watch: meter\ninput: energy\nevery: 100 kW.h", "0 energy=65500; 10 energy=20; 20 energy=64"))
                .containsExactly("20 RAISED due 100");
    }

    @Test
    void aMeterCountsDerivedRunTimeInHours() {
        assertThat(play(
                        "watch: meter\ninput: run\nevery: 2 h\nstart_at: 1 h",
                        "0 state=RUN; 1800 state=STOP; 7200 state=RUN; 9000 tick; 9001 tick"))
                .containsExactly("9000 RAISED due 2");
    }

    // condition

    @Test
    void aConditionIsUnknownWhileOneOfItsInputsIs() {
        assertThat(play(
                        "watch: condition\nwhen: state == 'RUN' && p < 2.0\nlevels: { active: { on_delay: 10s } }",
                        "0 p=1; 1 state=RUN; 5 state=BAD; 11 tick; 20 p=3; 21 state=RUN; 22 p=1; 30 p=BAD; 31 p=3"))
                .containsExactly("11 RAISED active 1", "21 RTN_UNACK 3");
    }

    @Test
    void aConditionShowsTheInputItIsGiven() {
        AlarmEvent raised = new Scenario("watch: condition\ninput: t\nwhen: p < 2.0").events("0 t=33; 1 p=1").getFirst();
        assertThat(raised.value()).isEqualTo(33);
        assertThat(raised.unit()).isEqualTo("Cel");
        assertThat(raised.limit()).isNaN();
    }

    // zones of the standard

    @ParameterizedTest
    @CsvSource({
        "2, RIGID, 1.4, A", "2, RIGID, 1.4001, B", "2, RIGID, 2.8, B", "2, RIGID, 4.5, C", "2, RIGID, 4.6, D",
        "1, FLEXIBLE, 7.1, B", "1, FLEXIBLE, 11.0, C", "1, RIGID, 7.2, D", "2, FLEXIBLE, 2.3, A"
    })
    void zonesOfIso10816(int group, RuleFile.Support support, double velocity, String zone) {
        assertThat(Iso10816.zone(group, support, velocity)).isEqualTo(zone);
    }

    @Test
    void theEditionIsPrintedInTheAlarm() {
        Scenario scenario =
                new Scenario("watch: zones\ninput: v\nstandard: { iso10816_3: { group: 2, support: rigid } }");
        List<AlarmEvent> events = scenario.events("0 v=2.8; 1 v=2.9; 2 v=4.6");
        assertThat(events).extracting(AlarmEvent::level).containsExactly("C", "D");
        assertThat(events.getFirst().inputs())
                .containsEntry("standard", "ISO 10816-3:2009, group 2, rigid support");
        assertThat(events.getFirst().ofTheValue()).isTrue();
    }

    // level reorder

    private static final String SILO = """
            watch: level-reorder
            input: fill
            capacity: 25 t
            reorder_at: 30 %
            ignore_rise_above: 5 %
            purchase_request: { material: RM-4711, round_to: 0.5 t }
            """;

    @Test
    void aStockAtItsReorderPointAsksForAPurchase() {
        Scenario scenario = new Scenario(SILO);
        List<AlarmEvent> events = scenario.events("0 fill=50; 10 fill=31; 20 fill=30; 30 fill=31; 40 fill=90");
        assertThat(events)
                .extracting(AlarmEvent::type)
                .containsExactly(AlarmEvent.Type.RAISED, AlarmEvent.Type.RTN_UNACK);
        AlarmEvent raised = events.getFirst();
        assertThat(raised.subject()).isEqualTo(AlarmEvent.Subject.PURCHASE_REQUEST);
        assertThat(raised.value()).isEqualTo(7.5);
        assertThat(raised.limit()).isEqualTo(7.5);
        assertThat(raised.unit()).isEqualTo("t");
        assertThat(raised.inputs()).containsEntry(AlarmEvent.PURCHASE_REQUEST, "17.5 t of RM-4711");
    }

    /** 1 % (0.25 t) an hour is 6 t a day: 4 days of lead time and safety need 24 t; the delivery in between is no use. */
    @Test
    void aStockThatWillNotLastIsReorderedEarlier() {
        StringBuilder journal = new StringBuilder();
        for (int hour = 0; hour <= 40; hour++) {
            journal.append(hour * 3600).append(" fill=").append(hour < 10 ? 20 - hour : 110 - hour).append(";");
        }
        String early = SILO.replace("reorder_at: 30 %", "reorder_at: 5 %")
                + "predict: { window: 2d, lead_time: 2d, safety: 1d }";
        AlarmEvent raised = new Scenario(early).events(journal.toString()).getFirst();
        assertThat(raised.limit()).isEqualTo(18, within(1e-6));
        assertThat(raised.inputs().get("consumption")).startsWith("6 t/d");
    }

    // trend

    private static String ramp(int points, double slope, double noise) {
        StringBuilder journal = new StringBuilder();
        for (int i = 0; i < points; i++) {
            double unrest = noise * Math.sin(i * 12.9898) * Math.cos(i * 78.233);
            journal.append(i * 600).append(" t=").append(String.format(java.util.Locale.ROOT, "%.4f", 20 + slope * i + unrest)).append(";");
        }
        return journal.toString();
    }

    /** 0.1 K in 10 minutes from 20 to 50 takes 50 hours: the horizon of 40 hours begins at hour 10. */
    @Test
    void aTrendTellsWhenTheLimitWillBeMet() {
        Scenario scenario = new Scenario("watch: trend\ninput: t\nlimits: { H: 50 Cel }\nover: 12h\nhorizon: 40h");
        List<AlarmEvent> events = scenario.events(ramp(100, 0.1, 0.2));
        assertThat(events).hasSize(1);
        AlarmEvent raised = events.getFirst();
        assertThat((raised.time() - Scenario.START) / 3600e6).isBetween(9.0, 11.0);
        assertThat(raised.value()).isCloseTo(40, within(1.0));
        assertThat(raised.unit()).isEqualTo("h");
        assertThat(raised.inputs().get("forecast")).contains("meets 50 Cel in").contains("95 %").contains("slope 14.");
    }

    @Test
    void aTrendWithoutASignificantSlopeSaysNothing() {
        assertThat(play("watch: trend\ninput: t\nlimits: { H: 21 Cel }\nover: 12h\nhorizon: 30d", ramp(200, 0, 0.5)))
                .isEmpty();
    }

    @Test
    void aTrendAwayFromTheLimitSaysNothing() {
        assertThat(play("watch: trend\ninput: t\nlimits: { H: 50 Cel }\nover: 12h\nhorizon: 30d", ramp(100, -0.1, 0.1)))
                .isEmpty();
    }

    /** Table values: t(0.975; 4) = 2.776, t(0.975; 10) = 2.228, t(0.995; 30) = 2.750, t(0.95; 58) = 1.672. */
    @ParameterizedTest
    @CsvSource({"0.05, 4, 2.77645", "0.05, 10, 2.22814", "0.01, 30, 2.75000", "0.1, 58, 1.67155", "0.001, 10, 4.58689"})
    void quantilesOfStudentsT(double outside, double n, double t) {
        assertThat(StudentT.quantile(outside, n)).isCloseTo(t, within(2e-4));
    }

    // what is left out

    @ParameterizedTest
    @CsvSource({"baseline", "novelty"})
    void whatIsNotInThisVersionIsNamed(String kind) {
        assertThat(Scenario.compile("watch: " + kind + "\ninput: t").problems())
                .singleElement()
                .satisfies(p -> assertThat(p.message()).isEqualTo("watch: " + kind + " is not in this version"));
    }

    @Test
    void everyInstanceTellsItsSize() {
        Map<String, Integer> bytes = new Scenario(SILO, SERVICE).engine.footprint();
        assertThat(bytes).containsKeys("r@M", "wear@M", "derive:acme/lyon/hall/m/run");
        assertThat(bytes.values()).allSatisfy(b -> assertThat(b).isBetween(100, 10_000));
    }
}
