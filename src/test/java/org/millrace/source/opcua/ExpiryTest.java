package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExpiryTest {
    private static final Instant END = Instant.parse("2027-03-01T12:00:00Z");

    private final Expiry expiry = new Expiry("server", "the server's certificate", END);

    @Test
    void warningsBeginSixtyDaysBefore() {
        assertThat(expiry.warning(before(61))).isEmpty();
        assertThat(expiry.warning(before(60))).contains("the server's certificate expires on 2027-03-01, in 60 days");
        assertThat(expiry.warning(before(1))).contains("the server's certificate expires on 2027-03-01, in 1 day");
        assertThat(expiry.warning(END.plusSeconds(1)).orElseThrow()).contains("has expired on 2027-03-01");
    }

    @Test
    void eachStepIsNewsOnce() {
        assertThat(expiry.news(before(90))).isEmpty();
        assertThat(expiry.news(before(59))).isPresent();
        assertThat(expiry.news(before(45))).isEmpty();
        assertThat(expiry.news(before(30))).isPresent();
        assertThat(expiry.news(before(29))).isEmpty();
        assertThat(expiry.news(before(7))).isPresent();
        assertThat(expiry.news(before(6))).isEmpty();
        assertThat(expiry.news(END.plusSeconds(1))).isPresent();
        assertThat(expiry.news(END.plusSeconds(2))).isEmpty();
    }

    private static Instant before(long days) {
        return END.minus(Duration.ofDays(days));
    }
}
