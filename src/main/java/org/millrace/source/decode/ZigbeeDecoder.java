package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * Zigbee2MQTT: {@code zigbee2mqtt/{friendly name}}. The device is the friendly name, also one with slashes; the time is
 * {@code last_seen} where the bridge is told to send it. {@code …/availability} is the field {@code online}. Messages of
 * the bridge itself and commands are refused.
 */
final class ZigbeeDecoder implements Decoder {
    private static final Set<String> WITHOUT = Set.of("last_seen", "device", "update", "update_available");
    private static final String AVAILABILITY = "/availability";

    @Override
    public void decode(Payload payload, Sink out) {
        int slash = payload.topic().indexOf('/');
        String name = payload.topic().substring(slash + 1);
        if (slash < 0 || name.startsWith("bridge/") || name.endsWith("/set") || name.endsWith("/get")) {
            out.undecodable(
                    payload, Reasons.NOT_UPLINK, "'" + payload.topic() + "' is no device; subscribe to zigbee2mqtt/+");
        } else if (name.endsWith(AVAILABILITY)) {
            availability(name.substring(0, name.length() - AVAILABILITY.length()), payload, out);
        } else {
            Json.tree(payload, out).ifPresent(root -> device(name, root, payload, out));
        }
    }

    /** {@code online}, {@code offline}, or the same as {@code {"state":"online"}}. */
    private static void availability(String device, Payload payload, Sink out) {
        String text = new String(payload.bytes(), StandardCharsets.UTF_8).strip();
        if (text.startsWith("{")) {
            Json.tree(payload, out)
                    .ifPresent(root -> state(device, root.path("state").asText(""), payload, out));
        } else {
            state(device, text, payload, out);
        }
    }

    private static void state(String device, String state, Payload payload, Sink out) {
        if (state.equals("online") || state.equals("offline")) {
            Found found = new Found();
            found.add("online", Value.of(state.equals("online")));
            found.into(out, payload, device, Reading.NO_TIME);
        } else {
            out.undecodable(
                    payload, Reasons.WRONG_TYPE, "device " + device + ": availability is neither online nor offline");
        }
    }

    private static void device(String device, JsonNode root, Payload payload, Sink out) {
        OptionalLong time = Nodes.time(root.path("last_seen"));
        if (time.isEmpty()) {
            out.undecodable(
                    payload,
                    Reasons.BAD_TIME,
                    "device " + device + ": last_seen has no offset; set advanced.last_seen to ISO_8601 or epoch");
            return;
        }
        Found found = new Found();
        Nodes.fields(found, root, "", WITHOUT);
        found.into(out, payload, device, time.getAsLong());
    }
}
