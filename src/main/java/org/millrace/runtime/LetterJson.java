package org.millrace.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.millrace.signal.Reading;
import org.millrace.signal.Sample;
import org.millrace.signal.Value;

/**
 * Readings and samples as dead letters keep them: JSON with the value's kind, so that a replay gives the same value
 * again. A real that JSON has no number for (NaN, infinity) is kept as text beside its kind.
 */
final class LetterJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LetterJson() {}

    static byte[] write(Reading reading) {
        ObjectNode json = JSON.createObjectNode();
        json.put("device", reading.device()).put("field", reading.field());
        value(json, reading.value());
        json.put("quality", reading.quality());
        if (reading.sourceTime() != Reading.NO_TIME) {
            json.put("source_time_us", reading.sourceTime());
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] write(String tagPath, Sample sample) {
        ObjectNode json = JSON.createObjectNode();
        json.put("tag", tagPath).put("time_us", sample.time());
        value(json, sample.value());
        json.put("quality", sample.quality());
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException when it is not what {@link #write(Reading)} wrote */
    static Reading reading(byte[] raw) {
        JsonNode json = parse(raw);
        if (!json.path("field").isTextual()) {
            throw new IllegalArgumentException("the kept reading has no field");
        }
        JsonNode time = json.path("source_time_us");
        return new Reading(
                json.path("device").asText(),
                json.path("field").asText(),
                value(json),
                time.isIntegralNumber() ? time.longValue() : Reading.NO_TIME,
                json.path("quality").asInt());
    }

    static String tagPath(byte[] raw) {
        JsonNode tag = parse(raw).path("tag");
        if (!tag.isTextual()) {
            throw new IllegalArgumentException("the kept sample has no tag");
        }
        return tag.textValue();
    }

    /** @throws IllegalArgumentException when it is not what {@link #write(String, Sample)} wrote */
    static Sample sample(byte[] raw, int tag) {
        JsonNode json = parse(raw);
        if (!json.path("time_us").isIntegralNumber()) {
            throw new IllegalArgumentException("the kept sample has no time");
        }
        return new Sample(
                tag,
                json.path("time_us").longValue(),
                value(json),
                json.path("quality").asInt());
    }

    private static void value(ObjectNode json, Value value) {
        switch (value) {
            case Value.Real v -> {
                json.put("kind", "real");
                if (Double.isFinite(v.value())) {
                    json.put("value", v.value());
                } else {
                    json.put("value", Double.toString(v.value()));
                }
            }
            case Value.Whole v -> json.put("kind", "whole").put("value", v.value());
            case Value.Flag v -> json.put("kind", "flag").put("value", v.value());
            case Value.Text v -> json.put("kind", "text").put("value", v.value());
            case Value.None v -> json.put("kind", "none").putNull("value");
        }
    }

    private static Value value(JsonNode json) {
        JsonNode value = json.path("value");
        String kind = json.path("kind").asText("text"); // letters of before had no kind
        return switch (kind) {
            case "real" -> Value.of(value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue());
            case "whole" -> Value.of(value.longValue());
            case "flag" -> Value.of(value.booleanValue());
            case "text" -> Value.of(value.asText());
            case "none" -> Value.NONE;
            default -> throw new IllegalArgumentException("the kept value is of the unknown kind '" + kind + "'");
        };
    }

    private static JsonNode parse(byte[] raw) {
        try {
            return JSON.readTree(raw);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the kept value cannot be read: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the kept value cannot be read: " + e.getMessage(), e);
        }
    }
}
