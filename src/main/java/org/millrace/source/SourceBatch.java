package org.millrace.source;

import java.util.List;
import java.util.Map;
import org.millrace.signal.Reading;

/** What a source hands over in one delivery: payloads still to be decoded, or readings. */
public sealed interface SourceBatch {
    String source();

    /** µs since the epoch when the hub received the newest part of it. */
    long hubTime();

    /** Messages as a broker or gateway sent them. */
    record Payloads(String source, long hubTime, List<Payload> payloads) implements SourceBatch {}

    /** Decoded readings, and what could not be decoded. */
    record Readings(String source, long hubTime, List<Reading> readings, List<Undecodable> undecodable)
            implements SourceBatch {}

    /**
     * @param topic MQTT topic or HTTP path
     * @param format name of the decoder, e.g. {@code chirpstack}, {@code json}
     * @param map for the formats that have one: what to take from where; else empty
     * @param hubTime µs when this message arrived
     * @param retained the broker had kept it from before: it says what was, not what is
     * @param codec that the source names for devices without one of their own; empty for none
     */
    record Payload(
            String topic,
            byte[] bytes,
            String format,
            Map<String, String> map,
            long hubTime,
            boolean retained,
            String codec) {
        /** One without a codec. */
        public Payload(
                String topic, byte[] bytes, String format, Map<String, String> map, long hubTime, boolean retained) {
            this(topic, bytes, format, map, hubTime, retained, "");
        }

        /** One that has just been sent. */
        public Payload(String topic, byte[] bytes, String format, Map<String, String> map, long hubTime) {
            this(topic, bytes, format, map, hubTime, false);
        }

        public Payload with(byte[] other) {
            return new Payload(topic, other, format, map, hubTime, retained, codec);
        }

        public Payload at(String otherTopic) {
            return new Payload(otherTopic, bytes, format, map, hubTime, retained, codec);
        }
    }

    /** @param reason {@code malformed}, {@code too-large}, {@code no-decoder}, … */
    record Undecodable(Payload payload, String reason, String detail) {}
}
