package org.millrace.source.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Undecodable;

class DecodeStepTest {
    private static Payload payload(String format, byte[] bytes) {
        return new Payload("a/b", bytes, format, Map.of(), 1);
    }

    private static Payload json(String text) {
        return payload("json", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBatchKeepsItsOrderAroundBadPayloads() {
        var decoded = new DecodeStep(Decoders.standard(), DecodeStep.AUTO)
                .apply(new Payloads("s", 9, List.of(json("{\"x\":1}"), json("{"), json("{\"y\":2}"))));
        assertThat(decoded.readings()).extracting(Reading::field).containsExactly("x", "y");
        assertThat(decoded.undecodable()).extracting(Undecodable::reason).containsExactly(Reasons.MALFORMED);
    }

    @Test
    void aPayloadOverTheLimitIsRefusedUnread() {
        byte[] justFits = ("{\"x\":1" + " ".repeat(DecodeStep.MAX_PAYLOAD - 7) + "}").getBytes(StandardCharsets.UTF_8);
        byte[] oneMore = ("{\"x\":1" + " ".repeat(DecodeStep.MAX_PAYLOAD - 6) + "}").getBytes(StandardCharsets.UTF_8);
        var decoded = new DecodeStep(Decoders.standard(), DecodeStep.AUTO)
                .apply(new Payloads("s", 9, List.of(payload("json", justFits), payload("json", oneMore))));
        assertThat(decoded.readings()).hasSize(1);
        assertThat(decoded.undecodable()).extracting(Undecodable::reason).containsExactly(Reasons.TOO_LARGE);
        assertThat(decoded.undecodable().get(0).detail()).contains("262145").contains("a/b");
    }

    @Test
    void aNamedFormatOverridesThePayloadsOwn() {
        Decoders decoders =
                Decoders.standard().with("mine", (payload, out) -> out.undecodable(payload, "mine", "seen"));
        assertThat(decoders.names()).contains("mine", "json", "chirpstack");
        var decoded = new DecodeStep(decoders, "mine").apply(new Payloads("s", 9, List.of(json("{\"x\":1}"))));
        assertThat(decoded.undecodable()).extracting(Undecodable::reason).containsExactly("mine");
    }

    @Test
    void aMapIsCheckedBeforeAnythingRuns() {
        assertThat(Decoders.problemOf("json", Map.of("device", "$topic[2]", "time", ".ts", "readings", ".values")))
                .isEmpty();
        assertThat(Decoders.problemOf("json", Map.of("readings", "values")))
                .hasValueSatisfying(text -> assertThat(text).contains("starts with a dot"));
        assertThat(Decoders.problemOf("json", Map.of("time", "now")))
                .hasValueSatisfying(text -> assertThat(text).contains("map.time"));
        assertThat(Decoders.problemOf("json", Map.of("device", "$topik[2]")))
                .hasValueSatisfying(text -> assertThat(text).contains("$topic[0]"));
        assertThat(Decoders.problemOf("json", Map.of("device", " ")))
                .hasValueSatisfying(text -> assertThat(text).contains("empty"));
    }

    @Test
    void aMapCannotReadTheEnvironment() {
        Payload payload = new Payload(
                "a", "{}".getBytes(StandardCharsets.UTF_8), "json", Map.of("device", "x", "readings", "(env)"), 1);
        Payload dollar = new Payload(
                "a", "{}".getBytes(StandardCharsets.UTF_8), "json", Map.of("device", "x", "readings", "($ENV)"), 1);
        var decoded = new DecodeStep(Decoders.standard(), DecodeStep.AUTO)
                .apply(new Payloads("s", 9, List.of(payload, dollar)));
        assertThat(decoded.readings()).isEmpty();
        assertThat(decoded.undecodable()).extracting(Undecodable::reason).containsOnly(Reasons.BAD_MAP);
    }
}
