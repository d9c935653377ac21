package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payload;

/**
 * Bluetooth sensors as Theengs Gateway and OpenMQTTGateway decode them, topic {@code …/BTtoMQTT/{id}}. The device is the
 * MAC address; the fields are the decoder's ({@code tempc}, {@code hum}, {@code batt}, {@code rssi}, …); the message has
 * no time. What only describes the device ({@code name}, {@code brand}, {@code model}, …) is left out.
 */
final class TheengsDecoder implements Decoder {
    private static final Set<String> DESCRIPTION = Set.of(
            "id",
            "mac",
            "mac_type",
            "adv_type",
            "name",
            "brand",
            "model",
            "model_id",
            "type",
            "manufacturerdata",
            "servicedata",
            "servicedatauuid",
            "cidc",
            "acts",
            "cont",
            "track",
            "encr",
            "prmac",
            "ctr",
            "mic",
            "cipher");

    @Override
    public void decode(Payload payload, Sink out) {
        Json.tree(payload, out).ifPresent(root -> sensor(root, payload, out));
    }

    private static void sensor(JsonNode root, Payload payload, Sink out) {
        String topic = payload.topic();
        String id = root.path("id").asText(root.path("mac").asText(topic.substring(topic.lastIndexOf('/') + 1)));
        if (!root.isObject() || id.isEmpty()) {
            out.undecodable(payload, Reasons.NO_DEVICE, "no id: this is not a sensor of a Theengs gateway");
            return;
        }
        Found found = new Found();
        Nodes.fields(found, root, "", DESCRIPTION);
        found.into(out, payload, Nodes.mac(id), Reading.NO_TIME);
    }
}
