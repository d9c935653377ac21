package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * A compiled map of the {@code json} format: where device, time and readings are.
 *
 * <p>A place is a text, in which {@code $topic[n]} is a level of the topic counted from 0; a plain path such as
 * {@code .a.b}; or, when it starts with a dot or a parenthesis and is not plain, a jq expression (its first output).
 */
record JsonMap(Place device, Place time, Place readings) {
    static final Set<String> KEYS = Set.of("device", "time", "readings");
    private static final Pattern PLAIN = Pattern.compile("\\.|(\\.[A-Za-z_][A-Za-z0-9_]*)+");
    private static final Pattern LEVEL = Pattern.compile("\\$topic\\[(\\d{1,3})]");

    /** Where one thing is found. */
    sealed interface Place {
        /** A text with topic levels filled in. */
        record Text(String template) implements Place {}

        /** Member by member from the root; none is the root itself. */
        record Path(List<String> names) implements Place {}

        /** A jq expression. */
        record Query(String text, JsonQuery query) implements Place {}

        /** Not mapped. */
        record Absent() implements Place {}
    }

    /** A map that cannot work. The message says which key and what to do. */
    static final class BadMap extends Exception {
        private static final long serialVersionUID = 1L;

        BadMap(String message) {
            super(message);
        }
    }

    static JsonMap compile(Map<String, String> map) throws BadMap {
        for (String key : map.keySet()) {
            if (!KEYS.contains(key)) {
                throw new BadMap("map has the key '" + key + "'; it may have device, time and readings");
            }
        }
        Place readings = place("readings", map.getOrDefault("readings", "."));
        if (readings instanceof Place.Text) {
            throw new BadMap(
                    "map.readings is '" + map.get("readings") + "'; write a path that starts with a dot, e.g. .values");
        }
        Place time = map.containsKey("time") ? place("time", map.getOrDefault("time", "")) : new Place.Absent();
        if (time instanceof Place.Text) {
            throw new BadMap("map.time is '" + map.get("time") + "'; write a path that starts with a dot, e.g. .ts");
        }
        Place device = map.containsKey("device") ? place("device", map.getOrDefault("device", "")) : new Place.Absent();
        return new JsonMap(device, time, readings);
    }

    /** Whether the streaming reader can do it, without a tree. */
    boolean streams() {
        return !(device instanceof Place.Query || time instanceof Place.Query || readings instanceof Place.Query);
    }

    /** The template with the levels of {@code topic}; empty when the topic has too few. */
    static String fill(String template, String topic) {
        if (template.indexOf('$') < 0) {
            return template;
        }
        String[] levels = topic.split("/", -1);
        Matcher matcher = LEVEL.matcher(template);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            int level = Integer.parseInt(matcher.group(1));
            if (level >= levels.length) {
                return "";
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(levels[level]));
        }
        return matcher.appendTail(filled).toString();
    }

    /** What is at the place; missing when nothing is. */
    static JsonNode find(Place place, JsonNode root) throws JsonQueryException {
        return switch (place) {
            case Place.Path path -> {
                JsonNode node = root;
                for (String name : path.names()) {
                    node = node.path(name);
                }
                yield node;
            }
            case Place.Query query -> {
                List<JsonNode> results = new ArrayList<>(1);
                query.query().apply(Scope.newChildScope(Builtins.SCOPE), root, results::add);
                yield results.isEmpty() ? MissingNode.getInstance() : results.get(0);
            }
            case Place.Text t -> MissingNode.getInstance();
            case Place.Absent a -> MissingNode.getInstance();
        };
    }

    private static Place place(String key, String text) throws BadMap {
        String trimmed = text.trim();
        if (trimmed.isEmpty()) {
            throw new BadMap("map." + key + " is empty; leave it out or write a path such as .values");
        }
        if (PLAIN.matcher(trimmed).matches()) {
            return new Place.Path(
                    trimmed.equals(".")
                            ? List.of()
                            : List.of(trimmed.substring(1).split("\\.", -1)));
        }
        if (trimmed.startsWith(".") || trimmed.startsWith("(")) {
            try {
                return new Place.Query(trimmed, JsonQuery.compile(trimmed, Versions.JQ_1_7));
            } catch (JsonQueryException e) {
                throw new BadMap("map." + key + " is '" + trimmed + "', which is not jq: " + e.getMessage());
            }
        }
        if (LEVEL.matcher(trimmed).replaceAll("").contains("$")) {
            throw new BadMap("map." + key + " is '" + trimmed + "'; a topic level is written $topic[0], $topic[1], …");
        }
        return new Place.Text(trimmed);
    }

    /** jq's functions: made for the first expression, since most maps are plain paths. */
    private static final class Builtins {
        static final Scope SCOPE = builtins();

        private Builtins() {}

        private static Scope builtins() {
            Scope scope = Scope.newEmptyScope();
            BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_7, scope);
            // a payload's map has no business with the hub's environment
            scope.addFunction("env", 0, (s, args, in, path, output, version) -> {
                throw new JsonQueryException("env is not available");
            });
            return scope;
        }
    }
}
