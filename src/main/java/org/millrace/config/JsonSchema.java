package org.millrace.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.RecordShape.Key;

/**
 * JSON Schema for editors, from the same records that the binder uses. Draft-07: the draft that the YAML language
 * server (VS Code, IntelliJ, Neovim) supports whole.
 */
public final class JsonSchema {
    private static final String DRAFT = "http://json-schema.org/draft-07/schema#";
    private static final String PLACEHOLDER = "\\{\\{[^{}]+\\}\\}";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private JsonSchema() {}

    /** The schema of one kind of document. */
    public static ObjectNode of(Class<? extends Record> type) {
        ObjectNode schema = JSON.objectNode().put("$schema", DRAFT);
        RecordShape shape = RecordShape.of(type);
        shape.kind().ifPresent(kind -> schema.put("title", kind));
        schema.setAll(object(shape));
        return schema;
    }

    /** One schema for any document of these kinds; {@code kind:} decides which. */
    public static ObjectNode of(Collection<Class<? extends Record>> types) {
        ObjectNode schema = JSON.objectNode().put("$schema", DRAFT).put("type", "object");
        schema.putArray("required").add("kind");
        ArrayNode kinds = schema.putObject("properties").putObject("kind").putArray("enum");
        ArrayNode cases = schema.putArray("allOf");
        for (Class<? extends Record> type : types) {
            RecordShape shape = RecordShape.of(type);
            shape.kind().ifPresent(kind -> {
                kinds.add(kind);
                ObjectNode one = cases.addObject();
                ObjectNode condition = one.putObject("if");
                condition.putArray("required").add("kind");
                condition.putObject("properties").putObject("kind").put("const", kind);
                one.set("then", object(shape));
            });
        }
        return schema;
    }

    private static ObjectNode object(RecordShape shape) {
        ObjectNode schema = JSON.objectNode().put("type", "object").put("additionalProperties", false);
        if (!shape.doc().isEmpty()) {
            schema.put("description", shape.doc());
        }
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        shape.kind().ifPresent(kind -> {
            properties.putObject("kind").put("const", kind);
            required.add("kind");
        });
        for (Key key : shape.keys()) {
            properties.set(key.key(), property(key));
            if (key.required()) {
                required.add(key.key());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private static ObjectNode property(Key key) {
        ObjectNode schema = schema(key.type());
        if (!key.doc().isEmpty()) {
            schema.put("description", key.doc());
        }
        key.standIn().ifPresent(written -> schema.set("default", standIn(RecordShape.raw(key.type()), written)));
        return schema;
    }

    private static JsonNode standIn(Class<?> type, String written) {
        if (type == int.class || type == long.class) {
            return JSON.numberNode(Long.parseLong(written));
        }
        if (type == double.class || type == BigDecimal.class) {
            return JSON.numberNode(new BigDecimal(written));
        }
        if (type == boolean.class) {
            return JSON.booleanNode(Boolean.parseBoolean(written));
        }
        return type.isRecord() && type != Quantity.class ? JSON.objectNode() : JSON.textNode(written);
    }

    private static ObjectNode schema(Type type) {
        Class<?> raw = RecordShape.raw(type);
        if (raw == Optional.class) {
            return schema(RecordShape.element(type));
        }
        if (raw == List.class) {
            ObjectNode list = JSON.objectNode();
            types(list, "array", "null");
            list.set("items", schema(RecordShape.element(type)));
            return list;
        }
        if (raw == Map.class) {
            ObjectNode map = JSON.objectNode();
            types(map, "object", "null");
            map.set("additionalProperties", schema(RecordShape.element(type)));
            return map;
        }
        if (raw.isRecord() && raw != Quantity.class && raw != Secret.class) {
            return object(RecordShape.of(raw.asSubclass(Record.class)));
        }
        return scalar(raw);
    }

    private static ObjectNode scalar(Class<?> type) {
        ObjectNode schema = JSON.objectNode();
        if (type.isEnum()) {
            ArrayNode words = schema.putArray("enum");
            for (String word : RecordShape.words(type)) {
                words.add(word);
                if (word.matches("[0-9]{1,9}")) { // written without quotes it is a number
                    words.add(Integer.parseInt(word));
                }
            }
            return schema;
        }
        if (type == String.class) {
            return types(schema, "string", "number", "boolean");
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return types(schema, "integer", "string").put("pattern", PLACEHOLDER);
        }
        if (type == double.class || type == Double.class || type == BigDecimal.class) {
            return types(schema, "number", "string").put("pattern", PLACEHOLDER);
        }
        if (type == boolean.class || type == Boolean.class) {
            return types(schema, "boolean", "string").put("pattern", PLACEHOLDER);
        }
        if (type == Duration.class) {
            return types(schema, "string").put("pattern", Durations.PATTERN + "|" + PLACEHOLDER);
        }
        if (type == Quantity.class) {
            return types(schema, "number", "string").put("pattern", Quantity.PATTERN + "|" + PLACEHOLDER);
        }
        if (type == Secret.class) {
            return types(schema, "string").put("pattern", Secret.PATTERN);
        }
        throw new IllegalArgumentException("a configuration record cannot hold a " + type);
    }

    private static ObjectNode types(ObjectNode schema, String... types) {
        if (types.length == 1) {
            return schema.put("type", types[0]);
        }
        ArrayNode list = schema.putArray("type");
        for (String type : types) {
            list.add(type);
        }
        return schema;
    }
}
