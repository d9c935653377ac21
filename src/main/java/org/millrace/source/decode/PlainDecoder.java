package org.millrace.source.decode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * One value as the whole payload: a number, {@code true} or {@code false}, or a text. The map may name {@code device} and
 * {@code field}, each a text with {@code $topic[n]}; without it the device is the topic and the field {@code value}.
 */
final class PlainDecoder implements Decoder {
    private static final Set<String> KEYS = Set.of("device", "field");
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,18}");
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(\\d{1,300}(\\.\\d{0,300})?|\\.\\d{1,300})([eE][+-]?\\d{1,3})?");
    private static final int LONGEST = 1_000;

    @Override
    public void decode(Payload payload, Sink out) {
        Optional<String> text = utf8(payload.bytes());
        String topic = payload.topic();
        String device = JsonMap.fill(payload.map().getOrDefault("device", topic), topic);
        String field = JsonMap.fill(payload.map().getOrDefault("field", "value"), topic);
        if (payload.bytes().length == 0) {
            out.undecodable(payload, Reasons.EMPTY, "the payload of '" + topic + "' has no bytes");
        } else if (text.isEmpty() || text.get().length() > LONGEST) {
            out.undecodable(payload, Reasons.MALFORMED, "not a number, nor a text of up to " + LONGEST + " characters");
        } else if (device.isEmpty() || field.isEmpty()) {
            out.undecodable(
                    payload, Reasons.NO_DEVICE, "the topic '" + topic + "' has fewer levels than the map names");
        } else {
            Found found = new Found();
            found.add(field, value(text.get(), '.'));
            found.into(out, payload, device, Reading.NO_TIME);
        }
    }

    static Optional<String> problemOf(Map<String, String> map) {
        return map.keySet().stream()
                .filter(key -> !KEYS.contains(key))
                .findFirst()
                .map(key -> "map has the key '" + key + "'; it may have device and field");
    }

    /** A number where it is one; nothing where there is nothing but white space. */
    static Value value(String text, char decimal) {
        String trimmed = text.strip();
        String number = decimal == '.' ? trimmed : trimmed.replace(decimal, '.');
        if (WHOLE.matcher(trimmed).matches()) {
            return Value.of(Long.parseLong(trimmed));
        }
        if (DECIMAL.matcher(number).matches()) {
            return Value.of(Double.parseDouble(number));
        }
        return switch (trimmed) {
            case "" -> Value.NONE;
            case "true" -> Value.of(true);
            case "false" -> Value.of(false);
            default -> Value.of(trimmed);
        };
    }

    /** Empty when the bytes are not UTF-8. */
    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
