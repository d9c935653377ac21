package org.millrace.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.millrace.config.Problem;
import org.millrace.route.RouteFiles.Kind;
import org.millrace.route.RouteFiles.RouteFile;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Checks a file against Camel's own JSON Schema for its YAML DSL (in the camel-yaml-dsl jar), so keys and types are those
 * of the Camel that will load it. Thread-safe; make one and keep it: the first check compiles the parts of the schema it needs.
 */
public final class RouteSchema {
    private final JsonSchema schema;
    private final SchemaWords words;

    private RouteSchema(JsonSchema schema, SchemaWords words) {
        this.schema = schema;
        this.words = words;
    }

    /** Reads and prepares the schema. */
    public static RouteSchema load() {
        try (InputStream in = YamlRoutesBuilderLoader.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            if (in == null) {
                throw new IllegalStateException("camel-yaml-dsl has no schema/camelYamlDsl.json");
            }
            JsonNode json = new ObjectMapper().readTree(in);
            SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .typeLoose(true) // Camel converts a quoted number; wrong types are found by SchemaWords
                    .preloadJsonSchema(false) // a check needs a few of its parts: to prepare all takes a second
                    .build();
            JsonSchema schema =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(json, config);
            return new RouteSchema(schema, new SchemaWords(json));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read camel-yaml-dsl's schema", e);
        }
    }

    /** Problems with keys and types; empty when Camel knows all of them. */
    public List<Problem> check(RouteFile file) {
        return switch (RouteYaml.parse(file.path(), file.text())) {
            case RouteYaml.Parsed.Refused refused -> List.of(refused.problem());
            case RouteYaml.Parsed.Tree tree -> check(file.path(), file.kind(), tree.root());
        };
    }

    List<Problem> check(String file, Kind kind, Node root) {
        Node routes = root;
        if (kind == Kind.KAMELET) {
            Node template = KameletSpec.template(root).orElse(null);
            if (!(template instanceof MappingNode)) {
                return List.of(RouteYaml.at(file, root, "a kamelet needs spec.template", "with 'from:' and its steps"));
            }
            // a template is what a route file's item is, so the same schema serves
            routes = new SequenceNode(Tag.SEQ, List.of(template), org.snakeyaml.engine.v2.common.FlowStyle.BLOCK);
        }
        List<Problem> clear = words.explain(file, routes);
        if (!clear.isEmpty()) {
            return clear;
        }
        Map<String, Node> places = new HashMap<>();
        Set<ValidationMessage> messages = schema.validate(json(routes, "", places));
        return messages.isEmpty() ? List.of() : List.of(deepest(file, root, messages, places));
    }

    /** When our own reading finds nothing to say: the schema's complaint that is furthest down the file. */
    private static Problem deepest(String file, Node root, Set<ValidationMessage> messages, Map<String, Node> places) {
        ValidationMessage message = messages.stream()
                .max(Comparator.comparingInt(m -> m.getInstanceLocation().getNameCount()))
                .orElseThrow();
        Node at = places.getOrDefault(message.getInstanceLocation().toString(), root);
        String text = message.getMessage();
        int colon = text.indexOf(": ");
        return RouteYaml.at(file, at, colon < 0 ? text : text.substring(colon + 2), "see Camel's YAML DSL");
    }

    private static JsonNode json(Node node, String pointer, Map<String, Node> places) {
        places.put(pointer, node);
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (node) {
            case MappingNode map -> {
                var object = make.objectNode();
                for (NodeTuple tuple : map.getValue()) {
                    String key = RouteYaml.key(tuple);
                    String escaped = key.replace("~", "~0").replace("/", "~1");
                    object.set(key, json(tuple.getValueNode(), pointer + "/" + escaped, places));
                }
                yield object;
            }
            case SequenceNode list -> {
                var array = make.arrayNode();
                for (Node item : list.getValue()) {
                    array.add(json(item, pointer + "/" + array.size(), places));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new IllegalStateException("not a YAML node: " + node);
        };
    }

    /** Camel reads every scalar as text and converts it, so a quoted number or a placeholder is as good as a number. */
    private static JsonNode scalar(ScalarNode scalar) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        String text = scalar.getValue();
        return switch (SchemaWords.kind(scalar)) {
            case "null" -> make.nullNode();
            case "boolean" -> make.booleanNode(Boolean.parseBoolean(text));
            case "number" -> make.numberNode(new java.math.BigDecimal(text));
            default -> make.textNode(text);
        };
    }
}
