package org.millrace.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Sets single texts in a YAML file and leaves every other character as a person wrote it: comments, order, quoting, line
 * ends. What it can't do so (anchors, block texts, merged keys) it refuses; it never writes the document anew.
 */
public final class YamlEdit {
    /** What can't be changed without touching more than the value. */
    public static final class NotEditableException extends Exception {
        private static final long serialVersionUID = 1L;

        NotEditableException(String message) {
            super(message);
        }
    }

    private final String text;
    private final int document;

    private YamlEdit(String text, int document) {
        this.text = text;
        this.document = document;
    }

    /** The documents of a file that are blocks of keys; none for a text that is no YAML. */
    public static List<YamlEdit> documents(String text) {
        List<Node> nodes = compose(text);
        return java.util.stream.IntStream.range(0, nodes.size())
                .filter(i -> nodes.get(i) instanceof MappingNode)
                .mapToObj(i -> new YamlEdit(text, i))
                .toList();
    }

    /** The text of the whole file. */
    public String text() {
        return text;
    }

    /** The text at a path of keys such as {@code cmms.equipment}, with dots only between two keys. */
    public Optional<String> get(String path) {
        Node node = find(root(), path);
        return node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
    }

    /** The texts in the block at a key, in their order; what is no text is left out. */
    public Map<String, String> block(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (find(root(), key) instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode name && tuple.getValueNode() instanceof ScalarNode value) {
                    texts.put(name.getValue(), value.getValue());
                }
            }
        }
        return texts;
    }

    /**
     * The same with one text replaced, or added: a new key of the document goes behind the last of {@code after} that is
     * there.
     *
     * @throws NotEditableException when it can't be done without touching more
     */
    public YamlEdit set(String path, String value, List<String> after) throws NotEditableException {
        String changed = change(path, value, after);
        YamlEdit edited = new YamlEdit(changed, document);
        List<Node> nodes = compose(changed);
        boolean sound = nodes.size() == compose(text).size()
                && edited.get(path).equals(Optional.of(value))
                && plain(nodes, path).equals(plain(compose(text), path));
        if (!sound) {
            throw new NotEditableException("'" + path + "' can't be set without touching more of the file");
        }
        return edited;
    }

    private String change(String path, String value, List<String> after) throws NotEditableException {
        Node there = find(root(), path);
        if (there instanceof ScalarNode scalar) {
            return replace(scalar, path, value);
        }
        if (there != null) {
            throw new NotEditableException("'" + path + "' is no text");
        }
        int dot = path.indexOf('.');
        if (dot < 0) {
            return insert(root(), path, quoted(value), after);
        }
        String outer = path.substring(0, dot);
        String inner = path.substring(dot + 1);
        Node block = find(root(), outer);
        if (block == null) {
            return insert(root(), outer, "{ " + quoted(inner) + ": " + quoted(value) + " }", after);
        }
        if (block instanceof MappingNode mapping) {
            return insert(mapping, inner, quoted(value), List.of());
        }
        throw new NotEditableException("'" + outer + "' is no block of keys");
    }

    private String replace(ScalarNode scalar, String path, String value) throws NotEditableException {
        if (scalar.getScalarStyle() == ScalarStyle.LITERAL || scalar.getScalarStyle() == ScalarStyle.FOLDED) {
            throw new NotEditableException("'" + path + "' is a block of text");
        }
        int start = offset(scalar.getStartMark());
        int end = offset(scalar.getEndMark());
        String before = text.substring(0, start);
        // an alias stands for a text that is written elsewhere: set() sees that more than this would change
        String gap = start == end && !before.endsWith(" ") ? " " : "";
        boolean quotes = scalar.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED;
        return before + gap + (quotes ? doubleQuoted(value) : quoted(value)) + text.substring(end);
    }

    private String insert(MappingNode mapping, String key, String written, List<String> after)
            throws NotEditableException {
        List<NodeTuple> tuples = mapping.getValue();
        if (mapping.getFlowStyle() == FlowStyle.FLOW) {
            int close = offset(mapping.getEndMark()) - 1;
            if (tuples.isEmpty()) {
                return text.substring(0, offset(mapping.getStartMark())) + "{ " + quoted(key) + ": " + written + " }"
                        + text.substring(close + 1);
            }
            int end = offset(tuples.getLast().getValueNode().getEndMark());
            return text.substring(0, end) + ", " + quoted(key) + ": " + written + text.substring(end);
        }
        if (tuples.isEmpty()) {
            throw new NotEditableException("the block for '" + key + "' is empty");
        }
        NodeTuple before = tuples.getLast();
        for (NodeTuple tuple : tuples) {
            if (tuple.getKeyNode() instanceof ScalarNode name && after.contains(name.getValue())) {
                before = tuple;
            }
        }
        int lineEnd = text.indexOf('\n', lastCharacter(before));
        String indent = " "
                .repeat(tuples.getFirst()
                        .getKeyNode()
                        .getStartMark()
                        .map(Mark::getColumn)
                        .orElse(0));
        String line = indent + quoted(key) + ": " + written;
        if (lineEnd < 0) {
            return text + lineBreak() + line + lineBreak();
        }
        return text.substring(0, lineEnd + 1) + line + lineBreak() + text.substring(lineEnd + 1);
    }

    /** Of the value, or of its key where it has none; a block's end mark is already at what follows it. */
    private int lastCharacter(NodeTuple tuple) throws NotEditableException {
        Node value = tuple.getValueNode();
        if (value instanceof ScalarNode scalar
                && (scalar.getScalarStyle() == ScalarStyle.LITERAL || scalar.getScalarStyle() == ScalarStyle.FOLDED)) {
            throw new NotEditableException("the line before the new key ends a block of text");
        }
        if (value instanceof MappingNode block && block.getFlowStyle() == FlowStyle.BLOCK) {
            return block.getValue().isEmpty()
                    ? offset(value.getStartMark())
                    : lastCharacter(block.getValue().getLast());
        }
        int end = offset(value.getEndMark());
        return end > offset(value.getStartMark())
                ? end - 1
                : offset(tuple.getKeyNode().getEndMark());
    }

    private String lineBreak() {
        return text.contains("\r\n") ? "\r\n" : "\n";
    }

    private MappingNode root() {
        return (MappingNode) compose(text).get(document);
    }

    private static @Nullable Node find(MappingNode in, String path) {
        int dot = path.indexOf('.');
        String key = dot < 0 ? path : path.substring(0, dot);
        for (NodeTuple tuple : in.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
                Node value = tuple.getValueNode();
                if (dot < 0) {
                    return value;
                }
                return value instanceof MappingNode block ? find(block, path.substring(dot + 1)) : null;
            }
        }
        return null;
    }

    /** Everything the documents say but the text at the path: to see that nothing else has changed. */
    private String plain(List<Node> nodes, String path) {
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < nodes.size(); i++) {
            write(nodes.get(i), i == document ? path : "", said);
            said.append('\n');
        }
        return said.toString();
    }

    private static void write(Node node, String without, StringBuilder out) {
        switch (node) {
            case ScalarNode scalar ->
                out.append(scalar.getTag())
                        .append('"')
                        .append(scalar.getValue())
                        .append('"');
            case MappingNode mapping -> {
                out.append('{');
                for (NodeTuple tuple : mapping.getValue()) {
                    String key = tuple.getKeyNode() instanceof ScalarNode name ? name.getValue() : "?";
                    boolean block = without.startsWith(key + ".");
                    StringBuilder value = new StringBuilder();
                    write(tuple.getValueNode(), block ? without.substring(key.length() + 1) : "", value);
                    if (!key.equals(without) && !(block && value.toString().equals("{}"))) {
                        out.append(key).append(':').append(value).append(',');
                    }
                }
                out.append('}');
            }
            default -> {
                out.append('[');
                if (node instanceof org.snakeyaml.engine.v2.nodes.SequenceNode sequence) {
                    sequence.getValue().forEach(item -> {
                        write(item, "", out);
                        out.append(',');
                    });
                }
                out.append(']');
            }
        }
    }

    private int offset(Optional<Mark> mark) {
        return text.offsetByCodePoints(
                0,
                mark.orElseThrow(() -> new IllegalStateException("marks are on"))
                        .getIndex());
    }

    private static List<Node> compose(String text) {
        try {
            LoadSettings settings = LoadSettings.builder().build();
            return StreamSupport.stream(
                            new Compose(settings).composeAllFromString(text).spliterator(), false)
                    .toList();
        } catch (YamlEngineException e) {
            return List.of();
        }
    }

    /** A text as YAML: plain where nothing in it could mean something else, in double quotes otherwise. */
    public static String quoted(String value) {
        boolean plain = value.matches("[\\p{L}_/][\\p{L}\\p{N}_/.()+-]*( [\\p{L}\\p{N}_/.()+-]+)*")
                && !value.matches("(?i)true|false|null|yes|no|on|off|y|n");
        return plain ? value : doubleQuoted(value);
    }

    private static String doubleQuoted(String value) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || c == 0xfeff || c >= 0xfff0) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
