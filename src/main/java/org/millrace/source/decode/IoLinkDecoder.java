package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalLong;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * Process data of an IO-Link master in the form of "JSON Integration for IO-Link" (IO-Link Community, order no. 10.222),
 * topic {@code …/devices/{alias}/processdata/…}: {@code getData} with the device's inputs, and {@code setData}.
 *
 * <p>The device is {@code deviceAlias}, else the level after {@code devices} of the topic, else the topic. With the IODD
 * the fields are its names; without it the bytes are {@code byte.0}, …, because only the IODD knows what they mean.
 * {@code valid: false} makes every one of them Bad. {@code iqValue} is the field {@code iq}; outputs have {@code set.}
 * before their name.
 */
final class IoLinkDecoder implements Decoder {
    @Override
    public void decode(Payload payload, Sink out) {
        Json.tree(payload, out).ifPresent(root -> {
            Found found = new Found();
            if (root.has("getData") || root.has("setData")) {
                direction(found, root.path("getData"), "");
                direction(found, root.path("setData"), "set.");
            } else {
                direction(found, root, "");
            }
            OptionalLong time = Nodes.time(root.has("timestamp") ? root.get("timestamp") : root.path("time"));
            found.into(out, payload, device(root, payload.topic()), time.orElse(Reading.NO_TIME));
        });
    }

    private static String device(JsonNode root, String topic) {
        String[] levels = topic.split("/", -1);
        String fromTopic = topic;
        for (int i = 0; i + 1 < levels.length; i++) {
            if (levels[i].equals("devices")) {
                fromTopic = levels[i + 1];
            }
        }
        return root.path("deviceAlias").asText(fromTopic);
    }

    private static void direction(Found found, JsonNode data, String prefix) {
        JsonNode link = data.has("ioLink") ? data.get("ioLink") : data.path("iolink");
        if (link.isObject()) {
            int quality = link.path("valid").asBoolean(true) ? Quality.GOOD : Quality.BAD_SENSOR_FAILURE;
            JsonNode value = link.path("value");
            if (value.isArray()) {
                for (int i = 0; i < value.size(); i++) {
                    add(found, prefix + "byte." + i, value.get(i), quality);
                }
            } else if (value.isObject()) {
                for (Map.Entry<String, JsonNode> member : value.properties()) {
                    nested(found, prefix + member.getKey(), member.getValue(), quality);
                }
            } else {
                add(found, prefix + "value", value, quality);
            }
        }
        for (String pin : new String[] {"iq", "cq"}) {
            if (data.path(pin + "Value").isBoolean()) {
                found.add(prefix + pin, Nodes.scalar(data.get(pin + "Value")));
            }
        }
    }

    /** A variable of the IODD: plain, {@code {"value":…,"unit":…}}, or a record of such. */
    private static void nested(Found found, String field, JsonNode node, int quality) {
        if (node.isObject() && node.has("value") && node.get("value").isValueNode()) {
            add(found, field, node.get("value"), quality);
        } else if (node.isObject()) {
            JsonNode members = node.path("value").isObject() ? node.get("value") : node;
            for (Map.Entry<String, JsonNode> member : members.properties()) {
                nested(found, field + '.' + member.getKey(), member.getValue(), quality);
            }
        } else {
            add(found, field, node, quality);
        }
    }

    private static void add(Found found, String field, JsonNode node, int quality) {
        Value value = Nodes.scalar(node);
        found.add(field, value, Reading.NO_TIME, quality);
    }
}
