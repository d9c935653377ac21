package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * Shelly devices of generation 2 and later: {@code {prefix}/events/rpc} (NotifyStatus, NotifyFullStatus, NotifyEvent),
 * {@code {prefix}/status/{component}}, {@code {prefix}/online}, and the answer to Shelly.GetStatus.
 *
 * <p>The device is {@code src} where the message names it, else the topic's prefix. Fields are the component and its
 * member, {@code switch:0.apower}; an input's event is {@code input:0.event}. Times are the device's, where it sends one.
 * Lists of minutes are left out: their total is there.
 */
final class ShellyDecoder implements Decoder {
    private static final Set<String> WITHOUT = Set.of("id", "by_minute", "minute_ts", "flags", "calibration");

    @Override
    public void decode(Payload payload, Sink out) {
        String topic = payload.topic();
        if (topic.endsWith("/online")) {
            String text = new String(payload.bytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
            if (text.equals("true") || text.equals("false")) {
                Found found = new Found();
                found.add("online", Value.of(text.equals("true")));
                found.into(out, payload, topic.substring(0, topic.length() - "/online".length()), Reading.NO_TIME);
                return;
            }
        }
        Json.tree(payload, out).ifPresent(root -> message(root, payload, out));
    }

    private static void message(JsonNode root, Payload payload, Sink out) {
        String topic = payload.topic();
        int status = topic.indexOf("/status/");
        int events = topic.indexOf("/events");
        String prefix = status > 0 ? topic.substring(0, status) : events > 0 ? topic.substring(0, events) : topic;
        String device = root.path("src").asText(prefix);
        JsonNode body = root.has("params") ? root.get("params") : root.has("result") ? root.get("result") : root;
        OptionalLong time = Nodes.time(body.path("ts"));
        Found found = new Found();
        if (!body.isObject() || device.isEmpty()) {
            out.undecodable(
                    payload, Reasons.NO_DEVICE, "neither a status nor an event of a Shelly (generation 2 or later)");
            return;
        }
        if (time.isEmpty()) {
            out.undecodable(payload, Reasons.BAD_TIME, "device " + device + ": 'ts' is not a time");
            return;
        }
        if (root.path("method").asText("").equals("NotifyEvent")) {
            events(body.path("events"), found);
        } else if (status > 0) {
            Nodes.fields(found, body, topic.substring(status + "/status/".length()), WITHOUT);
        } else {
            for (Map.Entry<String, JsonNode> component : body.properties()) {
                if (component.getValue().isObject()) {
                    Nodes.fields(found, component.getValue(), component.getKey(), WITHOUT);
                }
            }
        }
        found.into(out, payload, device, time.getAsLong());
    }

    private static void events(JsonNode events, Found found) {
        for (JsonNode event : events) {
            String component = event.path("component").asText("");
            String what = event.path("event").asText("");
            if (component.isEmpty() || what.isEmpty()) {
                found.fault(Reasons.WRONG_TYPE, "an event without component or name");
            } else {
                found.add(
                        component + ".event",
                        Value.of(what),
                        Nodes.time(event.path("ts")).orElse(Reading.NO_TIME),
                        0);
            }
        }
    }
}
