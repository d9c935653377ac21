package org.millrace.route;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A {@code jdbc:} endpoint runs its message's body as SQL: that text must be fixed in the route, values go by name. */
final class SqlGuard {
    private static final Set<String> LEAVE_BODY = Set.of(
            "setHeader",
            "setHeaders",
            "setProperty",
            "setVariable",
            "setVariables",
            "removeHeader",
            "removeHeaders",
            "removeProperty",
            "removeProperties",
            "removeVariable",
            "log",
            "delay",
            "throttle");
    private static final Pattern NAMED = Pattern.compile(":\\?[A-Za-z_]");

    /** Where findings go. */
    interface Refusal {
        void refuse(Node at, String message, String hint);
    }

    private final Refusal refusal;
    private final Set<Node> checked;

    /** @param checked takes the node of each endpoint that was looked at; elsewhere jdbc: has no business */
    SqlGuard(Refusal refusal, Set<Node> checked) {
        this.refusal = refusal;
        this.checked = checked;
    }

    void check(SequenceNode steps) {
        @Nullable NodeTuple body = null;
        for (Node step : steps.getValue()) {
            if (!(step instanceof MappingNode map) || map.getValue().isEmpty()) {
                continue;
            }
            NodeTuple tuple = map.getValue().getFirst();
            String key = RouteYaml.key(tuple);
            for (Endpoints.Use use : Endpoints.in(step)) {
                if (use.scheme().equals("jdbc") && use.step().equals(key)) {
                    checked.add(use.at());
                    sql(use, body);
                }
            }
            if (key.equals("setBody") || key.equals("transform")) {
                body = tuple;
            } else if (!LEAVE_BODY.contains(key)) {
                body = null;
            }
        }
    }

    private void sql(Endpoints.Use use, @Nullable NodeTuple body) {
        Optional<Node> constant = body == null ? Optional.empty() : constant(body.getValueNode());
        if (constant.isEmpty()) {
            refusal.refuse(
                    body == null ? use.at() : body.getKeyNode(),
                    "the SQL for jdbc: must be a constant, set in the step before it",
                    "setBody with constant: \"… where tag = :?tag\", the value in a header, and useHeadersAsParameters: true");
            return;
        }
        String sql = RouteYaml.text(constant.get());
        if (sql.contains("${") || sql.contains("{{")) {
            refusal.refuse(
                    constant.get(),
                    "SQL must not be put together from message or property text",
                    "use :?name, the value in a header, and useHeadersAsParameters: true");
        } else if (NAMED.matcher(sql).find()
                && !Optional.ofNullable(use.options().get("useHeadersAsParameters"))
                        .map(Endpoints.Option::value)
                        .orElse("")
                        .equals("true")) {
            refusal.refuse(
                    use.at(),
                    "the SQL names parameters (:?name), but they are not switched on",
                    "add useHeadersAsParameters: true to the endpoint's parameters");
        }
    }

    private static Optional<Node> constant(Node value) {
        Node expression = RouteYaml.get(value, "expression").orElse(value);
        return RouteYaml.get(expression, "constant")
                .map(c -> c instanceof ScalarNode
                        ? c
                        : RouteYaml.get(c, "expression").orElse(c))
                .filter(ScalarNode.class::isInstance);
    }
}
