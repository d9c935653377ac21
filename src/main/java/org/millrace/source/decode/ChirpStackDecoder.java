package org.millrace.source.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.codec.Codec;

/**
 * Uplinks of ChirpStack v4 in its JSON form, topic {@code application/{id}/device/{devEui}/event/up}.
 *
 * <p>The device is the devEui in lower case; the fields are those the codec of the device profile put into
 * {@code object}, nested ones joined with dots; the time is the network server's. An uplink with readings also gives
 * {@code rx.rssi} (dBm) and {@code rx.snr} (dB) of the gateway that heard it best. Other events of the same device give
 * no readings and are reported as {@link Reasons#NOT_UPLINK}. A codec of the hub's own reads {@code data} instead of
 * {@code object}.
 *
 * @see <a href="https://www.chirpstack.io/docs/chirpstack/integrations/events.html">ChirpStack event types</a>
 */
final class ChirpStackDecoder implements Decoder {
    private static final String EVENT = "/event/";

    @Override
    public void decode(Payload payload, Sink out) {
        int event = payload.topic().lastIndexOf(EVENT);
        if (event >= 0 && !payload.topic().endsWith(EVENT + "up")) {
            String type = payload.topic().substring(event + EVENT.length());
            out.undecodable(
                    payload,
                    Reasons.NOT_UPLINK,
                    "a '" + type + "' event holds no readings; subscribe to …/event/up only");
            return;
        }
        Uplink uplink = new Uplink();
        if (Json.parse(payload, out, uplink::read)) {
            uplink.into(payload, out);
        }
    }

    private static final class Uplink {
        private final Found found = new Found();
        private String device = "";
        private OptionalLong time = OptionalLong.of(Reading.NO_TIME);
        private boolean object;
        private String data = "";
        private int port;
        private @Nullable Value rssi;
        private @Nullable Value snr;

        void read(JsonParser p) throws IOException {
            if (p.currentToken() != JsonToken.START_OBJECT) {
                p.skipChildren();
                return;
            }
            for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                JsonToken token = p.nextToken();
                switch (name) {
                    case "time" -> time = Times.read(p);
                    case "deviceInfo" -> deviceInfo(p, token);
                    case "object" -> {
                        object = token == JsonToken.START_OBJECT;
                        if (object) {
                            found.object(p, "");
                        } else {
                            p.skipChildren();
                        }
                    }
                    case "data" -> data = text(p, token);
                    case "fPort" -> port = p.getValueAsInt(0);
                    case "rxInfo" -> gateways(p, token);
                    default -> p.skipChildren();
                }
            }
        }

        private static String text(JsonParser p, JsonToken token) throws IOException {
            String text = token == JsonToken.VALUE_STRING ? p.getText() : "";
            p.skipChildren();
            return text;
        }

        void into(Payload payload, Sink out) {
            Optional<Codec> codec = data.isEmpty() ? Optional.empty() : out.codec(payload, device);
            if (device.isEmpty()) {
                out.undecodable(
                        payload,
                        Reasons.NO_DEVICE,
                        "no deviceInfo.devEui: this is not a ChirpStack v4 uplink in JSON form");
            } else if (!object && codec.isEmpty()) {
                out.undecodable(
                        payload,
                        Reasons.NO_OBJECT,
                        "device " + device + ": no decoded 'object'; give its device profile in ChirpStack a codec,"
                                + " or its asset file one (codecs:)");
            } else if (time.isEmpty()) {
                out.undecodable(payload, Reasons.BAD_TIME, "device " + device + ": 'time' is not RFC 3339");
            } else {
                codec.flatMap(with -> new CodecRead(payload, out, device, time.getAsLong()).base64(with, data, port))
                        .or(() -> codec.isPresent() ? Optional.empty() : Optional.of(found))
                        .ifPresent(values -> into(values, payload, out, time.getAsLong()));
            }
        }

        private void into(Found values, Payload payload, Sink out, long at) {
            if (rssi != null) {
                values.add("rx.rssi", rssi);
            }
            if (snr != null) {
                values.add("rx.snr", snr);
            }
            values.into(out, payload, device, at);
        }

        private void deviceInfo(JsonParser p, JsonToken token) throws IOException {
            if (token != JsonToken.START_OBJECT) {
                p.skipChildren();
                return;
            }
            for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                if (p.nextToken() == JsonToken.VALUE_STRING && name.equals("devEui")) {
                    device = p.getText().toLowerCase(Locale.ROOT);
                } else {
                    p.skipChildren();
                }
            }
        }

        private void gateways(JsonParser p, JsonToken token) throws IOException {
            if (token != JsonToken.START_ARRAY) {
                p.skipChildren();
                return;
            }
            double best = Double.NEGATIVE_INFINITY;
            while (p.nextToken() != JsonToken.END_ARRAY) {
                if (p.currentToken() != JsonToken.START_OBJECT) {
                    p.skipChildren();
                    continue;
                }
                Value strength = null;
                Value ratio = null;
                for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                    boolean number = p.nextToken().isNumeric();
                    if (number && name.equals("rssi")) {
                        strength = Found.scalar(p);
                    } else if (number && name.equals("snr")) {
                        ratio = Found.scalar(p);
                    } else {
                        p.skipChildren();
                    }
                }
                if (strength != null && number(strength) > best) {
                    best = number(strength);
                    rssi = strength;
                    snr = ratio;
                }
            }
        }

        private static double number(Value value) {
            return switch (value) {
                case Value.Whole w -> w.value();
                case Value.Real r -> r.value();
                default -> Double.NEGATIVE_INFINITY;
            };
        }
    }
}
