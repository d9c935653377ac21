package org.millrace.route;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.millrace.config.Problem;
import org.millrace.route.RouteFiles.Kind;
import org.millrace.route.RouteFiles.RouteFile;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Decides, before Camel sees it, whether a route or kamelet file is data and not code. Camel itself trusts route authors
 * fully ("Camel is not a sandbox"): {@code beans} and {@code #class:} run constructors while loading, {@code ${bean:…}}
 * runs methods, {@code {{NAME}}} reads the environment. Pure: no Camel, no disk, no network.
 *
 * <p>Safe against hostile text: size and depth are bounded before a tree is built.
 */
public final class RouteGuard {
    /** Largest file, in bytes of UTF-8. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Deepest nesting of lists and mappings. */
    public static final int MAX_DEPTH = 40;

    private static final Pattern PROTECTED_NAME =
            Pattern.compile("^\\s*([a-z]+:)*\\s*(camel|org\\.apache\\.camel)", Pattern.CASE_INSENSITIVE);
    private static final Pattern EXCEPTION_TYPE = Pattern.compile("java\\.(lang|io|util)\\.[A-Za-z]+Exception");
    private static final Pattern SECRET_OPTION =
            Pattern.compile("(user(name)?|.*password|.*token|.*secret)", Pattern.CASE_INSENSITIVE);

    private final String file;
    private final Rights rights;
    private final boolean kamelet;
    private final Set<String> placeholders;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Node> sqlChecked = Collections.newSetFromMap(new IdentityHashMap<>());

    private RouteGuard(String file, Rights rights, boolean kamelet, Set<String> placeholders) {
        this.file = file;
        this.rights = rights;
        this.kamelet = kamelet;
        this.placeholders = placeholders;
    }

    /** All findings in one file, in the order of the text; empty when Camel may load it. */
    public static List<Problem> check(RouteFile file, Rights rights) {
        return switch (RouteYaml.parse(file.path(), file.text())) {
            case RouteYaml.Parsed.Refused refused -> List.of(refused.problem());
            case RouteYaml.Parsed.Tree tree -> check(file.path(), file.kind(), tree.root(), rights);
        };
    }

    static List<Problem> check(String file, Kind kind, Node root, Rights rights) {
        Set<String> names = new HashSet<>(rights.placeholders());
        if (kind == Kind.KAMELET) {
            KameletSpec.properties(root).keySet().forEach(names::add);
        }
        RouteGuard guard = new RouteGuard(file, rights, kind == Kind.KAMELET, Set.copyOf(names));
        if (kind == Kind.KAMELET) {
            guard.kamelet(root);
        } else {
            guard.routes(root);
        }
        return guard.problems.stream().distinct().toList();
    }

    private void routes(Node root) {
        if (!(root instanceof SequenceNode list)) {
            refuse(root, "a route file is a list", "start with '- route:'");
            return;
        }
        for (Node item : list.getValue()) {
            if (!(item instanceof MappingNode map) || map.getValue().size() != 1) {
                refuse(item, "each item of a route file has exactly one key", "for example '- route:'");
                continue;
            }
            NodeTuple tuple = map.getValue().getFirst();
            oneOf(tuple.getKeyNode(), Allowed.TOP, Allowed.REFUSED_TOP, "at the top of a route file");
            if (Allowed.TOP.contains(RouteYaml.key(tuple))) {
                walk(item);
            }
        }
        Endpoints.in(root).forEach(this::endpoint);
    }

    private void kamelet(Node root) {
        Optional<Node> template = KameletSpec.template(root);
        if (template.isEmpty()) {
            refuse(root, "a kamelet needs spec.template", "with 'from:' and its steps");
            return;
        }
        if (!RouteYaml.text(root, "kind")
                .orElse("")
                .equals("Kamelet")) { // an Integration or a Pipe is loaded otherwise
            refuse(root, "a kamelet file has 'kind: Kamelet'", "add it, and apiVersion: camel.apache.org/v1");
        }
        keys(root, Set.of("apiVersion", "kind", "metadata", "spec"), "in a kamelet");
        RouteYaml.get(root, "spec")
                .ifPresent(s ->
                        keys(s, Set.of("definition", "dependencies", "template", "types", "dataTypes"), "in spec"));
        keys(template.get(), Set.of("from", "route"), "in spec.template");
        if (RouteYaml.tuple(template.get(), "from").isEmpty()
                && RouteYaml.tuple(template.get(), "route").isEmpty()) {
            refuse(template.get(), "spec.template needs 'from'", "or 'route'");
        }
        RouteYaml.get(root, "spec").flatMap(s -> RouteYaml.get(s, "definition")).ifPresent(this::scanAll);
        walk(template.get());
        Endpoints.in(template.get()).forEach(this::endpoint);
    }

    private void keys(Node node, Set<String> allowed, String where) {
        if (node instanceof MappingNode map) {
            map.getValue().forEach(t -> oneOf(t.getKeyNode(), allowed, Allowed.REFUSED_KEYS, where));
        }
    }

    private void scanAll(Node node) {
        if (node instanceof ScalarNode scalar) {
            TextScan.scan(scalar.getValue()).ifPresent(f -> refuse(scalar, f.message(), f.hint()));
        }
        RouteYaml.children(node).forEach(this::scanAll);
    }

    private void walk(Node node) {
        switch (node) {
            case MappingNode map -> map.getValue().forEach(this::entry);
            case SequenceNode list -> list.getValue().forEach(this::walk);
            case ScalarNode scalar -> text(scalar, false, false);
            default -> {}
        }
    }

    private void entry(NodeTuple tuple) {
        String key = RouteYaml.key(tuple);
        Node name = tuple.getKeyNode();
        Node value = tuple.getValueNode();
        if (key.equals("parameters")) {
            parameters(value);
            return;
        }
        if (key.contains("-") || key.contains("<")) {
            refuse(name, "unknown key '" + key + "'", "keys are camelCase, as in setBody");
        } else if (Allowed.REFUSED_KEYS.contains(key)) {
            refuse(name, "'" + key + "' is not allowed: it can run Java code", "use jq, simple or a hub: endpoint");
            return;
        } else if (Allowed.REFUSED_LANGUAGES.contains(key)) {
            refuse(
                    name,
                    "the language '" + key + "' is not allowed in a route",
                    "use one of: "
                            + String.join(
                                    ", ", Allowed.LANGUAGES.stream().sorted().toList()));
            return;
        }
        if (key.equals("steps") && value instanceof SequenceNode steps) {
            steps(steps);
        } else if (value instanceof ScalarNode scalar) {
            scalar(key, name, scalar);
        } else {
            if (key.equals("marshal") || key.equals("unmarshal")) {
                dataFormat(value);
            }
            if (key.equals("jq")) {
                RouteYaml.get(value, "expression")
                        .ifPresent(program -> TextScan.jq(RouteYaml.text(program))
                                .ifPresent(f -> refuse(program, f.message(), f.hint())));
            }
            walk(value);
        }
    }

    private void scalar(String key, Node name, ScalarNode scalar) {
        String value = scalar.getValue();
        boolean location = Set.of("uri", "to", "toD", "wireTap", "from", "kamelet", "deadLetterUri", "poll", "id")
                .contains(key);
        text(scalar, location || key.equals("constant"), false);
        if (key.equals("jq")) {
            TextScan.jq(value).ifPresent(f -> refuse(scalar, f.message(), f.hint()));
        } else if (Allowed.NAME_KEYS.contains(key)
                && (PROTECTED_NAME.matcher(value).find() || value.contains("${"))) {
            refuse(
                    scalar,
                    "the name '" + value + "' may not be set: Camel headers steer components",
                    "choose a plain name of your own");
        } else if (Allowed.BEAN_KEYS.contains(key) || key.endsWith("Ref")) {
            bean(scalar, value);
        } else if (Allowed.TYPE_KEYS.contains(key) && !Allowed.TYPES.contains(value)) {
            refuse(scalar, "the type '" + value + "' is not allowed in a route", "use String, byte[], Map or a number");
        } else if (key.equals("exceptionType") && !EXCEPTION_TYPE.matcher(value).matches()) {
            refuse(scalar, "the exception '" + value + "' is not allowed", "use java.lang.IllegalStateException");
        } else if (key.equals("logLanguage") && !value.equals("simple")) {
            refuse(scalar, "the language '" + value + "' is not allowed in a route", "use simple");
        } else if (key.equals("library") && !value.equals("Jackson")) {
            refuse(scalar, "the JSON library '" + value + "' is not part of the hub", "use Jackson");
        } else if (key.equals("constant") && value.contains("{{") && !value.matches("\\{\\{[^{}]*}}")) {
            refuse(scalar, "a placeholder inside a longer text is not allowed", "make it the whole value");
        }
    }

    /** A kamelet's placeholders take the caller's text, so they may stand only where no expression is evaluated. */
    private void text(ScalarNode scalar, boolean placeholderAllowed, boolean secretAllowed) {
        String text = scalar.getValue();
        Optional<TextScan.Finding> finding = TextScan.scan(text);
        if (finding.isEmpty()) {
            finding = TextScan.placeholders(text, placeholders, secretAllowed);
        }
        if (finding.isEmpty() && kamelet && !placeholderAllowed && text.contains("{{")) {
            finding = Optional.of(new TextScan.Finding(
                    "a kamelet's property may not stand in an expression or a log message",
                    "set a variable from a constant: setVariable with constant: \"{{name}}\""));
        }
        finding.ifPresent(f -> refuse(scalar, f.message(), f.hint()));
    }

    private void parameters(Node value) {
        if (!(value instanceof MappingNode map)) {
            refuse(value, "'parameters' is a mapping", "option: value");
            return;
        }
        for (NodeTuple option : map.getValue()) {
            String name = RouteYaml.key(option);
            if (name.contains("{{") || name.contains("#") || name.contains("&") || name.contains("=")) {
                refuse(option.getKeyNode(), "'" + name + "' is not an option's name", "letters, digits, '.' and '-'");
            }
            if (option.getValueNode() instanceof ScalarNode scalar) {
                text(scalar, true, SECRET_OPTION.matcher(name).matches());
            } else {
                refuse(option.getValueNode(), "an option's value is plain text", "write it as text");
            }
        }
    }

    private void steps(SequenceNode steps) {
        new SqlGuard(this::refuse, sqlChecked).check(steps);
        for (Node step : steps.getValue()) {
            if (!(step instanceof MappingNode map) || map.getValue().size() != 1) {
                refuse(step, "a step has exactly one key", "for example '- to: hub:historian'");
                continue;
            }
            NodeTuple tuple = map.getValue().getFirst();
            oneOf(tuple.getKeyNode(), Allowed.STEPS, Allowed.REFUSED_STEPS, "as a step");
            if (Allowed.STEPS.contains(RouteYaml.key(tuple))) {
                entry(tuple);
            }
        }
    }

    private void oneOf(Node key, Set<String> allowed, Set<String> refused, String where) {
        String name = RouteYaml.text(key);
        if (refused.contains(name)) {
            String hint = switch (name) {
                case "dynamicRouter" -> "use choice, which names its endpoints";
                case "routeTemplate", "templatedRoute" -> "use a kamelet";
                case "restConfiguration" -> "ports and hosts belong to hub.yaml";
                case "circuitBreaker" -> "the hub's producers back off by themselves";
                default -> "it can run Java code or change other flows; use jq, simple or a hub: endpoint";
            };
            refuse(key, "'" + name + "' is not allowed " + where, hint);
        } else if (!allowed.contains(name)) {
            refuse(key, "unknown key '" + name + "' " + where, Closest.hint(name, allowed, "see Camel's YAML DSL"));
        }
    }

    private void dataFormat(Node value) {
        if (!(value instanceof MappingNode map)) {
            return;
        }
        for (NodeTuple tuple : map.getValue()) {
            String key = RouteYaml.key(tuple);
            if (!Set.of("json", "id", "description", "disabled", "note", "variableSend", "variableReceive")
                    .contains(key)) {
                refuse(tuple.getKeyNode(), "the data format '" + key + "' is not part of the hub", "use json");
            }
        }
    }

    private void bean(Node at, String value) {
        String name = value.replaceFirst("^#(bean:)?", "");
        if (!rights.beans().contains(name)) {
            refuse(at, "'" + value + "' is not a bean that routes may use", Closest.hint(name, rights.beans(), ""));
        }
    }

    private void endpoint(Endpoints.Use use) {
        if (use.dynamic()) {
            refuse(
                    use.at(),
                    "'" + use.step() + "' computes its endpoint from a message and is not allowed",
                    "name the endpoint, or use choice to pick one of several");
            return;
        }
        String scheme = use.scheme().toLowerCase(Locale.ROOT);
        if (scheme.contains("{{") || !rights.allowsScheme(use.scheme())) {
            refuse(
                    use.at(),
                    "the component '" + use.scheme() + "' is not allowed in a route",
                    Closest.hint(
                            use.scheme(),
                            rights.schemes(),
                            "allowed: "
                                    + String.join(
                                            ", ",
                                            rights.schemes().stream().sorted().toList())));
            return;
        }
        if (!use.consumer() && Allowed.MACHINE_WRITERS.contains(scheme) && !rights.write()) {
            refuse(
                    use.at(),
                    "this writes to a machine or broker through '" + scheme + "', which is not allowed here",
                    "allow it in hub.yaml, when the plant agrees");
        }
        if (scheme.equals("jdbc") && !rights.beans().contains(use.rest())) {
            refuse(use.at(), "unknown data source '" + use.rest() + "'", Closest.hint(use.rest(), rights.beans(), ""));
        }
        if (scheme.equals("jdbc") && !sqlChecked.contains(use.at())) {
            refuse(
                    use.at(),
                    "jdbc: here would run the message as SQL",
                    "call it in a step, after setBody with a constant");
        }
        Set<String> refused = Allowed.REFUSED_OPTIONS.getOrDefault(scheme, Set.of());
        use.options().forEach((name, option) -> {
            if (refused.contains(name) || name.startsWith("mail.")) {
                refuse(
                        option.at(),
                        "the option '" + name + "' of " + scheme + " is not allowed in a route",
                        "remove it");
            }
            if (option.value().startsWith("#") && TextScan.scan(option.value()).isEmpty()) { // else said already
                bean(option.at(), option.value());
            }
        });
    }

    private void refuse(Node at, String message, String hint) {
        problems.add(RouteYaml.at(file, at, message, hint));
    }
}
