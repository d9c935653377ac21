package org.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarFormsTest {
    @Property(tries = 300)
    void durationsReadBackAsWritten(@ForAll @LongRange(min = 0, max = 9_000_000_000_000_000L) long micros)
            throws BadValue {
        Duration duration = Duration.ofNanos(micros * 1000);
        assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }

    @Property(tries = 300)
    void quantitiesReadBackAsWritten(@ForAll @Scale(6) @BigRange(min = "-1e20", max = "1e20") BigDecimal value)
            throws BadValue {
        assertThat(Quantity.parse(new Quantity(value, "mm/s").toString())).isEqualTo(new Quantity(value, "mm/s"));
        assertThat(Quantity.parse(new Quantity(value, "1").toString())).isEqualTo(new Quantity(value, "1"));
    }

    /** Whatever someone types, the answer is a value or a BadValue with a place inside the text. */
    @Property(tries = 500)
    void anyTextIsReadOrRefused(@ForAll @StringLength(max = 60) String text) {
        try {
            Durations.parse(text);
        } catch (BadValue e) {
            assertThat(e.offset()).isBetween(0, text.length());
        }
        try {
            Quantity.parse(text);
        } catch (BadValue e) {
            assertThat(e.offset()).isBetween(0, text.length());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "500ms,PT0.5S",
        "2s,PT2S",
        "15m,PT15M",
        "8h,PT8H",
        "7d,PT168H",
        "1.5h,PT1H30M",
        "2.0 s,PT2S",
        "1w,PT168H"
    })
    void durations(String written, Duration expected) throws BadValue {
        assertThat(Durations.parse(written)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"30,30s", "10min,10m", "5 seconds,5s", "3H,3h"})
    void durationHints(String written, String hint) {
        assertThat(assertThrows(BadValue.class, () -> Durations.parse(written)).hint())
                .contains(hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5s", "300000w 99999999w", "", "s", "1h-30m", "1e3s"})
    void refusedDurations(String written) {
        assertThatThrownBy(() -> Durations.parse(written)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @CsvSource({
        "7.1 mm/s,7.1,mm/s",
        "30 %,30,%",
        "30%,30,%",
        "-0.2 Cel,-0.2,Cel",
        "5,5,1",
        "1480 {rot}/min,1480,{rot}/min",
        "2.5e3 [degF],2.5e3,[degF]",
        "+.5 bar,.5,bar"
    })
    void quantities(String written, String value, String unit) throws BadValue {
        assertThat(Quantity.parse(written)).isEqualTo(new Quantity(new BigDecimal(value), unit));
    }

    @ParameterizedTest
    @CsvSource({"'7,1 mm/s',7.1 mm/s", "20 degC,Cel", "75 kWh,kW.h", "3 rpm,{rot}/min", "1 480 mm,thousands"})
    void quantityHints(String written, String hint) {
        assertThat(assertThrows(BadValue.class, () -> Quantity.parse(written)).hint())
                .contains(hint);
    }

    /** A hundred million digits in toPlainString would end the process. */
    @Test
    void hugeExponentsAreRefused() {
        assertThatThrownBy(() -> Quantity.parse("1e100000000")).isInstanceOf(BadValue.class);
    }
}
