package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.rule.Fixtures.engine;
import static org.millrace.rule.Fixtures.plant;
import static org.millrace.rule.Fixtures.quantity;
import static org.millrace.rule.Fixtures.zones;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.Fixtures.RuleBuilder;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

class RuleEngineTest {
    private static final long S = 1_000_000;

    private static RuleBuilder rule() {
        return zones("C", "2.8 mm/s", "D", "4.5 mm/s")
                .level("C", Severity.MINOR, 0, 0)
                .level("D", Severity.CRITICAL, 0, 0);
    }

    private static List<AlarmEvent> vibration(RuleEngine engine, long second, double value) {
        return engine.samples(
                second * S,
                SampleBatch.builder(1)
                        .addReal(0, second * S, value, Quality.GOOD)
                        .build());
    }

    private static List<AlarmEvent> state(RuleEngine engine, long second, Value value, int quality) {
        return engine.samples(
                second * S,
                SampleBatch.builder(1).add(2, second * S, value, quality).build());
    }

    @Test
    void anEventTellsWhatWhereWhenAndOnWhatEvidence() {
        RuleEngine engine = engine(plant(), rule().with(r -> r.while_ = Optional.of("state == 'RUN'")));
        state(engine, 1, Value.of(1), Quality.GOOD); // a code that the source did not map: the tag's states do
        AlarmEvent e = vibration(engine, 2, 3.25).getFirst();
        assertThat(e.key()).isEqualTo("acme/lyon/utilities/cooling/p-101/VIB/vib-zone");
        assertThat(e.incident()).isEqualTo(e.key() + "@1970-01-01T00:00:02Z");
        assertThat(e.id()).isEqualTo(e.incident() + ".1");
        assertThat(e.title()).isEqualTo("Vibration zone C on Cooling water pump P-101");
        assertThat(e.limit()).isEqualTo(2.8);
        assertThat(e.unit()).isEqualTo("mm/s");
        assertThat(e.since()).isEqualTo(2 * S);
        assertThat(e.inputs())
                .containsExactly(
                        Map.entry("vibration.velocity_rms", "3.25 mm/s (GOOD)"), Map.entry("state", "RUN (GOOD)"));
    }

    @Test
    void aReturnTellsThePeakTheWorstSeverityAndTheLimitLeft() {
        RuleEngine engine = engine(plant(), rule());
        vibration(engine, 1, 3.0);
        vibration(engine, 2, 9.5);
        vibration(engine, 3, 3.0);
        AlarmEvent e = vibration(engine, 4, 1.0).getFirst();
        assertThat(e.type()).isEqualTo(Type.RTN_UNACK);
        assertThat(e.peak()).isEqualTo(9.5);
        assertThat(e.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(e.limit()).isEqualTo(2.8);
        assertThat(e.level()).isEmpty();
        assertThat(e.since()).isEqualTo(1 * S);
        assertThat(e.title()).startsWith("Vibration zone D");
    }

    @Test
    void thePeakOfALowLimitIsTheLowest() {
        RuleEngine engine = engine(plant(), zones("L", "2 mm/s").with(r -> r.watch = RuleFile.Watch.THRESHOLD));
        vibration(engine, 1, 1.5);
        vibration(engine, 2, 0.5);
        AlarmEvent e = vibration(engine, 3, 2.5).getFirst();
        assertThat(e.low()).isTrue();
        assertThat(e.peak()).isEqualTo(0.5);
    }

    @Test
    void twoRulesOnOneTagHaveIncidentsOfTheirOwn() {
        RuleEngine engine = engine(plant(), rule(), zones("X", "2.9 mm/s").with(r -> r.id = "second"));
        List<AlarmEvent> events = vibration(engine, 1, 3.0);
        assertThat(events).extracting(AlarmEvent::rule).containsExactly("vib-zone", "second");
        assertThat(engine.acknowledge(2 * S, events.get(1).incident(), "ann"))
                .extracting(AlarmEvent::rule, AlarmEvent::type)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("second", Type.ACKED));
    }

    @Test
    void anUnknownOrFinishedIncidentIsNotAcknowledged() {
        RuleEngine engine = engine(plant(), rule());
        String incident = vibration(engine, 1, 3.0).getFirst().incident();
        assertThat(engine.acknowledge(2 * S, "nonsense", "ann")).isEmpty();
        engine.acknowledge(2 * S, incident, "ann");
        vibration(engine, 3, 1.0);
        assertThat(engine.acknowledge(4 * S, incident, "ann")).isEmpty();
        assertThat(engine.openIncidents()).isEmpty();
    }

    @Test
    void aRunTimeErrorOfTheConditionIsUnknownNotFalse() {
        RuleEngine engine = engine(
                plant(),
                rule().with(r -> r.while_ = Optional.of("double(state) > 1.0")).level("C", Severity.MINOR, 10, 0));
        state(engine, 0, Value.of("2"), Quality.GOOD);
        vibration(engine, 1, 3.0);
        state(engine, 2, Value.of("not a number"), Quality.GOOD);
        assertThat(engine.tick(11 * S)).extracting(AlarmEvent::type).containsExactly(Type.RAISED);
    }

    @Test
    void aSampleOlderThanItsTagsLastIsCountedAndIgnored() {
        RuleEngine engine = engine(plant(), rule());
        vibration(engine, 10, 1.0);
        assertThat(vibration(engine, 9, 9.0)).isEmpty();
        assertThat(engine.ignoredOutOfOrder()).isEqualTo(1);
    }

    @Test
    void notANumberTextAndBadAreNoNumbers() {
        RuleEngine engine = engine(plant(), rule());
        assertThat(vibration(engine, 1, Double.POSITIVE_INFINITY)).isEmpty();
        assertThat(vibration(engine, 2, Double.NaN)).isEmpty();
        assertThat(engine.samples(
                        3 * S,
                        SampleBatch.builder(1)
                                .addText(0, 3 * S, "99", Quality.GOOD)
                                .build()))
                .isEmpty();
    }

    @Test
    void anEditedTitleKeepsTheAlarm() {
        Map<String, byte[]> rows = raisedRows();
        RuleEngine engine = restored(rule().with(r -> r.title = "New words"), rows);
        assertThat(engine.tick(2 * S)).isEmpty();
        assertThat(engine.openIncidents()).hasSize(1);
    }

    @Test
    void anEditedLimitIsJudgedAgainWithTheSameTimes() {
        Map<String, byte[]> rows = raisedRows();
        assertThat(restored(zones("C", "3.5 mm/s", "D", "4.5 mm/s"), rows).tick(2 * S))
                .singleElement()
                .satisfies(e -> {
                    assertThat(e.type()).isEqualTo(Type.RTN_UNACK);
                    assertThat(e.since()).isEqualTo(1 * S);
                });
        assertThat(restored(zones("C", "2.8 mm/s", "D", "2.9 mm/s"), rows).tick(2 * S))
                .extracting(AlarmEvent::type, AlarmEvent::level)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Type.RAISED, "D"));
        assertThat(restored(zones("D", "4.5 mm/s"), rows).tick(2 * S))
                .extracting(AlarmEvent::type)
                .containsExactly(Type.RTN_UNACK);
    }

    @Test
    void aRunningDelaySurvivesAnEditedDeadband() {
        RuleEngine first = engine(plant(), rule().level("C", Severity.MINOR, 10, 0));
        vibration(first, 1, 3.0);
        RuleEngine second = restored(
                rule().level("C", Severity.MINOR, 10, 0).with(r -> r.deadband = Optional.of(quantity("0.1 mm/s"))),
                first.takeChanged());
        assertThat(second.tick(10 * S)).isEmpty();
        assertThat(second.tick(11 * S)).extracting(AlarmEvent::time).containsExactly(11 * S);
    }

    @Test
    void anotherInputStartsNormalAndAnotherIdIsRemoved() {
        Map<String, byte[]> rows = raisedRows();
        RuleEngine other = restored(
                zones("C", "90 Cel").with(r -> {
                    r.input = "temperature";
                    r.watch = RuleFile.Watch.ZONES;
                }),
                rows);
        assertThat(other.openIncidents()).isEmpty();
        assertThat(other.takeChanged()).containsOnlyKeys("vib-zone@P-101");
        RuleEngine renamed = restored(rule().with(r -> r.id = "renamed"), rows);
        assertThat(renamed.takeRemoved()).containsExactly("vib-zone@P-101");
        assertThat(renamed.takeRemoved()).isEmpty();
    }

    @Test
    void aDamagedOrNewerRowIsRefused() {
        byte[] row = raisedRows().get("vib-zone@P-101");
        byte[] newer = row.clone();
        newer[0] = 9;
        assertThatThrownBy(() -> restored(rule(), Map.of("vib-zone@P-101", newer)))
                .hasMessageContaining("has version 9");
        assertThatThrownBy(() ->
                        restored(rule(), Map.of("vib-zone@P-101", java.util.Arrays.copyOf(row, row.length / 2))))
                .hasMessageContaining("damaged");
    }

    @Test
    void onlyTouchedRowsAreTaken() {
        RuleEngine engine = engine(plant(), rule());
        assertThat(engine.takeChanged()).isEmpty();
        vibration(engine, 1, 1.0);
        assertThat(engine.takeChanged()).hasSize(1);
        engine.tick(5 * S);
        assertThat(engine.takeChanged()).isEmpty();
    }

    private static Map<String, byte[]> raisedRows() {
        RuleEngine engine = engine(plant(), rule());
        vibration(engine, 1, 3.0);
        return engine.takeChanged();
    }

    private static RuleEngine restored(RuleBuilder rule, Map<String, byte[]> rows) {
        RuleEngine engine = engine(plant(), rule);
        engine.restore(rows);
        return engine;
    }
}
