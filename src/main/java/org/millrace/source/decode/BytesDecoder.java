package org.millrace.source.decode;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.codec.Codec;

/**
 * Bytes that only a codec can read, as the whole payload. The map may name {@code device}, a text with {@code $topic[n]}
 * (without it the device is the topic); {@code encoding}, which is {@code raw}, {@code hex} or {@code base64}; and
 * {@code port}, a number for codecs that tell messages apart by it.
 */
final class BytesDecoder implements Decoder {
    private static final Set<String> KEYS = Set.of("device", "encoding", "port");
    private static final Set<String> ENCODINGS = Set.of("raw", "hex", "base64");

    @Override
    public void decode(Payload payload, Sink out) {
        String topic = payload.topic();
        Map<String, String> map = payload.map();
        String device = JsonMap.fill(map.getOrDefault("device", topic), topic);
        Optional<Codec> codec = out.codec(payload, device);
        if (payload.bytes().length == 0) {
            out.undecodable(payload, Reasons.EMPTY, "the payload of '" + topic + "' has no bytes");
        } else if (device.isEmpty()) {
            out.undecodable(
                    payload, Reasons.NO_DEVICE, "the topic '" + topic + "' has fewer levels than the map names");
        } else if (codec.isEmpty()) {
            out.undecodable(
                    payload,
                    Reasons.CODEC,
                    "device " + device
                            + " has no codec: name one in its asset file (codecs:) or in the source (codec:)");
        } else {
            int port = Integer.parseInt(map.getOrDefault("port", "1"));
            CodecRead read = new CodecRead(payload, out, device, Reading.NO_TIME);
            String text = new String(payload.bytes(), StandardCharsets.ISO_8859_1).strip();
            Optional<Found> found = switch (map.getOrDefault("encoding", "raw")) {
                case "hex" -> read.hex(codec.get(), text, port);
                case "base64" -> read.base64(codec.get(), text, port);
                default -> read.bytes(codec.get(), payload.bytes(), port);
            };
            found.ifPresent(values -> values.into(out, payload, device, Reading.NO_TIME));
        }
    }

    static Optional<String> problemOf(Map<String, String> map) {
        Optional<String> unknown =
                map.keySet().stream().filter(key -> !KEYS.contains(key)).findFirst();
        if (unknown.isPresent()) {
            return Optional.of("map has the key '" + unknown.get() + "'; it may have device, encoding and port");
        }
        if (!ENCODINGS.contains(map.getOrDefault("encoding", "raw"))) {
            return Optional.of("encoding is '" + map.get("encoding") + "'; it may be raw, hex or base64");
        }
        return map.getOrDefault("port", "1").matches("\\d{1,3}")
                ? Optional.empty()
                : Optional.of("port is '" + map.get("port") + "'; it is a number from 0 to 255");
    }
}
