package org.millrace.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.millrace.config.Problem;
import org.millrace.route.RouteFiles.Kind;
import org.millrace.route.RouteFiles.RouteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The step from one set of route files to another while the hub runs. Routes of files that stay the same are not
 * touched, but for those whose source is made anew. To be used once: {@link #pause}, then {@link #resume}.
 */
public final class RouteSwap {
    /** What may stand at the top of a file that is swapped live; the rest acts on routes of other files too. */
    private static final Set<String> LIVE = Set.of("route", "from");

    private static final Logger LOG = LoggerFactory.getLogger(RouteSwap.class);

    private final CamelContext context;
    private final Set<String> leaving = new HashSet<>();
    private final List<RouteFile> coming = new ArrayList<>();
    private final List<String> paused = new ArrayList<>();

    RouteSwap(CamelContext context, List<RouteFile> before, List<RouteFile> next) {
        this.context = context;
        Map<String, RouteFile> old = new HashMap<>();
        before.forEach(file -> old.put(file.path(), file));
        for (RouteFile file : next) {
            if (!file.equals(old.remove(file.path()))) {
                coming.add(file);
                leaving.add(file.path());
            }
        }
        leaving.addAll(old.keySet());
    }

    /**
     * Why this step needs a restart, one problem a file; empty when it does not: kamelets are templates that Camel has
     * built into the routes that use them, and error handlers, route configurations and REST services act beyond their
     * file.
     */
    public static List<Problem> needRestart(List<RouteFile> before, List<RouteFile> next) {
        Map<String, RouteFile> old = new HashMap<>();
        before.forEach(file -> old.put(file.path(), file));
        List<Problem> problems = new ArrayList<>();
        for (RouteFile file : next) {
            RouteFile was = old.remove(file.path());
            if (!file.equals(was)) {
                add(problems, file);
                if (was != null) {
                    add(problems, was);
                }
            }
        }
        old.values().forEach(file -> add(problems, file));
        return problems.stream().distinct().toList();
    }

    private static void add(List<Problem> problems, RouteFile file) {
        String why = why(file);
        if (!why.isEmpty()) {
            problems.add(new Problem(
                    Problem.Severity.ERROR,
                    file.path(),
                    0,
                    0,
                    why,
                    "restart the hub for this change, or take it back; nothing was changed"));
        }
    }

    private static String why(RouteFile file) {
        if (file.kind() == Kind.KAMELET) {
            return "a kamelet was added, changed or removed, and is built into the routes that use it";
        }
        if (file.text().contains("kamelet:")) {
            return "a file whose routes use kamelets was added, changed or removed";
        }
        if (RouteYaml.parse(file.path(), file.text()) instanceof RouteYaml.Parsed.Tree tree
                && tree.root() instanceof SequenceNode list) {
            for (var item : list.getValue()) {
                if (item instanceof MappingNode map) {
                    for (NodeTuple tuple : map.getValue()) {
                        if (!LIVE.contains(RouteYaml.key(tuple))) {
                            return "a file with '" + RouteYaml.key(tuple) + "' was added, changed or removed: that acts"
                                    + " on more than routes of its own";
                        }
                    }
                }
            }
        }
        return "";
    }

    /**
     * Stops and forgets the routes of files that leave or change, and stops those that start from one of the sources.
     * What they are at work on is finished first.
     */
    public void pause(Set<String> sources) throws Exception {
        for (RouteDefinition definition : List.copyOf(model().getRouteDefinitions())) {
            if (swapped(definition)) {
                context.getRouteController().stopRoute(definition.getRouteId());
                context.removeRoute(definition.getRouteId());
                model().removeRouteDefinition(definition);
            }
        }
        for (Route route : List.copyOf(context.getRoutes())) {
            if (route.getConsumer() instanceof SourceConsumer consumer && sources.contains(consumer.sourceId())) {
                context.getRouteController().stopRoute(route.getId());
                paused.add(route.getId());
            }
        }
    }

    /**
     * Loads and starts what comes, and starts what was paused, now with the sources that the hub has by then.
     *
     * @return routes that do not start yet, with the reason; they are tried again for ever
     */
    public List<String> resume() throws Exception {
        List<Resource> resources = new ArrayList<>();
        coming.forEach(file -> resources.add(ResourceHelper.fromString(file.path(), file.text())));
        PluginHelper.getRoutesLoader(context).loadRoutes(resources);
        List<String> waiting = new ArrayList<>();
        // Camel's supervisor starts by itself only what is there when the context starts
        List<String> toStart = new ArrayList<>(paused);
        model().getRouteDefinitions().stream()
                .filter(this::swapped)
                .map(RouteDefinition::getRouteId)
                .forEach(toStart::add);
        for (String route : toStart) {
            try {
                if (!context.getRouteController().getRouteStatus(route).isStarted()) {
                    context.getRouteController().startRoute(route);
                }
            } catch (Exception e) {
                LOG.warn("route {} does not start yet and is tried again", route, e);
                waiting.add("route " + route + " does not start yet and is tried again: " + e.getMessage());
            }
        }
        return waiting;
    }

    private boolean swapped(RouteDefinition definition) {
        Resource resource = definition.getResource();
        return resource != null && leaving.contains(path(resource));
    }

    private ModelCamelContext model() {
        return (ModelCamelContext) context;
    }

    /** Camel puts a scheme before the location of some resources. */
    private static String path(Resource resource) {
        String location = resource.getLocation();
        int scheme = location.indexOf(':');
        return scheme < 0 ? location : location.substring(scheme + 1);
    }
}
