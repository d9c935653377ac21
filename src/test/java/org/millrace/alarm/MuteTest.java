package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.rule.StateCodec;

/** Alarms that are silent while people work on them. */
class MuteTest {
    private static Scene scene() {
        Scene scene = new Scene(AlarmVectorTest.yaml(List.of()));
        assertThat(scene.problems).isEmpty();
        return scene;
    }

    private static AlarmCommand mute(String system, String asset) {
        return new AlarmCommand.Mute(system, "17", asset, "", 0, "x");
    }

    @Test
    void twoSystemsMayHaveAnOrderOfTheSameNumber() {
        Scene scene = scene().command(0, mute("atlas", "P-1")).command(1, mute("sap", "P-2"));
        scene.restart();
        scene.command(2, new AlarmCommand.Unmute("atlas", "17", "x"))
                .value(3, "P-1", "v", 3)
                .value(4, "P-2", "v", 3);

        assertThat(scene.told()).containsExactly("3 vib@P-1 RAISED C", "4 vib@P-2 RAISED C (muted)");
        assertThat(scene.alarms.board().mutes())
                .extracting(AlarmBoard.Mute::system, AlarmBoard.Mute::order, AlarmBoard.Mute::asset)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("sap", "17", "P-2"));
    }

    /** State and journal of a version that did not keep the system. */
    @Test
    void anOlderMuteWithoutASystemEndsWithTheOrderOfItsNumber() throws IOException {
        Scene scene = scene();
        scene.alarms.restore(Map.of("alarm:mutes", versionOne("17", "P-1")));
        assertThat(scene.alarms.board().mutes())
                .containsExactly(new AlarmBoard.Mute("", "17", "P-1", "VIB", 0, "work order 17"));
        assertThat(scene.value(0, "P-1", "v", 3).told()).containsExactly("0 vib@P-1 RAISED C (muted)");

        scene.command(1, new AlarmCommand.Unmute("atlas", "17", "x"));

        assertThat(scene.told()).endsWith("1 vib@P-1 RAISED C");
        assertThat(scene.alarms.board().mutes()).isEmpty();
        assertThat(scene.command(2, mute("atlas", "P-1"))
                        .command(3, new AlarmCommand.Unmute("", "17", "x"))
                        .alarms
                        .board()
                        .mutes())
                .as("an unmute from an older journal")
                .isEmpty();
    }

    private static byte[] versionOne(String order, String asset) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(1);
            out.writeInt(1);
            StateCodec.text(out, order);
            StateCodec.text(out, asset);
            StateCodec.text(out, "VIB");
            out.writeLong(0);
            StateCodec.text(out, "work order " + order);
        }
        return bytes.toByteArray();
    }
}
