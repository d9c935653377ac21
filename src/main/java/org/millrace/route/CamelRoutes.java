package org.millrace.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.millrace.route.RouteFiles.RouteFile;

/**
 * The integrator's routes at work: a Camel context with the hub's component, loaded from texts that {@link RouteCheck}
 * has passed. Camel's own hot reload and package scan are off.
 */
public final class CamelRoutes implements AutoCloseable {
    /**
     * @param state Camel's word: {@code Started}, {@code Stopped}, …
     * @param from endpoint the route starts from, without options
     */
    public record RouteState(String id, String state, String from, long completed, long failed) {}

    /** Without Camel's own JVM shutdown hook: the hub closes its parts in order, Camel first. */
    private final Main main = new HooklessMain();

    private final CamelContext context;
    private final RouteCounters counters = new RouteCounters();

    /**
     * Builds the context; nothing consumes before {@link #start()}.
     *
     * @param beans further objects that routes may name, e.g. the Vert.x router of platform-http
     */
    public CamelRoutes(HubPort port, DataSource historian, Map<String, Object> beans) throws Exception {
        main.configure().withBasePackageScanEnabled(false);
        main.configure().withRoutesIncludePattern("false");
        main.configure().withShutdownTimeout(20);
        main.configure().withName("millrace");
        main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
        main.addInitialProperty("camel.main.routes-collector-enabled", "false");
        // a counterpart of some route that is away at start must not keep the other routes from starting
        main.addInitialProperty("camel.routecontroller.enabled", "true");
        main.addInitialProperty("camel.routecontroller.backoff-delay", "2000");
        main.addInitialProperty("camel.routecontroller.backoff-max-delay", "30000");
        main.bind(HubPort.NAME, port);
        main.bind("historian", historian);
        beans.forEach(main::bind);
        main.bind("routeCounters", counters);
        main.init();
        context = main.getCamelContext();
    }

    /** Loads kamelets, then the routes that use them, and starts consuming. */
    public void start(List<RouteFile> files) throws Exception {
        List<Resource> resources = new ArrayList<>();
        files.stream()
                .sorted(Comparator.comparing(file -> file.kind() != RouteFiles.Kind.KAMELET))
                .forEach(file -> resources.add(ResourceHelper.fromString(file.path(), file.text())));
        PluginHelper.getRoutesLoader(context).loadRoutes(resources);
        main.start();
    }

    /** Another object that routes may name, or another of the same name for routes loaded from now on. */
    public void bind(String name, Object bean) {
        context.getRegistry().bind(name, bean);
    }

    /** The step from the files that are loaded to the next, while routes run. */
    public RouteSwap swap(List<RouteFile> before, List<RouteFile> next) {
        return new RouteSwap(context, before, next);
    }

    public List<RouteState> routes() {
        List<RouteState> states = new ArrayList<>();
        for (Route route : context.getRoutes()) {
            ServiceStatus status = context.getRouteController().getRouteStatus(route.getId());
            states.add(new RouteState(
                    route.getId(),
                    status == null ? "Unknown" : status.name(),
                    plain(route.getEndpoint().getEndpointUri()),
                    counters.completed(route.getId()),
                    counters.failed(route.getId())));
        }
        return states;
    }

    /** The sinks: every {@code hub:journal} and {@code hub:events} consumer whose route is loaded. */
    public List<LoopState> loops() {
        List<LoopState> loops = new ArrayList<>();
        for (Route route : context.getRoutes()) {
            if (route.getConsumer() instanceof LoopConsumer loop) {
                loops.add(loop.state());
            }
        }
        return loops;
    }

    /**
     * Names in use by step, e.g. every cursor behind {@code from: hub:journal/…}, from the routes as they are defined:
     * one that is stopped or failing is in use still.
     */
    public Set<String> names(HubStep step) {
        Set<String> names = new TreeSet<>();
        Pattern inUri = Pattern.compile(
                step == HubStep.EVENTS || step == HubStep.PRODUCTION
                        ? "^hub:(?://)?" + step.word() + "\\?(?:.*&)?name=([^&]+)"
                        : "^hub:(?://)?" + step.word() + "/([^?]+)");
        for (RouteDefinition route : ((ModelCamelContext) context).getRouteDefinitions()) {
            Matcher found = inUri.matcher(
                    route.getInput() == null
                            ? ""
                            : String.valueOf(route.getInput().getEndpointUri()));
            if (found.find()) {
                names.add(found.group(1));
            }
        }
        for (Route route : context.getRoutes()) {
            if (route.getEndpoint() instanceof HubEndpoint hub && hub.step() == step) {
                names.add(step == HubStep.EVENTS || step == HubStep.PRODUCTION ? hub.getName() : hub.path());
            }
        }
        return names;
    }

    private static String plain(String uri) {
        int options = uri.indexOf('?');
        return (options < 0 ? uri : uri.substring(0, options)).replace("://", ":");
    }

    public CamelContext context() {
        return context;
    }

    /** Stops intake first, lets what is on its way finish (at most 20 s), then stops everything. */
    @Override
    public void close() {
        main.stop();
    }

    private static final class HooklessMain extends Main {
        HooklessMain() {
            setShutdownStrategy(new SimpleMainShutdownStrategy());
        }
    }

    /** Exchanges by route, without JMX. */
    private static final class RouteCounters extends EventNotifierSupport {
        private final Map<String, long[]> counts = new java.util.concurrent.ConcurrentHashMap<>();

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeCompletedEvent done) {
                count(done.getExchange().getFromRouteId(), 0);
            } else if (event instanceof CamelEvent.ExchangeFailedEvent failed) {
                count(failed.getExchange().getFromRouteId(), 1);
            }
        }

        private void count(@org.jspecify.annotations.Nullable String route, int which) {
            if (route != null) {
                long[] pair = counts.computeIfAbsent(route, id -> new long[2]);
                synchronized (pair) {
                    pair[which]++;
                }
            }
        }

        long completed(String route) {
            return get(route, 0);
        }

        long failed(String route) {
            return get(route, 1);
        }

        private long get(String route, int which) {
            long[] pair = counts.getOrDefault(route, new long[2]);
            synchronized (pair) {
                return pair[which];
            }
        }
    }
}
