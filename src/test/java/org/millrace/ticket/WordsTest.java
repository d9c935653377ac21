package org.millrace.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    private final Words words = new Words(Locale.ENGLISH);

    @ParameterizedTest
    @CsvSource({
        "0, less than 1 second",
        "-5000, less than 1 second",
        "999, less than 1 second",
        "1000, 1 second",
        "1499, 1 second",
        "1500, 2 seconds",
        "59499, 59 seconds",
        "59600, 1 minute",
        "61000, 1 minute 1 second",
        "119700, 2 minutes",
        "125000, 2 minutes 5 seconds",
        "3599700, 1 hour",
        "3629000, 1 hour",
        "3631000, 1 hour 1 minute",
        "5400000, 1 hour 30 minutes",
        "86399000, 1 day",
        "84600000, 23 hours 30 minutes",
        "86400000, 1 day",
        "273600000, 3 days 4 hours",
        "604800000, 7 days",
    })
    void saysTheTwoUnitsThatMatterAndCarries(long millis, String expected) {
        assertThat(words.duration(Duration.ofMillis(millis))).isEqualTo(expected);
    }

    @Property
    void neverSaysAFullUnitAsItsParts(@ForAll @LongRange(min = 1000, max = 40L * 86_400_000) long millis) {
        assertThat(words.duration(Duration.ofMillis(millis)))
                .doesNotContain("60 seconds", "60 minutes", "24 hours")
                .matches("\\d+ \\w+( \\d+ \\w+)?");
    }

    @ParameterizedTest
    @CsvSource({
        "4.499999999, 4.5",
        "4.5, 4.5",
        "7.8349, 7.835",
        "0.00123456, 0.00123",
        "-0.5, -0.5",
        "0, 0",
        "-0.0, 0",
        "12345.6789, 12345.679",
        "1000000, 1000000",
        "0.1, 0.1",
        "100, 100",
        "NaN, –",
        "Infinity, –",
    })
    void writesNumbersWithoutArtefacts(double value, String expected) {
        assertThat(Numbers.text(value, Locale.ROOT)).isEqualTo(expected);
    }

    @Test
    void writesUnitsAndDecimalsAsPeopleDo() {
        assertThat(Numbers.quantity(81.25, "Cel", Locale.GERMAN)).isEqualTo("81,25 °C");
        assertThat(Numbers.quantity(12, "{cycles}", Locale.ROOT)).isEqualTo("12 cycles");
        assertThat(Numbers.quantity(12, "1", Locale.ROOT)).isEqualTo("12");
        assertThat(UnitText.of("kg/{lot}.{x}")).isEqualTo("kg/{lot}.{x}");
    }

    @Test
    void aLanguageWithoutABundleReadsEnglish() {
        assertThat(new Words(Locale.JAPANESE).duration(Duration.ofSeconds(65))).isEqualTo("1 minute 5 seconds");
    }

    @Test
    void namesKnownFailureModesAndLeavesOthersAlone() {
        assertThat(words.failureMode("OHE")).isEqualTo("OHE (overheating, ISO 14224)");
        assertThat(words.failureMode("X-7")).isEqualTo("X-7");
    }
}
