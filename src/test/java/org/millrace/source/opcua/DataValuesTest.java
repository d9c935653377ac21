package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ubyte;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ulong;

import java.math.BigInteger;
import java.time.Instant;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

class DataValuesTest {
    @Test
    void numbersKeepTheirKind() {
        assertThat(value(1.5)).isEqualTo(Value.of(1.5));
        assertThat(value(1.5f)).isEqualTo(Value.of(1.5));
        assertThat(value((short) -3)).isEqualTo(Value.of(-3L));
        assertThat(value(ubyte(200))).isEqualTo(Value.of(200L));
        assertThat(value(uint(4294967295L))).isEqualTo(Value.of(4294967295L));
        assertThat(value(Long.MIN_VALUE)).isEqualTo(Value.of(Long.MIN_VALUE));
        assertThat(value(ulong(BigInteger.TWO.pow(64).subtract(BigInteger.ONE))))
                .isEqualTo(Value.of(BigInteger.TWO.pow(64).doubleValue()));
        assertThat(value(true)).isEqualTo(Value.of(true));
        assertThat(value("x")).isEqualTo(Value.of("x"));
        assertThat(value(LocalizedText.english("läuft"))).isEqualTo(Value.of("läuft"));
    }

    /** Half of an array would be a guess. */
    @Test
    void anArrayIsBadConfigurationAndCarriesNoValue() {
        Reading reading = DataValues.reading("n", new DataValue(new Variant(new Double[] {1.0, 2.0})));

        assertThat(reading.value()).isEqualTo(Value.NONE);
        assertThat(reading.quality()).isEqualTo(Quality.BAD_CONFIGURATION_ERROR);
    }

    @Test
    void theStatusCodeIsKeptToTheLastBit() {
        StatusCode overflow = new StatusCode(0x808C0480L); // Bad_SensorFailure with the queue-overflow info bits
        Reading reading = DataValues.reading("n", new DataValue(Variant.ofNull(), overflow));

        assertThat(reading.quality()).isEqualTo(0x808C0480);
        assertThat(reading.value()).isEqualTo(Value.NONE);
    }

    @Test
    void timeIsTheSourcesElseTheServersElseNone() {
        DateTime source = new DateTime(Instant.parse("2026-03-01T10:00:00.123456Z"));
        DateTime server = new DateTime(Instant.parse("2026-03-01T10:00:01Z"));

        assertThat(time(source, server)).isEqualTo(1_772_359_200_123_456L);
        assertThat(time(null, server)).isEqualTo(1_772_359_201_000_000L);
        assertThat(time(DateTime.NULL_VALUE, null)).isEqualTo(Reading.NO_TIME);
        assertThat(time(new DateTime(Instant.parse("1969-12-31T23:59:59.5Z")), null))
                .isEqualTo(-500_000L);
    }

    private static long time(@Nullable DateTime source, @Nullable DateTime server) {
        return DataValues.time(new DataValue(new Variant(1), StatusCode.GOOD, source, server));
    }

    private static Value value(Object raw) {
        return DataValues.reading("n", new DataValue(new Variant(raw))).value();
    }
}
