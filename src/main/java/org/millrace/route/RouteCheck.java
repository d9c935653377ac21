package org.millrace.route;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.millrace.config.Problem;
import org.millrace.route.RouteFiles.Kind;
import org.millrace.route.RouteFiles.RouteFile;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Everything that can be known about routes without starting them: guard, schema, endpoints, and what holds between
 * files. The same engine serves {@code hub check}, the start and the console. What it passes, Camel loads.
 */
public final class RouteCheck {
    /** The kamelets in this program, under {@code kamelets/} on the class path. */
    public static final Set<String> SHIPPED =
            Set.of("opcua-source", "plc-source", "mqtt-source", "lorawan-source", "historian-sink", "work-order-sink");

    private final RouteSchema schema;
    private final DefaultCamelCatalog catalog;
    private final Map<String, KameletSpec> shipped;

    private RouteCheck(RouteSchema schema, DefaultCamelCatalog catalog, Map<String, KameletSpec> shipped) {
        this.schema = schema;
        this.catalog = catalog;
        this.shipped = shipped;
    }

    /** Reads Camel's schema and catalogue; about a second, so keep it. Not thread-safe. */
    public static RouteCheck create() {
        Map<String, KameletSpec> shipped = new LinkedHashMap<>();
        for (String name : SHIPPED) {
            RouteFile file = shipped(name);
            if (RouteYaml.parse(file.path(), file.text()) instanceof RouteYaml.Parsed.Tree tree) {
                KameletSpec.of(tree.root()).ifPresent(spec -> shipped.put(name, spec));
            }
        }
        DefaultCamelCatalog catalog = new DefaultCamelCatalog(true);
        return new RouteCheck(RouteSchema.load(), catalog, Map.copyOf(shipped));
    }

    /** One shipped kamelet's text. */
    static RouteFile shipped(String name) {
        String path = "kamelets/" + name + ".kamelet.yaml";
        try (InputStream in = RouteCheck.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("this program lacks " + path);
            }
            return new RouteFile(path, new String(in.readAllBytes(), StandardCharsets.UTF_8), Kind.KAMELET);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /**
     * Checks all of {@code routes/**} in a home folder.
     *
     * @throws IOException when the folder cannot be read
     */
    public List<Problem> check(Path home, Known known, Rights rights) throws IOException {
        RouteFiles.Found found = RouteFiles.find(home);
        List<Problem> problems = new ArrayList<>(found.problems());
        problems.addAll(check(found.files(), known, rights));
        return List.copyOf(problems);
    }

    /** Checks files that belong together; sorted by file, line and column. */
    public List<Problem> check(List<RouteFile> files, Known known, Rights rights) {
        List<Problem> problems = new ArrayList<>();
        Map<RouteFile, Node> trees = new LinkedHashMap<>();
        Map<String, KameletSpec> kamelets = new HashMap<>(shipped);
        Set<String> own = new HashSet<>();
        for (RouteFile file : files) {
            switch (RouteYaml.parse(file.path(), file.text())) {
                case RouteYaml.Parsed.Refused refused -> problems.add(refused.problem());
                case RouteYaml.Parsed.Tree tree -> {
                    trees.put(file, tree.root());
                    if (file.kind() == Kind.KAMELET) {
                        kamelet(file, tree.root(), own, problems).ifPresent(s -> kamelets.put(s.name(), s));
                    }
                }
            }
        }
        EndpointCheck endpoints = new EndpointCheck(catalog, known, kamelets);
        trees.forEach((file, root) -> {
            Node routes =
                    file.kind() == Kind.KAMELET ? KameletSpec.template(root).orElse(root) : root;
            List<Problem> ofFile = new ArrayList<>(RouteGuard.check(file.path(), file.kind(), root, rights));
            ofFile.addAll(schema.check(file.path(), file.kind(), root));
            ofFile.addAll(endpoints.check(file.path(), routes, file.kind() == Kind.KAMELET));
            problems.addAll(firstAtEachPlace(ofFile));
        });
        problems.addAll(new RouteSet(trees).check());
        problems.sort(Comparator.comparing(Problem::file)
                .thenComparingInt(Problem::line)
                .thenComparingInt(Problem::column));
        return List.copyOf(problems);
    }

    private static Optional<KameletSpec> kamelet(RouteFile file, Node root, Set<String> own, List<Problem> problems) {
        Optional<KameletSpec> spec = KameletSpec.of(root);
        if (spec.isPresent() && !spec.get().name().equals(file.name())) {
            problems.add(RouteYaml.at(
                    file.path(),
                    root,
                    "metadata.name is '" + spec.get().name() + "', the file's name says '" + file.name() + "'",
                    "give both the same name"));
        }
        if (SHIPPED.contains(file.name())) {
            problems.add(RouteYaml.at(
                    file.path(),
                    root,
                    "the kamelet '" + file.name() + "' is one of the hub's own",
                    "choose another name"));
            return Optional.empty();
        }
        if (!own.add(file.name())) {
            problems.add(RouteYaml.at(file.path(), root, "a second kamelet '" + file.name() + "'", "rename one"));
        }
        return spec;
    }

    /** Guard, schema and endpoints may each object to the same key; the integrator needs to hear it once. */
    private static List<Problem> firstAtEachPlace(List<Problem> problems) {
        Map<String, Problem> first = new LinkedHashMap<>();
        problems.forEach(p -> first.putIfAbsent(p.line() + ":" + p.column(), p));
        return List.copyOf(first.values());
    }
}
