package org.millrace.route;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Finds every endpoint that a piece of Camel YAML names, wherever the DSL allows one. */
final class Endpoints {
    private Endpoints() {}

    /** One option of an endpoint, from the URI's query or from {@code parameters:}. */
    record Option(String value, Node at) {}

    /**
     * One endpoint as written.
     *
     * @param path the URI without its query
     * @param step the key that names it: {@code from}, {@code to}, {@code enrich}…
     * @param dynamic computed for each message, so it cannot be checked
     */
    record Use(Node at, String path, Map<String, Option> options, boolean consumer, String step, boolean dynamic) {
        String scheme() {
            int colon = path.indexOf(':');
            return colon < 0 ? path : path.substring(0, colon);
        }

        /** What follows the scheme, without leading slashes. */
        String rest() {
            int colon = path.indexOf(':');
            return colon < 0 ? "" : path.substring(colon + 1).replaceFirst("^/+", "");
        }
    }

    static List<Use> in(Node node) {
        List<Use> uses = new ArrayList<>();
        collect(node, uses);
        return List.copyOf(uses);
    }

    private static void collect(Node node, List<Use> uses) {
        if (!(node instanceof MappingNode map)) {
            RouteYaml.children(node).forEach(child -> collect(child, uses));
            return;
        }
        for (NodeTuple tuple : map.getValue()) {
            String key = RouteYaml.key(tuple);
            Node value = tuple.getValueNode();
            switch (key) {
                case "from", "poll" -> uri(value, "uri", "", true, key, uses);
                case "to", "toD", "wireTap", "deadLetterUri" -> uri(value, "uri", "", false, key, uses);
                case "kamelet" -> uri(value, "name", "kamelet:", false, key, uses);
                case "enrich", "pollEnrich", "recipientList", "routingSlip", "dynamicRouter" ->
                    computed(value, key, uses);
                default -> {}
            }
            if (!key.equals("parameters")) {
                collect(value, uses);
            }
        }
    }

    private static void uri(Node value, String key, String prefix, boolean consumer, String step, List<Use> uses) {
        if (value instanceof ScalarNode) {
            uses.add(use(value, prefix + RouteYaml.text(value), Map.of(), consumer, step));
            return;
        }
        RouteYaml.get(value, key).filter(ScalarNode.class::isInstance).ifPresent(uri -> {
            Map<String, Option> options = new LinkedHashMap<>();
            RouteYaml.get(value, "parameters").ifPresent(parameters -> {
                if (parameters instanceof MappingNode map) {
                    map.getValue()
                            .forEach(t -> options.put(
                                    RouteYaml.key(t), new Option(RouteYaml.text(t.getValueNode()), t.getKeyNode())));
                }
            });
            uses.add(use(uri, prefix + RouteYaml.text(uri), options, consumer, step));
        });
    }

    private static void computed(Node value, String step, List<Use> uses) {
        boolean consumer = step.equals("pollEnrich");
        Node expression = RouteYaml.get(value, "expression").orElse(value);
        Node constant = RouteYaml.get(expression, "constant").orElse(null);
        if (constant instanceof MappingNode) {
            constant = RouteYaml.get(constant, "expression").orElse(null);
        }
        if (!(constant instanceof ScalarNode) || step.equals("dynamicRouter")) {
            uses.add(new Use(value, "", Map.of(), consumer, step, true));
            return;
        }
        boolean many = step.equals("recipientList") || step.equals("routingSlip");
        for (String uri : many ? RouteYaml.text(constant).split(",", -1) : new String[] {RouteYaml.text(constant)}) {
            uses.add(use(constant, uri.strip(), Map.of(), consumer, step));
        }
    }

    private static Use use(Node at, String written, Map<String, Option> more, boolean consumer, String step) {
        String uri = joined(written);
        boolean perMessage = step.equals("toD") || step.equals("wireTap") || step.equals("poll");
        int query = uri.indexOf('?');
        Map<String, Option> options = new LinkedHashMap<>();
        if (query >= 0) {
            for (String pair : pairs(uri.substring(query + 1))) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                options.put(decode(name), new Option(equals < 0 ? "" : decode(pair.substring(equals + 1)), at));
            }
        }
        options.putAll(more);
        return new Use(
                at,
                query < 0 ? uri : uri.substring(0, query),
                options,
                consumer,
                step,
                // toD takes "a+language:b" as two expressions put together
                perMessage && (uri.contains("${") || uri.contains("$simple{") || uri.contains("+")));
    }

    /** Camel lets a URI run over several lines and joins them, so a word may be split at a line's end. */
    static String joined(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "");
    }

    /** Splits a query at {@code &}, but not inside {@code RAW(…)}. */
    private static List<String> pairs(String query) {
        List<String> pairs = new ArrayList<>();
        int start = 0;
        int i = 0;
        while (i < query.length()) {
            boolean raw = query.startsWith("=RAW(", i) || query.startsWith("=RAW{", i);
            if (raw) {
                int end = query.indexOf(query.charAt(i + 4) == '(' ? ')' : '}', i);
                i = end < 0 ? query.length() : end + 1;
            } else if (query.charAt(i) == '&') {
                pairs.add(query.substring(start, i));
                start = ++i;
            } else {
                i++;
            }
        }
        if (start < query.length()) {
            pairs.add(query.substring(start));
        }
        return pairs;
    }

    /** Percent-decoded; text that is not well formed stays as it is. */
    static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
