package org.millrace.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.config.YamlNode.Entry;
import org.millrace.config.YamlNode.Mapping;
import org.millrace.config.YamlNode.Scalar;
import org.millrace.config.YamlNode.ScalarType;
import org.millrace.config.YamlNode.Sequence;
import org.millrace.config.YamlNode.Unusable;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Builds documents from the parser's events without recursion, so that depth is bounded by us and not by the stack. */
final class YamlTree {
    /** Ends the reading: the rest of such a file is not worth a look. */
    static final class TooDeep extends RuntimeException {
        final transient Position at;

        TooDeep(Position at) {
            super("too deep", null, false, false);
            this.at = at;
        }
    }

    private static final class Open {
        final boolean mapping;
        final Position at;
        final List<YamlNode> items = new ArrayList<>();
        final List<Entry> entries = new ArrayList<>();

        @Nullable
        YamlNode key;

        Open(boolean mapping, Position at) {
            this.mapping = mapping;
            this.at = at;
        }
    }

    private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

    private final String file;
    private final String text;
    private final boolean onlyBasicPlane;
    private final List<Problem> problems;
    private final List<YamlNode> documents = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();

    YamlTree(String file, String text, List<Problem> problems) {
        this.file = file;
        this.text = text;
        this.problems = problems;
        this.onlyBasicPlane = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    List<YamlNode> documents() {
        return documents;
    }

    void accept(Event event) {
        switch (event.getEventId()) {
            case Scalar -> complete(scalar((ScalarEvent) event));
            case Alias -> complete(alias((AliasEvent) event));
            case MappingStart, SequenceStart -> start((CollectionStartEvent) event);
            case MappingEnd, SequenceEnd -> complete(close(open.pop()));
            default -> {} // stream, document and comment marks carry nothing we keep
        }
    }

    private void start(CollectionStartEvent event) {
        Position at = position(event);
        if (open.size() >= YamlReader.MAX_DEPTH) {
            throw new TooDeep(at);
        }
        refused(event, event.getTag(), at);
        open.push(new Open(event instanceof MappingStartEvent, at));
    }

    private static YamlNode close(Open done) {
        return done.mapping
                ? new Mapping(done.at, List.copyOf(done.entries))
                : new Sequence(done.at, List.copyOf(done.items));
    }

    private void complete(YamlNode node) {
        Open parent = open.peek();
        if (parent == null) {
            if (!(node instanceof Scalar scalar && scalar.type() == ScalarType.NULL)) {
                documents.add(node);
            }
        } else if (!parent.mapping) {
            parent.items.add(node);
        } else if (parent.key == null) {
            parent.key = node;
        } else {
            YamlNode key = parent.key;
            parent.key = null;
            if (key instanceof Scalar name) {
                parent.entries.add(new Entry(name.text(), name.at(), node));
            } else {
                problems.add(key.at()
                        .error(
                                "a key must be text, found " + key.describe(),
                                "put placeholders in quotes: \"{{env:NAME}}\""));
            }
        }
    }

    private YamlNode alias(AliasEvent event) {
        Position at = position(event);
        problems.add(at.error(
                "aliases (*" + event.getAnchor().map(Object::toString).orElse("") + ") are not supported",
                "write the value out; what many machines share belongs into their class"));
        return new Unusable(at);
    }

    private YamlNode scalar(ScalarEvent event) {
        Position at = position(event);
        if (refused(event, event.getTag(), at)) {
            return new Unusable(at);
        }
        int start = event.getStartMark().map(m -> offset(m.getIndex())).orElse(0);
        ScalarType type = event.isPlain() ? type(event.getValue()) : ScalarType.TEXT;
        return new Scalar(
                at, event.getValue(), type, event.isPlain(), new ScalarSource(text, start, event.getScalarStyle()));
    }

    /** The engine counts code points, Java's strings count UTF-16 units. */
    private int offset(int codePoint) {
        int at = Math.min(codePoint, text.length());
        if (onlyBasicPlane) {
            return at;
        }
        return text.offsetByCodePoints(0, Math.min(at, text.codePointCount(0, text.length())));
    }

    private boolean refused(NodeEvent event, Optional<String> tag, Position at) {
        if (tag.isPresent()) {
            problems.add(at.error(
                    "tags (!" + tag.get().replaceFirst("^tag:yaml.org,2002:|^!", "") + ") are not supported",
                    "write the value without it"));
        }
        event.getAnchor()
                .ifPresent(anchor -> problems.add(at.error(
                        "anchors (&" + anchor + ") are not supported", "write the value out where it is needed")));
        return tag.isPresent();
    }

    private static ScalarType type(String value) {
        Tag tag = RESOLVER.resolve(value, true);
        if (tag.equals(Tag.NULL)) {
            return ScalarType.NULL;
        }
        if (tag.equals(Tag.BOOL)) {
            return ScalarType.FLAG;
        }
        if (tag.equals(Tag.INT)) {
            return ScalarType.WHOLE;
        }
        return tag.equals(Tag.FLOAT) ? ScalarType.REAL : ScalarType.TEXT;
    }

    private Position position(Event event) {
        return event.getStartMark()
                .map(m -> new Position(file, m.getLine() + 1, m.getColumn() + 1))
                .orElse(new Position(file, 0, 0));
    }

    /** The place of a code point of the file. */
    Position at(int codePoint) {
        String before = text.substring(0, offset(codePoint));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Position(file, line, before.length() - before.lastIndexOf('\n'));
    }
}
