package org.millrace.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.config.Problem;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Puts a schema's complaint into words. A validator answers one wrong key under a {@code oneOf} with dozens of messages,
 * one for each branch; this reads file and schema side by side and names the one place that no branch accepts.
 */
final class SchemaWords {
    private final JsonNode schema;

    SchemaWords(JsonNode schema) {
        this.schema = schema;
    }

    List<Problem> explain(String file, Node root) {
        List<Problem> problems = new ArrayList<>();
        if (!(root instanceof SequenceNode list)) {
            problems.add(RouteYaml.at(file, root, "a route file is a list", "start with '- route:'"));
            return problems;
        }
        for (Node item : list.getValue()) {
            explain(file, item, schema.path("items"), "the top of the file", problems);
        }
        return problems;
    }

    private void explain(String file, Node node, JsonNode raw, String name, List<Problem> problems) {
        JsonNode type = resolve(raw);
        Set<String> kinds = kinds(type);
        String kind = kind(node);
        if (!kinds.isEmpty() && !kinds.contains(kind) && !converts(node, kinds)) {
            problems.add(RouteYaml.at(
                    file, node, "'" + name + "' must be " + spoken(kinds) + ", not " + spoken(Set.of(kind)), ""));
            return;
        }
        switch (node) {
            case MappingNode map -> object(file, map, type, name, problems);
            case SequenceNode list -> {
                for (Node item : list.getValue()) {
                    explain(file, item, type.path("items"), name, problems);
                }
            }
            case ScalarNode scalar -> choice(file, scalar, type, name, problems);
            default -> {}
        }
    }

    /** Camel turns text into what an option needs and the other way round; a placeholder is text until it is resolved. */
    private static boolean converts(Node node, Set<String> kinds) {
        if (!(node instanceof ScalarNode scalar)) {
            return false;
        }
        String text = scalar.getValue().strip();
        boolean placeholder = text.startsWith("{{") && text.endsWith("}}");
        boolean number = kinds.contains("number") || kinds.contains("integer");
        return kinds.contains("string") && !kind(node).equals("null")
                || number && (placeholder || isDecimal(text))
                || kinds.contains("boolean") && (placeholder || text.equals("true") || text.equals("false"));
    }

    private void choice(String file, ScalarNode scalar, JsonNode type, String name, List<Problem> problems) {
        Set<String> values = new LinkedHashSet<>();
        type.path("enum").forEach(v -> values.add(v.asText()));
        if (!values.isEmpty() && !values.contains(scalar.getValue())) {
            problems.add(RouteYaml.at(
                    file,
                    scalar,
                    "'" + scalar.getValue() + "' is not a value of '" + name + "'",
                    Closest.hint(scalar.getValue(), values, "one of: " + String.join(", ", values))));
        }
    }

    private void object(String file, MappingNode map, JsonNode type, String name, List<Problem> problems) {
        Map<String, JsonNode> known = new LinkedHashMap<>();
        Set<String> required = new TreeSet<>();
        gather(type, known, required, false);
        boolean open = known.isEmpty();
        Set<String> given = new LinkedHashSet<>();
        for (NodeTuple tuple : map.getValue()) {
            String key = RouteYaml.key(tuple);
            given.add(key);
            if (open) {
                continue;
            }
            JsonNode child = known.get(key);
            if (child == null) {
                problems.add(RouteYaml.at(
                        file, tuple.getKeyNode(), "unknown key '" + key + "' in '" + name + "'", hint(key, known)));
            } else {
                explain(file, tuple.getValueNode(), child, key, problems);
            }
        }
        if (type.path("maxProperties").asInt(99) == 1 && map.getValue().size() > 1) {
            problems.add(RouteYaml.at(
                    file,
                    map.getValue().get(1).getKeyNode(),
                    "only one key may stand here; '"
                            + RouteYaml.key(map.getValue().get(1)) + "' is a second one",
                    "give it a '- ' of its own, or indent it"));
        }
        for (String key : required) {
            if (!given.contains(key)) {
                problems.add(RouteYaml.at(file, map, "'" + key + "' is missing in '" + name + "'", "add " + key + ":"));
            }
        }
    }

    private static String hint(String key, Map<String, JsonNode> known) {
        if (key.equals("steps") && known.containsKey("from")) {
            return "'steps' belongs inside 'from'";
        }
        return Closest.hint(key, known.keySet(), "known: " + String.join(", ", new TreeSet<>(known.keySet())));
    }

    /** Properties of a type with those of all its branches: for an object, the branches add the expression languages. */
    private void gather(JsonNode type, Map<String, JsonNode> known, Set<String> required, boolean branch) {
        type.path("properties").properties().forEach(p -> {
            if (!p.getValue().isEmpty() || !known.containsKey(p.getKey())) {
                known.put(p.getKey(), p.getValue());
            }
        });
        if (!branch) {
            type.path("required").forEach(r -> required.add(r.asText()));
        }
        for (String word : List.of("oneOf", "anyOf")) {
            for (JsonNode option : type.path(word)) {
                gather(resolve(option), known, required, true);
            }
        }
    }

    private JsonNode resolve(JsonNode type) {
        JsonNode at = type;
        while (at.has("$ref") && !at.has("properties")) {
            at = schema.at(at.path("$ref").asText().substring(1));
        }
        return at;
    }

    private Set<String> kinds(JsonNode type) {
        Set<String> kinds = new TreeSet<>();
        if (type instanceof MissingNode) {
            return kinds;
        }
        if (type.path("type").isTextual()) {
            kinds.add(type.path("type").asText());
            return kinds;
        }
        Iterator<JsonNode> options = type.path("oneOf").iterator();
        while (options.hasNext()) {
            JsonNode option = resolve(options.next());
            if (option.path("type").isTextual()) {
                kinds.add(option.path("type").asText());
            }
        }
        return kinds;
    }

    /** JSON's word for what a node holds. */
    static String kind(Node node) {
        return switch (node) {
            case MappingNode map -> "object";
            case SequenceNode list -> "array";
            default -> {
                Tag tag = node.getTag();
                yield tag.equals(Tag.NULL)
                        ? "null"
                        : tag.equals(Tag.BOOL)
                                ? "boolean"
                                : (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) && isDecimal(RouteYaml.text(node))
                                        ? "number"
                                        : "string";
            }
        };
    }

    private static boolean isDecimal(String text) {
        return text.matches("[-+]?\\d{1,18}(\\.\\d{1,18})?");
    }

    private static String spoken(Set<String> kinds) {
        List<String> words = kinds.stream()
                .map(k -> switch (k) {
                    case "object" -> "a mapping";
                    case "array" -> "a list";
                    case "string" -> "text";
                    case "boolean" -> "true or false";
                    case "null" -> "empty";
                    default -> "a number";
                })
                .toList();
        return String.join(" or ", words);
    }
}
