package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * Data of Siemens Industrial Edge ("common databus payload format"): topic {@code ie/d/j/simatic/v1/{app}/dp/r/…},
 * status {@code ie/s/…}. The device is {@code app/connection/collection}, the field the data point's name, both from the
 * metadata topic {@code ie/m/…} that the source follows. Quality code 3 and 2 are Good, 1 Uncertain, 0 Bad. The status
 * gives {@code connector.status} and {@code <connection>.status} of the device {@code app}.
 *
 * <p>A value whose id no metadata explains is refused: an id alone may mean something else tomorrow.
 */
final class SiemensDecoder implements Decoder {
    @Override
    public void decode(Payload payload, Sink out) {
        if (payload.topic().contains("/dp/w")) {
            out.undecodable(
                    payload, Reasons.NOT_UPLINK, "a command to the device; subscribe to ie/d/+/+/+/+/dp/r/# only");
            return;
        }
        Json.tree(payload, out).ifPresent(root -> {
            if (root.path("vals").isArray()) {
                values(root, payload, out);
            } else if (root.has("connector")) {
                status(root, payload, out);
            } else {
                out.undecodable(
                        payload, Reasons.NO_READINGS, "neither values, nor status, nor metadata of Industrial Edge");
            }
        });
    }

    /** {@code ie/d/j/simatic/v1/custom1/dp/r/…} is of {@code custom1}. */
    static String app(String topic) {
        String[] levels = topic.split("/", -1);
        return levels.length > 5 ? levels[5] : topic;
    }

    private static void values(JsonNode root, Payload payload, Sink out) {
        String device = root.path("device").asText("");
        for (JsonNode value : root.get("vals")) {
            String id = value.path("id").asText("");
            String name = value.path("name").asText("");
            OptionalLong time = Nodes.time(value.path("ts"));
            if (device.isEmpty() || name.isEmpty()) {
                out.undecodable(
                        payload,
                        Reasons.NO_METADATA,
                        "id '" + id + "' is not in the metadata; subscribe to ie/m/# too, with the same source");
            } else if (time.isEmpty()) {
                out.undecodable(payload, Reasons.BAD_TIME, "'" + name + "' has a 'ts' that is not RFC 3339");
            } else if (value.path("val").isContainerNode()) {
                out.undecodable(payload, Reasons.WRONG_TYPE, "'" + name + "' is a list or a structure");
            } else {
                Value plain = Nodes.scalar(value.path("val"));
                int quality = plain == Value.NONE ? Quality.BAD : quality(value.path("qc"));
                out.reading(new Reading(device, name, plain, time.getAsLong(), quality));
            }
        }
        if (root.get("vals").isEmpty()) {
            out.undecodable(payload, Reasons.NO_READINGS, "no values in it");
        }
    }

    private static int quality(JsonNode code) {
        return switch (code.asInt(3)) {
            case 2, 3 -> Quality.GOOD;
            case 1 -> Quality.UNCERTAIN;
            default -> Quality.BAD;
        };
    }

    private static void status(JsonNode root, Payload payload, Sink out) {
        Found found = new Found();
        found.add("connector.status", Nodes.scalar(root.path("connector").path("status")));
        for (JsonNode connection : root.path("connections")) {
            found.add(connection.path("name").asText("") + ".status", Nodes.scalar(connection.path("status")));
        }
        OptionalLong time = Nodes.time(root.path("ts"));
        found.into(out, payload, app(payload.topic()), time.orElse(Reading.NO_TIME));
    }
}
