package org.millrace.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.millrace.source.mqtt.Window.Verdict;

class WindowTest {
    @Test
    void whatIsAcknowledgedMakesRoomUntilTheWindowWasFullOnce() {
        Window window = new Window(2);
        assertThat(window.arrived(10)).isEqualTo(Verdict.TAKE);
        assertThat(window.arrived(10)).isEqualTo(Verdict.TAKE);
        assertThat(window.acknowledged()).isFalse();
        assertThat(window.arrived(10)).isEqualTo(Verdict.TAKE);
        assertThat(window.arrived(10)).isEqualTo(Verdict.PASS_OVER);
        assertThat(window.acknowledged()).isFalse();
        assertThat(window.arrived(10)).as("a later one must not overtake").isEqualTo(Verdict.PASS_OVER);
        assertThat(window.acknowledged())
                .as("now the connection has done its work")
                .isTrue();
    }

    @Test
    void anEmptiedWindowThatWasNeverFullGoesOn() {
        Window window = new Window(1);
        for (int i = 0; i < 5; i++) {
            assertThat(window.arrived(10)).isEqualTo(Verdict.TAKE);
            assertThat(window.acknowledged()).isFalse();
        }
    }

    @Test
    void tooMuchThatIsPassedOverEndsTheConnection() {
        Window window = new Window(1);
        window.arrived(1);
        int half = (int) (Window.MAX_PASSED_OVER / 2);
        assertThat(window.arrived(half)).isEqualTo(Verdict.PASS_OVER);
        assertThat(window.arrived(half)).isEqualTo(Verdict.PASS_OVER);
        assertThat(window.arrived(1)).isEqualTo(Verdict.FLOOD);
    }

    /** Whatever order arrivals and acknowledgements come in, what is taken is a beginning of what was sent. */
    @Property(tries = 200)
    void onlyABeginningIsTaken(@ForAll boolean[] arrivals, @ForAll @IntRange(min = 1, max = 4) int limit) {
        Window window = new Window(limit);
        int under = 0;
        boolean passed = false;
        for (boolean arrival : arrivals) {
            if (arrival) {
                boolean taken = window.arrived(1) == Verdict.TAKE;
                assertThat(taken && passed).isFalse();
                passed |= !taken;
                under += taken ? 1 : 0;
                assertThat(under).isLessThanOrEqualTo(limit);
            } else if (under > 0) {
                under--;
                assertThat(window.acknowledged()).isEqualTo(passed && under == 0);
            }
        }
    }
}
