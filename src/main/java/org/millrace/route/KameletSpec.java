package org.millrace.route;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A kamelet as its callers see it.
 *
 * @param properties name to default value; empty text when there is none
 * @param template the node of {@code spec.template}
 */
record KameletSpec(String name, Map<String, String> properties, Set<String> required, Node template) {
    static Optional<KameletSpec> of(Node root) {
        return template(root).map(template -> {
            Set<String> required = new HashSet<>();
            definition(root)
                    .flatMap(d -> RouteYaml.get(d, "required"))
                    .ifPresent(list -> RouteYaml.children(list).forEach(n -> required.add(RouteYaml.text(n))));
            Map<String, Node> nodes = properties(root);
            Map<String, String> properties = new LinkedHashMap<>();
            nodes.forEach((name, node) ->
                    properties.put(name, RouteYaml.text(node, "default").orElse("")));
            String name = RouteYaml.get(root, "metadata")
                    .flatMap(m -> RouteYaml.text(m, "name"))
                    .orElse("");
            return new KameletSpec(name, properties, required, template);
        });
    }

    static Map<String, Node> properties(Node root) {
        Map<String, Node> properties = new LinkedHashMap<>();
        definition(root).flatMap(d -> RouteYaml.get(d, "properties")).ifPresent(map -> {
            if (map instanceof MappingNode mapping) {
                mapping.getValue().forEach(t -> properties.put(RouteYaml.key(t), t.getValueNode()));
            }
        });
        return properties;
    }

    static Optional<Node> template(Node root) {
        return RouteYaml.get(root, "spec").flatMap(s -> RouteYaml.get(s, "template"));
    }

    private static Optional<Node> definition(Node root) {
        return RouteYaml.get(root, "spec").flatMap(s -> RouteYaml.get(s, "definition"));
    }
}
