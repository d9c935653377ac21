package org.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile.Severity;

class AlarmEventJsonTest {
    @Property(tries = 200)
    void whatWasWrittenComesBackEqual(
            @ForAll AlarmEvent.Type type,
            @ForAll Severity severity,
            @ForAll double value,
            @ForAll @CharRange(from = ' ', to = '\u2fff') String incident) {
        AlarmEvent event = AlarmEvents.event(incident, 3, type, severity, value);
        assertThat(AlarmEventJson.read(AlarmEventJson.write(event))).isEqualTo(event);
    }

    @Example
    void valuesThatAreNoNumbersComeBack() {
        for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0}) {
            AlarmEvent event = AlarmEvents.event("i", 1, AlarmEvent.Type.RAISED, Severity.MAJOR, odd);
            assertThat(AlarmEventJson.read(AlarmEventJson.write(event))).isEqualTo(event);
        }
    }

    @Example
    void fieldsOfANewerVersionArePassedOver() {
        AlarmEvent event = AlarmEvents.event("i", 1, AlarmEvent.Type.RAISED, Severity.MAJOR, 8);
        String newer = AlarmEventJson.write(event).replaceFirst("\\{", "{\"shelvedBy\":\"x\",");
        assertThat(AlarmEventJson.read(newer)).isEqualTo(event);
        assertThatThrownBy(() -> AlarmEventJson.read("[]")).hasMessageContaining("not an alarm event");
    }
}
