package org.millrace.route;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millrace.config.Problem;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Text to a tree of nodes with positions, refusing what makes YAML dangerous: size, depth, aliases, tags, double keys. */
final class RouteYaml {
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setCodePointLimit(RouteGuard.MAX_BYTES)
            .setMaxAliasesForCollections(0)
            .setUseMarks(true)
            .build();

    private RouteYaml() {}

    /** The tree, or why there is none. */
    sealed interface Parsed {
        record Tree(Node root) implements Parsed {}

        record Refused(Problem problem) implements Parsed {}
    }

    static Parsed parse(String file, String text) {
        if (text.length() > RouteGuard.MAX_BYTES
                || text.getBytes(StandardCharsets.UTF_8).length > RouteGuard.MAX_BYTES) {
            return refused(file, null, "the file is larger than 256 KiB", "split it: one flow a file");
        }
        try {
            Problem problem = scan(file, text);
            if (problem != null) {
                return new Parsed.Refused(problem);
            }
            Optional<Node> root =
                    new Composer(SETTINGS, new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text))).getSingleNode();
            if (root.isEmpty()) {
                return refused(file, null, "the file is empty", "write a route, or remove the file");
            }
            Problem twice = duplicate(file, root.get());
            return twice == null ? new Parsed.Tree(root.get()) : new Parsed.Refused(twice);
        } catch (MarkedYamlEngineException e) {
            return refused(file, e.getProblemMark().orElse(null), "not YAML: " + e.getProblem(), "mend the YAML");
        } catch (YamlEngineException e) {
            return refused(file, null, "not YAML: " + e.getMessage(), "mend the YAML");
        } catch (StackOverflowError e) { // the parser's recursion: never let a file bring down the hub
            return refused(file, null, "the file is nested too deeply", "at most 40 levels");
        }
    }

    /** Reads events only (no recursion, no tree), so that depth and aliases are known before anything is built. */
    private static @Nullable Problem scan(String file, String text) {
        ParserImpl parser = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
        int depth = 0;
        int documents = 0;
        while (parser.hasNext()) {
            Event event = parser.next();
            Mark mark = event.getStartMark().orElse(null);
            switch (event) {
                case AliasEvent e -> {
                    return problem(
                            file, mark, "aliases (*" + e.getAlias() + ") are not allowed", "write the value out");
                }
                case DocumentStartEvent e -> {
                    if (++documents > 1) {
                        return problem(file, mark, "a second YAML document", "one document a file: remove '---'");
                    }
                    if (!e.getTags().isEmpty() || e.getSpecVersion().isPresent()) {
                        return problem(file, mark, "YAML directives are not allowed", "remove the '%' lines");
                    }
                }
                case CollectionStartEvent e -> {
                    if (++depth > RouteGuard.MAX_DEPTH) {
                        return problem(file, mark, "nested deeper than 40 levels", "split the flow with direct:");
                    }
                    if (e.getTag().isPresent()) {
                        return tag(file, mark, e.getTag().get());
                    }
                }
                case CollectionEndEvent e -> depth--;
                case ScalarEvent e -> {
                    if (e.getTag().isPresent()) {
                        return tag(file, mark, e.getTag().get());
                    }
                }
                default -> {}
            }
            if (event instanceof NodeEvent e && e.getAnchor().isPresent()) {
                return problem(
                        file, mark, "anchors (&" + e.getAnchor().get() + ") are not allowed", "remove the anchor");
            }
        }
        return null;
    }

    private static Problem tag(String file, @Nullable Mark mark, String tag) {
        return problem(file, mark, "YAML tags (" + tag + ") are not allowed", "remove the tag");
    }

    private static @Nullable Problem duplicate(String file, Node node) {
        for (Node child : children(node)) {
            Problem problem = duplicate(file, child);
            if (problem != null) {
                return problem;
            }
        }
        if (node instanceof MappingNode map) {
            Set<String> seen = new HashSet<>();
            for (NodeTuple tuple : map.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    return at(file, tuple.getKeyNode(), "a key must be plain text", "");
                }
                if (!seen.add(key.getValue())) {
                    return at(file, key, "the key '" + key.getValue() + "' is given twice", "remove one");
                }
            }
        }
        return null;
    }

    /** The values of a mapping or the items of a list. */
    static List<Node> children(Node node) {
        return switch (node) {
            case MappingNode map ->
                map.getValue().stream().map(NodeTuple::getValueNode).toList();
            case SequenceNode list -> list.getValue();
            default -> List.of();
        };
    }

    static Optional<Node> get(Node node, String key) {
        return tuple(node, key).map(NodeTuple::getValueNode);
    }

    static Optional<NodeTuple> tuple(Node node, String key) {
        return node instanceof MappingNode map
                ? map.getValue().stream().filter(t -> key(t).equals(key)).findFirst()
                : Optional.empty();
    }

    static String key(NodeTuple tuple) {
        return text(tuple.getKeyNode());
    }

    /** A scalar's text; empty for anything else. */
    static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    static Optional<String> text(Node node, String key) {
        return get(node, key).filter(ScalarNode.class::isInstance).map(RouteYaml::text);
    }

    static Problem at(String file, Node node, String message, String hint) {
        return problem(file, node.getStartMark().orElse(null), message, hint);
    }

    static Problem warning(String file, Node node, String message, String hint) {
        Problem p = at(file, node, message, hint);
        return new Problem(Problem.Severity.WARNING, file, p.line(), p.column(), message, hint);
    }

    private static Problem problem(String file, @Nullable Mark mark, String message, String hint) {
        return mark == null
                ? new Problem(Problem.Severity.ERROR, file, 0, 0, message, hint)
                : new Problem(Problem.Severity.ERROR, file, mark.getLine() + 1, mark.getColumn() + 1, message, hint);
    }

    private static Parsed refused(String file, @Nullable Mark mark, String message, String hint) {
        return new Parsed.Refused(problem(file, mark, message, hint));
    }
}
