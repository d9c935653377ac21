package org.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryPauseTest {
    @Test
    void pausesGrowToTheLimitAndStayThereForEver() {
        RetryPause pause = new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30), new Random(7));

        assertThat(pause.next()).isBetween(Duration.ofMillis(750), Duration.ofSeconds(1));
        assertThat(pause.next()).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(2));
        for (int i = 0; i < 1000; i++) {
            assertThat(pause.next()).isBetween(Duration.ofMillis(750), Duration.ofSeconds(30));
        }
        assertThat(pause.next()).isBetween(Duration.ofMillis(22_500), Duration.ofSeconds(30));
        assertThat(pause.failures()).isEqualTo(1003);
    }

    @Test
    void successStartsAgainFromTheShortestPause() {
        RetryPause pause = new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30), new Random(7));
        for (int i = 0; i < 9; i++) {
            pause.next();
        }

        pause.reset();

        assertThat(pause.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aShortSuccessEndsTheLongPausesButDoesNotStartFromTheShortest() {
        RetryPause pause = new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30), new Random(7));
        for (int i = 0; i < 9; i++) {
            pause.next();
        }

        for (int i = 0; i < 100; i++) { // comes and goes: never again half a minute
            pause.came();
            assertThat(pause.next()).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(8));
        }
    }
}
