package org.millrace.source.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;

class DecodePropertiesTest {
    private static final DecodeStep STEP = new DecodeStep(Decoders.standard(), DecodeStep.AUTO);
    private static final Map<String, String> MAP = Map.of("device", "$topic[0]", "time", ".ts", "readings", ".values");
    private static final byte[] GOOD =
            "{\"ts\":1795366800,\"values\":{\"a\":1,\"b\":{\"value\":2.5,\"quality\":\"good\"},\"c\":\"t\"}}"
                    .getBytes(StandardCharsets.UTF_8);

    private static Readings decode(String format, byte[] bytes) {
        return STEP.apply(new Payloads("s", 1, List.of(new Payload("dev/event/up", bytes, format, MAP, 1))));
    }

    /** Hostile bytes never throw, and are always accounted for. */
    @Property(tries = 300)
    void anyBytesAreAccountedFor(@ForAll byte[] bytes) {
        for (String format : Decoders.standard().names()) {
            Readings decoded = decode(format, bytes);
            assertThat(decoded.readings().size() + decoded.undecodable().size()).isPositive();
        }
    }

    /** A payload that was cut off anywhere gives one undecodable part and not a single reading. */
    @Property(tries = 100)
    void aCutOffPayloadGivesNoReading(@ForAll @IntRange(min = 0, max = 80) int length) {
        byte[] cut = Arrays.copyOf(GOOD, Math.min(length, GOOD.length - 1));
        Readings decoded = decode("json", cut);
        assertThat(decoded.readings()).isEmpty();
        assertThat(decoded.undecodable()).hasSize(1);
    }

    /** One byte changed on the way: no exception, nothing unaccounted. */
    @Property(tries = 300)
    void oneChangedByteIsAccountedFor(@ForAll @IntRange(min = 0, max = 79) int at, @ForAll byte value) {
        byte[] bytes = GOOD.clone();
        bytes[Math.min(at, bytes.length - 1)] = value;
        Readings decoded = decode("json", bytes);
        assertThat(decoded.readings().size() + decoded.undecodable().size()).isPositive();
    }
}
