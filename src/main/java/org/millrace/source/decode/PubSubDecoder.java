package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalLong;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * OPC UA PubSub in JSON (OPC 10000-14 §7.2.5), as OPC Publisher and other publishers write it: a network message, a list
 * of them, or one data-set message alone.
 *
 * <p>The device is {@code DataSetWriterName}, else its id, else the publisher; the field is the name in the payload. A
 * field is a DataValue ({@code Value}, {@code StatusCode} as number or object, {@code SourceTimestamp}) or the plain
 * value. Status codes are kept as they are. Keep-alives and metadata hold no values and are refused as such.
 */
final class PubSubDecoder implements Decoder {
    @Override
    public void decode(Payload payload, Sink out) {
        Json.tree(payload, out).ifPresent(root -> {
            int before = out.size();
            if (root.isArray()) {
                root.forEach(message -> network(message, payload, out));
            } else {
                network(root, payload, out);
            }
            if (out.size() == before) {
                out.undecodable(payload, Reasons.NO_READINGS, "no data-set message of OPC UA PubSub");
            }
        });
    }

    private static void network(JsonNode message, Payload payload, Sink out) {
        String type = message.path("MessageType").asText("");
        JsonNode messages = message.path("Messages");
        String publisher = message.path("PublisherId").asText("");
        if (type.startsWith("ua-metadata") || type.equals("ua-keepalive")) {
            out.undecodable(payload, Reasons.NOT_UPLINK, "'" + type + "' holds no values; subscribe to the data only");
        } else if (messages.isArray()) {
            messages.forEach(each -> dataSet(each, publisher, payload, out));
        } else if (messages.isObject()) {
            dataSet(messages, publisher, payload, out);
        } else if (message.path("Payload").isObject()) {
            dataSet(message, publisher, payload, out);
        }
    }

    private static void dataSet(JsonNode message, String publisher, Payload payload, Sink out) {
        if (message.path("MessageType").asText("").equals("ua-keepalive")) {
            return;
        }
        String device = message.path("DataSetWriterName").asText("");
        if (device.isEmpty()) {
            device = message.path("DataSetWriterId").asText(publisher);
        }
        OptionalLong time = Nodes.time(message.path("Timestamp"));
        if (device.isEmpty()) {
            out.undecodable(
                    payload, Reasons.NO_DEVICE, "a data-set message without DataSetWriterName, id or publisher");
        } else if (time.isEmpty()) {
            out.undecodable(payload, Reasons.BAD_TIME, "writer " + device + ": 'Timestamp' is not RFC 3339");
        } else {
            Found found = new Found();
            for (Map.Entry<String, JsonNode> field : message.path("Payload").properties()) {
                field(found, field.getKey(), field.getValue());
            }
            found.into(out, payload, device, time.getAsLong());
        }
    }

    private static void field(Found found, String name, JsonNode node) {
        boolean dataValue =
                node.isObject() && (node.has("Value") || node.has("StatusCode") || node.has("SourceTimestamp"));
        JsonNode held = dataValue ? node.path("Value") : node;
        JsonNode value =
                held.isObject() && held.has("Body") ? held.get("Body") : held; // reversible encoding of a Variant
        OptionalLong time = dataValue ? Nodes.time(node.path("SourceTimestamp")) : OptionalLong.of(Reading.NO_TIME);
        if (value.isContainerNode()) {
            found.fault(Reasons.WRONG_TYPE, "'" + name + "' is a list or a structure; a reading is one value");
        } else if (time.isEmpty()) {
            found.fault(Reasons.BAD_TIME, "'" + name + "' has a SourceTimestamp that is not RFC 3339");
        } else {
            int quality = dataValue ? status(node.path("StatusCode")) : Quality.GOOD;
            found.add(name, value.isMissingNode() ? Value.NONE : Nodes.scalar(value), time.getAsLong(), quality);
        }
    }

    private static int status(JsonNode node) {
        JsonNode code = node.isObject() ? node.path("Code") : node;
        return code.isIntegralNumber() ? (int) code.longValue() : Quality.GOOD; // Good is not written
    }
}
