package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * Tasmota: {@code tele/{device}/SENSOR|STATE|LWT}, {@code stat/{device}/RESULT|STATUS10|POWER…}, also with the device
 * before the prefix. Fields are joined with dots, {@code ENERGY.Power}; of several phases {@code ENERGY.Power.0}, …
 *
 * <p>{@code Time} is the device's local time without an offset, so it could mean any zone: it is taken only where it has
 * one (or is a number), else the time of receipt counts. {@code LWT} is {@code online}, true or false.
 */
final class TasmotaDecoder implements Decoder {
    private static final Set<String> WITHOUT =
            Set.of("Time", "TotalStartTime", "TempUnit", "PressureUnit", "SpeedUnit");

    @Override
    public void decode(Payload payload, Sink out) {
        List<String> levels = List.of(payload.topic().split("/", -1));
        String last = levels.getLast();
        int prefix = Math.max(levels.indexOf("tele"), levels.indexOf("stat"));
        if (prefix < 0 || levels.size() < 3) {
            out.undecodable(
                    payload, Reasons.NOT_UPLINK, "neither tele nor stat in the topic '" + payload.topic() + "'");
            return;
        }
        String device =
                String.join("/", prefix == 0 ? levels.subList(1, levels.size() - 1) : levels.subList(0, prefix));
        String text = new String(payload.bytes(), StandardCharsets.UTF_8).strip();
        Found found = new Found();
        if (last.equals("LWT")) {
            found.add("online", Value.of(text.equalsIgnoreCase("Online")));
            found.into(out, payload, device, Reading.NO_TIME);
        } else if (!text.isEmpty() && !text.startsWith("{")) {
            found.add(last, PlainDecoder.value(text, '.'));
            found.into(out, payload, device, Reading.NO_TIME);
        } else {
            Json.tree(payload, out).ifPresent(root -> {
                Nodes.fields(found, root, "", WITHOUT);
                found.into(out, payload, device, time(root));
            });
        }
    }

    private static long time(JsonNode root) {
        OptionalLong time = Nodes.time(root.path("Time"));
        return time.orElse(Reading.NO_TIME); // local time: which zone, nobody knows
    }
}
