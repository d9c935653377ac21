package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.codec.Codec;

/**
 * Uplinks of The Things Stack v3, as its MQTT server (topic {@code v3/{app}@{tenant}/devices/{id}/up}) and its webhooks
 * send them.
 *
 * <p>The device is the devEui in lower case, or the device id where the network gave none; the fields are those of
 * {@code decoded_payload}; the time is the network's {@code received_at}. Members that are 0, empty or false are left out
 * by the network itself. Signal strength of the best gateway is {@code rx.rssi} and {@code rx.snr}. A simulated uplink
 * from its console is not a measurement and is refused. A codec of the hub's own reads {@code frm_payload} instead of
 * {@code decoded_payload}.
 */
final class ThingsStackDecoder implements Decoder {
    @Override
    public void decode(Payload payload, Sink out) {
        Json.tree(payload, out).ifPresent(root -> uplink(root, payload, out));
    }

    private static void uplink(JsonNode root, Payload payload, Sink out) {
        JsonNode uplink = root.path("uplink_message");
        JsonNode ids = root.path("end_device_ids");
        String eui = ids.path("dev_eui").asText("").toLowerCase(Locale.ROOT);
        String device = eui.isEmpty() ? ids.path("device_id").asText("") : eui;
        OptionalLong time =
                Nodes.time(uplink.has("received_at") ? uplink.get("received_at") : root.path("received_at"));
        String bytes = uplink.path("frm_payload").asText("");
        Optional<Codec> codec = bytes.isEmpty() ? Optional.empty() : out.codec(payload, device);
        if (device.isEmpty()) {
            out.undecodable(
                    payload, Reasons.NO_DEVICE, "no end_device_ids: this is not a message of The Things Stack v3");
        } else if (!uplink.isObject()) {
            out.undecodable(
                    payload,
                    Reasons.NOT_UPLINK,
                    "device " + device + ": no uplink_message; subscribe to …/devices/+/up only");
        } else if (root.path("simulated").asBoolean(false)) {
            out.undecodable(payload, Reasons.NOT_UPLINK, "device " + device + ": a simulated uplink");
        } else if (!uplink.path("decoded_payload").isObject() && codec.isEmpty()) {
            out.undecodable(
                    payload,
                    Reasons.NO_OBJECT,
                    "device " + device + ": no 'decoded_payload'; give it a payload formatter in The Things Stack,"
                            + " or its asset file a codec (codecs:)");
        } else if (time.isEmpty()) {
            out.undecodable(payload, Reasons.BAD_TIME, "device " + device + ": 'received_at' is not RFC 3339");
        } else {
            int port = uplink.path("f_port").asInt(0); // left out when 0
            codec.map(with -> new CodecRead(payload, out, device, time.getAsLong()).base64(with, bytes, port))
                    .orElseGet(() -> Optional.of(decoded(uplink.path("decoded_payload"))))
                    .ifPresent(found -> {
                        best(uplink.path("rx_metadata"), found);
                        found.into(out, payload, device, time.getAsLong());
                    });
        }
    }

    private static Found decoded(JsonNode object) {
        Found found = new Found();
        Nodes.fields(found, object, "", Set.of());
        return found;
    }

    private static void best(JsonNode gateways, Found found) {
        double best = Double.NEGATIVE_INFINITY;
        JsonNode heard = null;
        for (JsonNode gateway : gateways) {
            if (gateway.path("rssi").isNumber() && gateway.get("rssi").doubleValue() > best) {
                best = gateway.get("rssi").doubleValue();
                heard = gateway;
            }
        }
        if (heard != null) {
            found.add("rx.rssi", Nodes.scalar(heard.get("rssi")));
            Value snr = Nodes.scalar(heard.path("snr"));
            if (snr != Value.NONE) {
                found.add("rx.snr", snr);
            }
        }
    }
}
