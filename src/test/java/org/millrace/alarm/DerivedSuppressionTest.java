package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.signal.SampleBatch;

/** A condition on a derived tag sees each value once: when it is computed, not again when the journal brings it back. */
class DerivedSuppressionTest {
    private static final String YAML = """
            kind: Asset
            id: M
            name: Machine
            path: acme/lyon/m
            class: machine
            tags:
              load: { from: field, device: m, field: load }
              a: { from: field, device: m, field: a }
              b: { from: field, device: m, field: b }
              sum: { derive: "a + b" }
            ---
            kind: Rule
            id: high
            title: "High on {asset.name}"
            for: { assets: [M] }
            watch: threshold
            input: load
            limits: { H: 1000 }
            levels: { H: { severity: major } }
            alarm: { suppress: { when: sum > 10.0 } }
            """;

    /** Two inputs of one moment give two values of one moment; the first is no longer true when it comes back. */
    @Test
    void aValueThatComesBackDoesNotChangeWhatTheNextOneHasDecided() {
        Scene scene = new Scene(YAML);
        assertThat(scene.problems).isEmpty();
        scene.alarms.keepDerived();
        scene.value(0, "M", "a", 1).value(0, "M", "b", 2);
        scene.value(1, "M", "load", 5000);
        scene.value(10, "M", "a", 20).value(10, "M", "b", -15);
        SampleBatch journalled = scene.alarms.takeDerived();
        assertThat(journalled.size())
                .as("one without b, one with it, and two of second 10")
                .isEqualTo(4);
        List<String> asDecided = scene.told();
        assertThat(asDecided)
                .containsExactly(
                        "1 high@M RAISED H",
                        "10 high@M SUPPRESSED H (suppressed)",
                        "10 high@M UNSUPPRESSED H (recorded)",
                        "10 high@M RAISED H");

        // as the journal gives them back, an entry each
        for (int i = 0; i < journalled.size(); i++) {
            SampleBatch one = SampleBatch.of(List.of(journalled.sample(i)));
            scene.events.addAll(scene.alarms.samples(Scene.at(11 + i), one));
        }

        assertThat(scene.told()).isEmpty();
        assertThat(scene.alarms.takeDerived().size()).isZero();
    }
}
