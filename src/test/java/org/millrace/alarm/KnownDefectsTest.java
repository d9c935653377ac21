package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What others' users have reported of their alarm systems, as tests of this one. Each is named for the report. */
class KnownDefectsTest {
    private static Scene scene(String... settings) {
        Scene scene = new Scene(AlarmVectorTest.yaml(List.of(settings)));
        assertThat(scene.problems).isEmpty();
        return scene;
    }

    /** Acknowledgements are lost on restart. */
    @Test
    void phoebus3078AcknowledgementsOutliveARestart() {
        Scene scene = scene().value(0, "P-1", "v", 3).ack(5, "vib@P-1");
        scene.restart();
        scene.value(10, "P-1", "v", 2);
        assertThat(scene.told()).containsExactly("0 vib@P-1 RAISED C", "5 vib@P-1 ACKED C by ann", "10 vib@P-1 NORMAL");
    }

    /** An alarm that is disabled while its delay runs is shown all the same. */
    @Test
    void phoebus1966AnAlarmDisabledDuringItsDelayIsNotShown() {
        Scene gate = scene("while: state == 'RUN'", "levels: { C: { on_delay: 10s }, D: {} }")
                .text(0, "P-1", "state", "RUN")
                .value(1, "P-1", "v", 3)
                .text(5, "P-1", "state", "STOP")
                .tick(60);
        assertThat(gate.told()).isEmpty();
        Scene service = scene("levels: { C: { on_delay: 10s }, D: {} }")
                .value(1, "P-1", "v", 3)
                .command(5, new AlarmCommand.OutOfService("vib@P-1", "ann", "work on it"))
                .tick(60);
        assertThat(service.told()).containsExactly("11 vib@P-1 RAISED C (out_of_service)");
    }

    /** With a delay and a filter, an alarm enabled again never fires. */
    @Test
    void phoebus2310AnAlarmEnabledAgainFires() {
        Scene gate = scene("while: state == 'RUN'", "levels: { C: { on_delay: 10s }, D: {} }")
                .text(0, "P-1", "state", "STOP")
                .value(1, "P-1", "v", 3)
                .text(100, "P-1", "state", "RUN")
                .tick(110);
        assertThat(gate.told()).containsExactly("110 vib@P-1 RAISED C");
        Scene service = scene("levels: { C: { on_delay: 10s }, D: {} }")
                .command(0, new AlarmCommand.OutOfService("vib@P-1", "ann", "work on it"))
                .value(1, "P-1", "v", 3)
                .tick(60)
                .command(100, new AlarmCommand.InService("vib@P-1", "ann", "done"));
        assertThat(service.told()).last().isEqualTo("100 vib@P-1 RAISED C");
    }

    /** Editing a description clears the latched severity. */
    @Test
    void phoebus2520AnEditedTitleKeepsTheLatchedState() {
        List<String> latch = List.of("alarm: { latch: true }");
        Scene before = scene(latch.getFirst()).value(0, "P-1", "v", 5).value(5, "P-1", "v", 2);
        Scene after = before.restartedAs(AlarmVectorTest.yaml(latch).replace("Vibration {level}", "Shaking {level}"));
        after.ack(10, "vib@P-1").command(20, new AlarmCommand.Reset("vib@P-1", "bob", ""));
        assertThat(after.told()).containsExactly("10 vib@P-1 ACKED by ann", "20 vib@P-1 NORMAL by bob");
        assertThat(after.events).allSatisfy(event -> {
            assertThat(event.title()).startsWith("Shaking");
            assertThat(event.severity()).isEqualTo(org.millrace.rule.RuleFile.Severity.CRITICAL);
        });
    }

    /** One "disconnected" masks the real alarm, and acknowledging it acknowledges both. */
    @Test
    void phoebus1928AMissingInputHasAnAlarmOfItsOwnThatNeitherMasksNorAcknowledgesTheOther() {
        Scene scene = withAbsence().value(0, "P-1", "v", 3).bad(2, "P-1", "v");
        for (int i = 10; i <= 70; i += 10) {
            scene.tick(i);
        }
        scene.ack(80, "gone@P-1").value(110, "P-1", "v", 3).value(120, "P-1", "v", 2);
        assertThat(scene.told())
                .containsExactly(
                        "0 vib@P-1 RAISED C",
                        "60 gone@P-1 RAISED absent",
                        "80 gone@P-1 ACKED absent by ann",
                        "110 gone@P-1 NORMAL",
                        "120 vib@P-1 RTN_UNACK");
    }

    private static Scene withAbsence() {
        Scene scene = new Scene(AlarmVectorTest.yaml(List.of()) + """

                ---
                kind: Rule
                id: gone
                title: "No vibration signal from {asset.id}"
                for: { assets: [P-1] }
                watch: absence
                input: v
                after: 60s
                """);
        assertThat(scene.problems).isEmpty();
        return scene;
    }

    /** After a mute nothing is sent until a repeat interval has passed. */
    @Test
    void alertmanager2496And3367TheEndOfASilenceTellsAtOnce() {
        Scene scene = scene().command(0, new AlarmCommand.Shelve("vib@P-1", 60 * Scene.SECOND, false, "ann", "known"))
                .value(10, "P-1", "v", 3)
                .tick(59)
                .tick(60);
        assertThat(scene.told()).last().isEqualTo("60 vib@P-1 RAISED C");
    }

    /** An inhibition that arrives after its target comes too late. */
    @Test
    void alertmanager2229ASourceAfterItsTargetStillSuppressesIt() {
        Scene scene = scene("alarm: { suppress: { rule: mains } }", "policy: group: { wait: 10s }")
                .value(0, "P-1", "v", 3)
                .value(1, "P-1", "mains", 0)
                .tick(10)
                .tick(20);
        assertThat(scene.events)
                .filteredOn(event -> event.rule().equals("vib"))
                .isNotEmpty()
                .noneMatch(event -> event.handling().announced());
    }

    /** A flapping alert without "resolved" messages notifies only once. */
    @Test
    void alertmanager1063AnAlarmThatCameBackIsToldAgain() {
        Scene scene = scene();
        for (int i = 0; i < 3; i++) {
            scene.value(i * 100, "P-1", "v", 3).ack(i * 100 + 1, "vib@P-1").value(i * 100 + 50, "P-1", "v", 2);
        }
        assertThat(scene.events)
                .filteredOn(event -> event.type() == org.millrace.rule.AlarmEvent.Type.RAISED)
                .hasSize(3)
                .allMatch(event -> event.handling().announced())
                .extracting(event -> event.incident())
                .doesNotHaveDuplicates();
    }

    /** An alarm cannot be cleared by the absence of data. */
    @Test
    void thingsBoard10979AnAlarmMayClearBySilenceWhereTheRuleSaysSo() {
        assertThat(scene("alarm: { clear_after: 1h }")
                        .value(0, "P-1", "v", 3)
                        .tick(3600)
                        .told())
                .containsExactly("0 vib@P-1 RAISED C", "3600 vib@P-1 RTN_UNACK");
        assertThat(scene().value(0, "P-1", "v", 3).tick(360_000).told()).containsExactly("0 vib@P-1 RAISED C");
    }

    /** No alarm for missing data without a workaround. */
    @Test
    void thingsBoard12755MissingDataIsAnAlarmByItself() {
        Scene scene = withAbsence();
        for (int i = 0; i <= 70; i += 10) {
            scene.tick(i);
        }
        assertThat(scene.told()).containsExactly("60 gone@P-1 RAISED absent");
    }

    /** An alarm's severity cannot be lowered, and conditions cannot be joined by OR. */
    @Test
    void thingsBoard11803ALowerSeverityIsTaken() {
        Scene scene = scene("while: state == 'RUN' || temp > 50.0")
                .text(0, "P-1", "state", "STOP")
                .value(0, "P-1", "temp", 60)
                .value(1, "P-1", "v", 5)
                .value(10, "P-1", "v", 3);
        assertThat(scene.told()).containsExactly("1 vib@P-1 RAISED D", "10 vib@P-1 LOWERED C");
        assertThat(scene.events.getLast().severity()).isEqualTo(org.millrace.rule.RuleFile.Severity.MINOR);
    }

    /** The clear condition works for one severity only. */
    @Test
    void thingsBoard12560EverySeverityClears() {
        Scene scene = scene().value(0, "P-1", "v", 5)
                .value(1, "P-1", "v", 2)
                .value(2, "P-2", "v", 3)
                .value(3, "P-2", "v", 2);
        assertThat(scene.told())
                .containsExactly(
                        "0 vib@P-1 RAISED D", "1 vib@P-1 RTN_UNACK", "2 vib@P-2 RAISED C", "3 vib@P-2 RTN_UNACK");
    }

    /** A rule deleted and made anew under the same name goes on with the old one's state. */
    @Test
    void eKuiper871ARuleOfTheSameNameForAnotherInputStartsNormal() {
        Scene before =
                scene().value(0, "P-1", "v", 3).command(1, new AlarmCommand.Mute("desk", "WO-1", "P-2", "", 0, "x"));
        Scene after =
                before.restartedAs(AlarmVectorTest.yaml(List.of()).replace("input: v\nlimits", "input: temp\nlimits"));
        assertThat(after.alarms.openIncidents()).isEmpty();
        after.value(10, "P-1", "v", 5);
        assertThat(after.told()).isEmpty();
        assertThat(after.alarms.board().mutes()).hasSize(1);
    }
}
