package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.codec.Codec;

/**
 * Uplinks of Actility ThingPark, both generations: numbers as text, and numbers as numbers.
 *
 * <p>The device is the DevEUI in lower case; the fields are those of the decoded {@code payload}; {@code points} of
 * ThingPark's own ontology are {@code points.<name>}, a list in one of them {@code points.<name>.0}, … Signal strength
 * is {@code rx.rssi} and {@code rx.snr}. A codec of the hub's own reads {@code payload_hex} instead of both.
 */
final class ThingParkDecoder implements Decoder {
    @Override
    public void decode(Payload payload, Sink out) {
        Json.tree(payload, out).ifPresent(root -> uplink(root, payload, out));
    }

    private static void uplink(JsonNode root, Payload payload, Sink out) {
        JsonNode uplink = root.path("DevEUI_uplink");
        if (!uplink.isObject()) {
            boolean other = root.isObject()
                    && root.properties().stream().anyMatch(m -> m.getKey().startsWith("DevEUI_"));
            out.undecodable(
                    payload,
                    other ? Reasons.NOT_UPLINK : Reasons.NO_DEVICE,
                    "no DevEUI_uplink: this is not an uplink of ThingPark");
            return;
        }
        String device = uplink.path("DevEUI").asText("").toLowerCase(Locale.ROOT);
        OptionalLong time = Nodes.time(uplink.path("Time"));
        JsonNode decoded = uplink.path("payload");
        JsonNode points = uplink.path("points");
        String bytes = uplink.path("payload_hex").asText("");
        Optional<Codec> codec = bytes.isEmpty() ? Optional.empty() : out.codec(payload, device);
        if (device.isEmpty()) {
            out.undecodable(payload, Reasons.NO_DEVICE, "an uplink of ThingPark without DevEUI");
        } else if (!decoded.isObject() && !points.isObject() && codec.isEmpty()) {
            out.undecodable(
                    payload,
                    Reasons.NO_OBJECT,
                    "device " + device
                            + ": payload_hex only; give its model a driver in ThingPark X IoT Flow, or its asset"
                            + " file a codec (codecs:)");
        } else if (time.isEmpty()) {
            out.undecodable(payload, Reasons.BAD_TIME, "device " + device + ": 'Time' is not RFC 3339");
        } else {
            int port = (int) Math.max(0, Nodes.number(uplink.path("FPort")));
            codec.map(with -> new CodecRead(payload, out, device, time.getAsLong()).hex(with, bytes, port))
                    .orElseGet(() -> Optional.of(decoded(decoded, points)))
                    .ifPresent(found -> {
                        signal(found, "rx.rssi", uplink.path("LrrRSSI"));
                        signal(found, "rx.snr", uplink.path("LrrSNR"));
                        found.into(out, payload, device, time.getAsLong());
                    });
        }
    }

    private static Found decoded(JsonNode decoded, JsonNode points) {
        Found found = new Found();
        if (decoded.isObject()) {
            Nodes.fields(found, decoded, "", Set.of());
        }
        for (Map.Entry<String, JsonNode> point : points.properties()) {
            Nodes.field(found, point.getValue().path("record"), "points." + point.getKey());
        }
        return found;
    }

    private static void signal(Found found, String field, JsonNode node) {
        double number = Nodes.number(node);
        if (Double.isFinite(number)) {
            found.add(field, Value.of(number));
        }
    }
}
