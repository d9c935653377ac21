package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.codec.Codec;

/**
 * The bytes of one device, read by a codec. What comes of them is empty when {@code out} has been told why not.
 *
 * @param time of the uplink; {@link Reading#NO_TIME} is the time of receipt to the codec
 */
record CodecRead(Payload payload, Sink out, String device, long time) {
    Optional<Found> base64(Codec codec, String text, int port) {
        try {
            return bytes(codec, Base64.getDecoder().decode(text), port);
        } catch (IllegalArgumentException e) {
            return refused(Reasons.MALFORMED, "its bytes are not base64: " + e.getMessage());
        }
    }

    Optional<Found> hex(Codec codec, String text, int port) {
        try {
            return bytes(codec, HexFormat.of().parseHex(text.strip()), port);
        } catch (IllegalArgumentException e) {
            return refused(Reasons.MALFORMED, "its bytes are not hexadecimal: " + e.getMessage());
        }
    }

    Optional<Found> bytes(Codec codec, byte[] bytes, int port) {
        long at = time == Reading.NO_TIME ? payload.hubTime() : time;
        return switch (codec.decode(new Codec.Uplink(bytes, port, at, Map.of()))) {
            case Codec.Outcome.Data data -> fields(data.json());
            case Codec.Outcome.Failed failed -> refused(Reasons.CODEC, failed.detail());
        };
    }

    private Optional<Found> fields(String json) {
        Optional<JsonNode> data = Json.tree(payload.with(json.getBytes(StandardCharsets.UTF_8)), out);
        return data.map(object -> {
            Found found = new Found();
            Nodes.fields(found, object, "", Set.of());
            return found;
        });
    }

    private Optional<Found> refused(String reason, String detail) {
        out.undecodable(payload, reason, "device " + device + ": " + detail);
        return Optional.empty();
    }
}
