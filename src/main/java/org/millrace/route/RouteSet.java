package org.millrace.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.config.Problem;
import org.millrace.route.RouteFiles.Kind;
import org.millrace.route.RouteFiles.RouteFile;
import org.snakeyaml.engine.v2.nodes.Node;

/** What must hold between route files: ids and event readers are unique, a {@code direct:} that is called has its route. */
final class RouteSet {
    private final Map<RouteFile, Node> trees;

    RouteSet(Map<RouteFile, Node> trees) {
        this.trees = trees;
    }

    List<Problem> check() {
        List<Problem> problems = new ArrayList<>();
        ids(problems);
        direct(problems);
        return problems;
    }

    private void ids(List<Problem> problems) {
        Map<String, String> seen = new HashMap<>();
        routes((file, top, route) -> {
            Node id = RouteYaml.get(route, "id").orElse(null);
            if (id == null) {
                if (!top.equals("rest")) {
                    problems.add(RouteYaml.warning(
                            file,
                            route,
                            "this route has no id",
                            "with an id it can be found in logs, metrics and the console"));
                }
                return;
            }
            String before = seen.putIfAbsent(RouteYaml.text(id), file + ":" + line(id));
            if (before != null) {
                problems.add(RouteYaml.at(
                        file, id, "the route id '" + RouteYaml.text(id) + "' is taken by " + before, "rename one"));
            }
        });
    }

    private void direct(List<Problem> problems) {
        Map<String, String> consumers = new HashMap<>();
        Set<Endpoints.Use> producers = new HashSet<>();
        Map<Endpoints.Use, String> files = new HashMap<>();
        trees.forEach((file, root) -> {
            for (Endpoints.Use use : Endpoints.in(root)) {
                if (!use.scheme().equals("direct") || use.rest().contains("{{")) {
                    continue;
                }
                if (!use.consumer()) {
                    producers.add(use);
                    files.put(use, file.path());
                } else if (use.step().equals("from")) {
                    String before = consumers.putIfAbsent(use.rest(), file.path() + ":" + line(use.at()));
                    if (before != null) {
                        problems.add(RouteYaml.at(
                                file.path(),
                                use.at(),
                                "a second route reads direct:" + use.rest() + "; the first is at " + before,
                                "rename one, or use seda: with multipleConsumers"));
                    }
                }
            }
        });
        for (Endpoints.Use use : producers) {
            if (!consumers.containsKey(use.rest())) {
                problems.add(RouteYaml.at(
                        files.getOrDefault(use, ""),
                        use.at(),
                        "no route reads direct:" + use.rest(),
                        Closest.hint(use.rest(), consumers.keySet(), "add a route with from: direct:" + use.rest())));
            }
        }
    }

    private void routes(Visitor visitor) {
        trees.forEach((file, root) -> {
            if (file.kind() == Kind.ROUTE) {
                for (Node item : RouteYaml.children(root)) {
                    for (String top : List.of("route", "from", "rest")) {
                        RouteYaml.get(item, top).ifPresent(route -> visitor.route(file.path(), top, route));
                    }
                }
            }
        });
    }

    private static int line(Node node) {
        return node.getStartMark().map(m -> m.getLine() + 1).orElse(0);
    }

    /** Called for each route. */
    private interface Visitor {
        void route(String file, String top, Node route);
    }
}
