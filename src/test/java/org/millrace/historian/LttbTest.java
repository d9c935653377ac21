package org.millrace.historian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LttbTest {
    @Property(tries = 300)
    void keepsExactlyTheWantedPointsInOrderWithBothEnds(
            @ForAll @IntRange(min = 1, max = 500) int n, @ForAll @IntRange(min = 2, max = 600) int wanted) {
        long[] times = new long[n];
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            times[i] = i * 1000L;
            values[i] = Math.sin(i * 0.7) * i;
        }
        int[] kept = Lttb.select(times, values, wanted);
        assertThat(kept).hasSize(Math.min(n, wanted)).doesNotHaveDuplicates().isSorted();
        assertThat(kept[0]).isZero();
        assertThat(kept[kept.length - 1]).isEqualTo(n - 1);
    }

    @Test
    void keepsTheSpikeInAFlatLine() {
        long[] times = new long[1000];
        double[] values = new double[1000];
        Arrays.setAll(times, i -> i);
        values[617] = 50;
        assertThat(Lttb.select(times, values, 20)).contains(617);
    }
}
