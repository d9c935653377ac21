package org.millrace.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CycleCounterTest {
    private static double sum(Optional<Integer> bits, double... values) {
        CycleCounter counter = new CycleCounter(bits);
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += counter.take(i, values[i]);
        }
        return sum;
    }

    @Test
    void rollsOverAtItsWidth() {
        assertThat(sum(Optional.of(16), 65_530, 65_534, 3, 10)).isEqualTo(4 + 5 + 7);
    }

    @Test
    void aFallOfACounterWithoutWidthIsAReset() {
        assertThat(sum(Optional.empty(), 100, 110, 3, 5)).isEqualTo(10 + 3 + 2);
    }

    /** 1000 to 3 on 32 bits would be four thousand million pieces: it was switched off. */
    @Test
    void aFallThatWouldBeMoreThanHalfTheRangeIsAReset() {
        assertThat(sum(Optional.of(32), 1000, 3)).isEqualTo(3);
    }

    @Test
    void theFirstValueCountsNothingAndABadOneIsTakenUpByTheNextGoodOne() {
        assertThat(sum(Optional.of(32), 5_000, Double.NaN, 5_004)).isEqualTo(4);
    }

    @Test
    void repeatedAndOlderValuesCountNothing() {
        CycleCounter counter = new CycleCounter(Optional.of(16));
        counter.take(10, 5);

        assertThat(counter.take(20, 7)).isEqualTo(2);
        assertThat(counter.take(20, 7)).isZero();
        assertThat(counter.take(15, 6)).isZero();
        assertThat(counter.take(30, 8)).isEqualTo(1);
    }
}
