package org.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
    private static final long S = 1_000_000;

    private long wall = 1_790_000_000L * S;
    private long nanos = 5;
    private final List<Long> jumps = new ArrayList<>();
    private final ClockWatch watch = new ClockWatch(() -> wall, () -> nanos, jumps::add);

    private void pass(long seconds, long wallSeconds) {
        nanos += seconds * 1_000_000_000L;
        wall += wallSeconds * S;
        assertThat(watch.getAsLong()).isEqualTo(wall);
    }

    @Test
    void eachJumpIsToldOnceWithItsSizeAndDirection() {
        pass(1, 1);
        pass(1, -3_599);
        pass(1, 1);
        pass(1, 400 * 86_400 + 1);
        pass(1, 1);

        assertThat(jumps).containsExactly(-3_600 * S, 400 * 86_400 * S);
    }

    /** A machine that slept: both go on, or only the wall; a time service moves the clock by little at a time. */
    @Test
    void aSlowClockOrALongPauseIsNoJump() {
        pass(3_600, 3_600);
        for (int i = 0; i < 100; i++) {
            pass(10, 11);
        }

        assertThat(jumps).isEmpty();
    }
}
