package org.millrace.route;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.tooling.model.ComponentModel;
import org.jspecify.annotations.Nullable;
import org.millrace.config.Problem;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Checks endpoint URIs and options: Camel's components against Camel's catalogue, the hub's own by {@link HubUri},
 * kamelets against their definition, also with the values a caller gives. Not thread-safe; one for each check.
 */
public final class EndpointCheck {
    private static final Set<String> NO_QUERY_CHECK = Set.of("mock", "stub", "plc4x");
    private static final Set<String> PLC4X_OPTIONS = Set.of(
            "autoReconnect",
            "period",
            "trigger",
            "tags",
            "bridgeErrorHandler",
            "exceptionHandler",
            "exchangePattern",
            "lazyStartProducer");
    private static final Set<String> CONSUMER_ONLY = Set.of("timer", "scheduler", "platform-http");
    private static final Set<String> PRODUCER_ONLY = Set.of("log", "jdbc", "smtp", "smtps");

    private final DefaultCamelCatalog catalog;
    private final Known known;
    private final Map<String, KameletSpec> kamelets;

    /**
     * @param kamelets those a route may name: of the home folder and shipped
     */
    EndpointCheck(DefaultCamelCatalog catalog, Known known, Map<String, KameletSpec> kamelets) {
        this.catalog = catalog;
        this.known = known;
        this.kamelets = Map.copyOf(kamelets);
    }

    /** Problems with the endpoints under a node of a file. */
    List<Problem> check(String file, Node node, boolean template) {
        List<Problem> problems = new ArrayList<>();
        for (Endpoints.Use use : Endpoints.in(node)) {
            if (!use.dynamic()) {
                check(file, use, template, problems);
            }
        }
        return problems;
    }

    private void check(String file, Endpoints.Use use, boolean template, List<Problem> problems) {
        HubUri.Report report = (at, message, hint) -> problems.add(RouteYaml.at(file, at, message, hint));
        switch (use.scheme()) {
            case "hub" -> new HubUri(known, report).check(use);
            case "kamelet" -> kamelet(use, template, report);
            default -> component(use, report);
        }
    }

    private void component(Endpoints.Use use, HubUri.Report report) {
        String scheme = use.scheme();
        if (CONSUMER_ONLY.contains(scheme) && !use.consumer()) {
            report.error(use.at(), scheme + ": gives messages, it does not take them", "use it in 'from:'");
            return;
        }
        if ((PRODUCER_ONLY.contains(scheme) || scheme.startsWith("rest"))
                && use.consumer() == !scheme.startsWith("rest")) {
            report.error(
                    use.at(),
                    scheme
                            + (use.consumer()
                                    ? ": takes messages, it does not give them"
                                    : ": cannot call out from here"),
                    use.consumer() ? "use it in 'to:'" : "calls to other systems go through hub:cmms or hub:erp");
            return;
        }
        if (scheme.equals("plc4x")) {
            plc4x(use, report);
        }
        if (use.rest().isEmpty()) {
            report.error(use.at(), "'" + scheme + ":' needs a name after it", "for example " + scheme + ":name");
            return;
        }
        ComponentModel model = catalog.componentModel(scheme);
        if (model == null || NO_QUERY_CHECK.contains(scheme)) {
            return; // the guard has said whether the scheme may be used at all
        }
        String query = use.options().entrySet().stream()
                .map(e -> encode(e.getKey()) + "=" + encode(raw(e.getValue().value())))
                .collect(Collectors.joining("&"));
        EndpointValidationResult result = catalog.validateEndpointProperties(
                query.isEmpty() ? use.path() : use.path() + "?" + query, false, use.consumer(), !use.consumer());
        if (!result.isSuccess()) {
            say(use, scheme, model, result, report);
        }
    }

    private static void say(
            Endpoints.Use use,
            String scheme,
            ComponentModel model,
            EndpointValidationResult result,
            HubUri.Report report) {
        List<String> names = model.getEndpointOptions().stream()
                .map(ComponentModel.EndpointOptionModel::getName)
                .toList();
        each(
                result.getUnknown(),
                o -> report.error(
                        at(use, o),
                        "unknown option '" + o + "' of " + scheme,
                        Closest.hint(o, names, "see Camel's page of " + scheme)));
        each(
                result.getRequired(),
                o -> report.error(
                        use.at(),
                        "the option '" + o + "' of " + scheme + " is missing",
                        "add " + o + ": to parameters"));
        each(
                result.getNotConsumerOnly(),
                o -> report.error(
                        at(use, o),
                        "the option '" + o + "' of " + scheme + " is for 'to:', not for 'from:'",
                        "remove it"));
        each(
                result.getNotProducerOnly(),
                o -> report.error(
                        at(use, o),
                        "the option '" + o + "' of " + scheme + " is for 'from:', not for 'to:'",
                        "remove it"));
        Map<String, @Nullable Map<String, String>> wrong = new LinkedHashMap<>();
        wrong.put("true or false", result.getInvalidBoolean());
        wrong.put("a whole number", result.getInvalidInteger());
        wrong.put("a number", result.getInvalidNumber());
        wrong.put("a duration such as 5s", result.getInvalidDuration());
        wrong.put("one of its values", result.getInvalidEnum());
        wrong.put("the name of a bean, with '#'", result.getInvalidReference());
        wrong.forEach((what, values) -> {
            if (values != null) {
                new TreeMap<>(values).forEach((o, v) -> {
                    List<String> choices = result.getEnumChoices(o);
                    report.error(
                            at(use, o),
                            "the option '" + o + "' of " + scheme + " must be " + what + ", not '" + v + "'",
                            choices == null ? "" : Closest.hint(v, choices, "one of: " + String.join(", ", choices)));
                });
            }
        });
        if (result.getSyntaxError() != null) {
            report.error(
                    use.at(),
                    "the endpoint '" + use.path() + "' is not well formed",
                    "written as " + model.getSyntax());
        }
    }

    private static void each(@Nullable Set<String> names, java.util.function.Consumer<String> action) {
        if (names != null) {
            names.stream().sorted().forEach(action);
        }
    }

    private static Node at(Endpoints.Use use, String option) {
        Endpoints.Option given = use.options().get(option);
        return given == null ? use.at() : given.at();
    }

    /** Camel's catalogue reads the driver's own {@code scheme://} as the component's, so its options are checked here. */
    private static void plc4x(Endpoints.Use use, HubUri.Report report) {
        if (!use.rest().contains("://")) {
            report.error(use.at(), "plc4x: needs a driver's address", "for example plc4x:modbus-tcp://10.0.0.7:502");
        }
        use.options().forEach((name, option) -> {
            if (use.step().isEmpty() || !PLC4X_OPTIONS.contains(name) && !name.startsWith("tag.")) {
                if (!name.contains("-") && !name.contains(".")) { // a driver's own option has one of these
                    report.error(
                            option.at(),
                            "unknown option '" + name + "' of plc4x",
                            Closest.hint(name, PLC4X_OPTIONS, "tags are written tag.<name>"));
                }
            }
        });
    }

    private void kamelet(Endpoints.Use use, boolean template, HubUri.Report report) {
        String name = use.rest().split("/", 2)[0];
        if (name.equals("source") || name.equals("sink")) {
            if (!template) {
                report.error(use.at(), "kamelet:" + name + " has a meaning only inside a kamelet", "name a kamelet");
            }
            return;
        }
        KameletSpec spec = kamelets.get(name);
        if (spec == null) {
            report.error(use.at(), "unknown kamelet '" + name + "'", Closest.hint(name, kamelets.keySet(), ""));
            return;
        }
        use.options().forEach((option, value) -> {
            if (!spec.properties().containsKey(option) && !option.equals("bridgeErrorHandler")) {
                report.error(
                        value.at(),
                        "unknown property '" + option + "' of the kamelet " + name,
                        Closest.hint(option, spec.properties().keySet(), "it has none"));
            }
        });
        spec.required().stream().sorted().forEach(property -> {
            if (!use.options().containsKey(property)
                    && spec.properties().getOrDefault(property, "").isEmpty()) {
                report.error(
                        use.at(),
                        "the kamelet " + name + " needs the property '" + property + "'",
                        "add " + property + ": to parameters");
            }
        });
        if (!template) {
            expand(use, spec, report);
        }
    }

    /** The template's {@code hub:} endpoints with the caller's values: an unknown source is found where it is written. */
    private void expand(Endpoints.Use use, KameletSpec spec, HubUri.Report report) {
        for (Endpoints.Use inner : Endpoints.in(spec.template())) {
            if (!inner.scheme().equals("hub")) {
                continue;
            }
            Node[] at = {use.at()};
            String path = fill(inner.path(), use, spec, at);
            Map<String, Endpoints.Option> options = new LinkedHashMap<>();
            inner.options().forEach((key, option) -> {
                Node[] place = {use.at()};
                String value = fill(option.value(), use, spec, place);
                if (!option.value().startsWith("{{?") || !value.isEmpty()) {
                    options.put(key, new Endpoints.Option(value, place[0]));
                }
            });
            if (!path.contains("{{")) {
                new HubUri(known, report)
                        .check(new Endpoints.Use(at[0], path, options, inner.consumer(), inner.step(), false));
            }
        }
    }

    private static String fill(String text, Endpoints.Use use, KameletSpec spec, Node[] at) {
        String filled = text;
        for (Map.Entry<String, String> property : spec.properties().entrySet()) {
            String name = property.getKey();
            if (!filled.contains("{{" + name + "}}") && !filled.contains("{{?" + name + "}}")) {
                continue;
            }
            Endpoints.Option given = use.options().get(name);
            if (given != null) {
                at[0] = given.at();
            } else if (property.getValue().isEmpty() && spec.required().contains(name)) {
                continue; // already said: a required property is missing
            }
            String value = given == null ? property.getValue() : given.value();
            filled = filled.replace("{{" + name + "}}", value).replace("{{?" + name + "}}", value);
        }
        return filled;
    }

    private static String raw(String value) {
        boolean raw =
                value.startsWith("RAW(") && value.endsWith(")") || value.startsWith("RAW{") && value.endsWith("}");
        return raw ? value.substring(4, value.length() - 1) : value;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
