package org.millrace.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.millrace.rule.AlarmEvent;

/**
 * Alarm events as JSON, field by field as in the record; NaN and infinities as the texts {@code "NaN"},
 * {@code "Infinity"}, {@code "-Infinity"}. What was written comes back equal. Fields of a newer version are passed over.
 */
public final class AlarmEventJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private AlarmEventJson() {}

    public static String write(AlarmEvent event) {
        try {
            return MAPPER.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("event " + event.id() + " has no JSON form: " + e.getMessage(), e);
        }
    }

    /** With what holds for the asset at the event's time under {@code context}; without it when that is empty. */
    public static String write(AlarmEvent event, Map<String, String> context) {
        if (context.isEmpty()) {
            return write(event);
        }
        ObjectNode json = MAPPER.valueToTree(event);
        ObjectNode fields = json.putObject("context");
        context.forEach(fields::put);
        return json.toString();
    }

    /** Fails with IllegalArgumentException when the text is not an event. */
    public static AlarmEvent read(String json) {
        try {
            return MAPPER.readValue(json, AlarmEvent.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an alarm event: " + e.getOriginalMessage(), e);
        }
    }
}
