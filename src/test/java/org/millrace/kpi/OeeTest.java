package org.millrace.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Published worked examples, and what must hold for every machine. */
class OeeTest {
    private static final long MINUTE = 60_000_000L;
    private static final Offset<Double> CLOSE = within(0.0005);

    private static void check(Oee oee, double availability, double effectiveness, double quality, double product) {
        assertThat(oee.availability().orElseThrow()).isCloseTo(availability, CLOSE);
        assertThat(oee.effectiveness().orElseThrow()).isCloseTo(effectiveness, CLOSE);
        assertThat(oee.quality().orElseThrow()).isCloseTo(quality, CLOSE);
        assertThat(oee.oee().orElseThrow()).isCloseTo(product, CLOSE);
    }

    /** Vorne's worksheet: a week at 1.041 pieces a minute. */
    @Test
    void v1() {
        check(new Oee(2780 * MINUTE, 1820 * MINUTE, 0, 1626 / 1.041 * MINUTE, 1626, 1618), .6547, .8582, .9951, .5591);
    }

    /** cncoptimization.com: a shift of 480 minutes with 60 of break and 42 of breakdown. */
    @Test
    void v2() {
        check(new Oee(420 * MINUTE, 378 * MINUTE, 0, 300.0 * MINUTE, 300, 294), .9, .7937, .98, .7);
    }

    @Test
    void v3() {
        check(new Oee(480 * MINUTE, 420 * MINUTE, 0, 400.0 * MINUTE, 400, 380), .875, .9524, .95, .7917);
    }

    /** 60 pieces a minute, and TEEP over the whole day. */
    @Test
    void v4() {
        Oee oee = new Oee(420 * MINUTE, 373 * MINUTE, 0, 19271 / 60.0 * MINUTE, 19271, 19271 - 423);

        check(oee, .8881, .8611, .9780, .7479);
        assertThat(oee.teep(1440 * MINUTE).orElseThrow()).isCloseTo(.2181, CLOSE);
    }

    @Test
    void withoutPlannedTimeThereIsNoValue() {
        Oee nothing = new Oee(0, 0, 0, 0, 0, 0);

        assertThat(nothing.availability()).isEmpty();
        assertThat(nothing.oee()).isEmpty();
        assertThat(nothing.nee()).isEmpty();
        assertThat(nothing.teep(1440 * MINUTE)).isEmpty();
    }

    @Test
    void aMachineThatStoodAllShiftHasAnOeeOfNothingAndNoQuality() {
        Oee stood = new Oee(480 * MINUTE, 0, 0, 0, 0, 0);

        assertThat(stood.oee()).hasValue(0);
        assertThat(stood.availability()).hasValue(0);
        assertThat(stood.effectiveness()).isEmpty();
        assertThat(stood.quality()).isEmpty();
    }

    @Test
    void anEffectivenessAboveOneIsToldAsItIs() {
        assertThat(new Oee(100, 50, 0, 60, 1, 1).effectiveness()).hasValue(1.2);
    }

    @Test
    void setUpCountsAsUseInNee() {
        Oee oee = new Oee(480, 240, 120, 200, 10, 9);

        assertThat(oee.nee().orElseThrow()).isCloseTo((240 + 120) / 480.0 * 200 / 240 * .9, within(1e-12));
    }

    /** Availability × effectiveness × quality is GQ × PRI / PBT, whatever the production time. */
    @Property
    void theProductIsGoodTimeByPlannedTime(
            @ForAll @LongRange(min = 1, max = 1_000_000_000) long planned,
            @ForAll @LongRange(min = 1, max = 1_000_000_000) long production,
            @ForAll @DoubleRange(min = 1, max = 1e6) double ideal,
            @ForAll @DoubleRange(min = 1, max = 1e6) double pieces,
            @ForAll @DoubleRange(min = 0, max = 1) double share) {
        Oee oee = new Oee(planned, production, 0, ideal, pieces, pieces * share);

        double direct = ideal * share / planned;
        assertThat(oee.oee().orElseThrow()).isCloseTo(direct, within(1e-9 * Math.max(1, direct)));
        assertThat(oee.teep(planned)).isEqualTo(OptionalDouble.of(oee.oee().orElseThrow()));
    }
}
