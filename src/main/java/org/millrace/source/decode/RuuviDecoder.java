package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * What a Ruuvi gateway sends: by HTTP many sensors in one message ({@code data.tags}), by MQTT one sensor a message
 * (topic {@code ruuvi/{gateway}/{sensor}}), with the raw Bluetooth advertisement in hexadecimal, or already decoded by
 * the gateway.
 *
 * <p>Raw advertisements are read in data format 5 (RAWv2): {@code temperature} °C, {@code humidity} %, {@code pressure}
 * Pa, {@code acceleration.x|y|z} in thousandths of standard gravity, {@code battery} mV, {@code tx_power} dBm,
 * {@code movement}, {@code sequence}; what the sensor marks as not available is Bad. The device is the sensor's MAC
 * address, the time is when the gateway heard it.
 *
 * @see <a href="https://docs.ruuvi.com/communication/bluetooth-advertisements/data-format-5-rawv2">Data format 5</a>
 */
final class RuuviDecoder implements Decoder {
    private static final int COMPANY = 0x0499;
    private static final int FORMAT = 5;
    private static final int LENGTH = 24;
    private static final int MANUFACTURER_DATA = 0xFF;
    private static final Set<String> NOT_FIELDS =
            Set.of("data", "ts", "gwts", "timestamp", "gw_mac", "aoa", "coords", "id", "nonce", "ble_phy", "ble_chan");

    @Override
    public void decode(Payload payload, Sink out) {
        if (payload.topic().endsWith("/gw_status")) {
            out.undecodable(payload, Reasons.NOT_UPLINK, "the gateway's own status; subscribe to ruuvi/+/+ of sensors");
            return;
        }
        Json.tree(payload, out).ifPresent(root -> message(root, payload, out));
    }

    private static void message(JsonNode root, Payload payload, Sink out) {
        JsonNode tags = root.path("data").path("tags");
        if (tags.isObject()) {
            if (tags.isEmpty()) {
                out.undecodable(payload, Reasons.NO_READINGS, "the gateway heard no sensor");
            }
            for (Map.Entry<String, JsonNode> tag : tags.properties()) {
                sensor(tag.getKey(), tag.getValue(), "timestamp", payload, out);
            }
        } else {
            String topic = payload.topic();
            String sensor = root.path("id").asText(topic.substring(topic.lastIndexOf('/') + 1));
            sensor(sensor, root, root.has("ts") ? "ts" : "timestamp", payload, out);
        }
    }

    private static void sensor(String sensor, JsonNode node, String timeKey, Payload payload, Sink out) {
        String device = Nodes.mac(sensor);
        OptionalLong time = Nodes.time(node.path(timeKey));
        if (time.isEmpty()) {
            out.undecodable(payload, Reasons.BAD_TIME, "sensor " + device + ": '" + timeKey + "' is not a time");
            return;
        }
        Found found = new Found();
        if (node.path("data").isTextual()) {
            if (!advertisement(node.get("data").textValue(), found)) {
                out.undecodable(
                        payload,
                        Reasons.OTHER_FORMAT,
                        "sensor " + device + ": not an advertisement of Ruuvi in data format 5; switch the gateway to"
                                + " decoded data, or filter by sensor in the gateway");
                return;
            }
            if (node.path("rssi").isNumber()) {
                found.add("rx.rssi", Nodes.scalar(node.get("rssi")));
            }
        } else if (node.isObject()) {
            Nodes.fields(found, node, "", NOT_FIELDS);
        }
        found.into(out, payload, device, time.getAsLong());
    }

    private static boolean advertisement(String hex, Found found) {
        byte[] bytes;
        try {
            bytes = HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            return false;
        }
        int at = 0;
        while (at + 1 < bytes.length) { // Bluetooth Core 5.4 Vol 3 Part C §11: length, type, data
            int length = bytes[at] & 0xFF;
            if (length == 0 || at + 1 + length > bytes.length) {
                return false;
            }
            ByteBuffer part = ByteBuffer.wrap(bytes, at + 1, length);
            if ((part.get() & 0xFF) == MANUFACTURER_DATA
                    && length >= 3 + LENGTH
                    && Short.toUnsignedInt(Short.reverseBytes(part.getShort())) == COMPANY
                    && (part.get() & 0xFF) == FORMAT) {
                format5(part, found);
                return true;
            }
            at += 1 + length;
        }
        return false;
    }

    private static void format5(ByteBuffer data, Found found) {
        short temperature = data.getShort();
        int humidity = Short.toUnsignedInt(data.getShort());
        int pressure = Short.toUnsignedInt(data.getShort());
        add(found, "temperature", temperature != Short.MIN_VALUE, temperature * 5 / 1000.0);
        add(found, "humidity", humidity != 0xFFFF, humidity * 25 / 10_000.0);
        add(found, "pressure", pressure != 0xFFFF, pressure + 50_000);
        for (String axis : new String[] {"x", "y", "z"}) {
            short acceleration = data.getShort();
            add(found, "acceleration." + axis, acceleration != Short.MIN_VALUE, acceleration);
        }
        int power = Short.toUnsignedInt(data.getShort());
        int battery = power >>> 5;
        int transmit = power & 0x1F;
        add(found, "battery", battery != 2047, battery + 1600);
        add(found, "tx_power", transmit != 31, transmit * 2 - 40);
        int movement = Byte.toUnsignedInt(data.get());
        int sequence = Short.toUnsignedInt(data.getShort());
        add(found, "movement", movement != 255, movement);
        add(found, "sequence", sequence != 0xFFFF, sequence);
    }

    private static void add(Found found, String field, boolean available, double value) {
        add(found, field, available ? Value.of(value) : Value.NONE);
    }

    private static void add(Found found, String field, boolean available, int value) {
        add(found, field, available ? Value.of((long) value) : Value.NONE);
    }

    private static void add(Found found, String field, Value value) {
        int quality = value == Value.NONE ? org.millrace.signal.Quality.BAD_SENSOR_FAILURE : 0;
        found.add(field, value, Reading.NO_TIME, quality);
    }
}
