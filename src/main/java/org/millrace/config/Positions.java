package org.millrace.config;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;
import org.millrace.config.YamlNode.Entry;
import org.millrace.config.YamlNode.Mapping;
import org.millrace.config.YamlNode.Scalar;
import org.millrace.config.YamlNode.Sequence;

/**
 * Where bound records stand in their files, by identity: every record the binder made can be asked, also nested ones.
 *
 * <p>A path is keys joined by dots, and list indexes: {@code "unit"}, {@code "tags.vibration.velocity_rms.range.0"}.
 * Keys may hold dots themselves. What the file does not have is answered with the nearest part that it has. Safe for
 * use by one thread while binding, by any number afterwards.
 */
public final class Positions {
    private final IdentityHashMap<Record, YamlNode> nodes = new IdentityHashMap<>();

    private record Found(Position key, @Nullable YamlNode value) {}

    void put(Record bound, YamlNode node) {
        nodes.put(bound, node);
    }

    /** Takes over those of another binder. */
    void add(Positions others) {
        nodes.putAll(others.nodes);
    }

    /** Where the record begins. */
    public Position of(Record bound) {
        YamlNode node = nodes.get(bound);
        return node == null ? Position.UNKNOWN : node.at();
    }

    /** Where the value under the path stands. */
    public Position of(Record bound, String path) {
        YamlNode node = nodes.get(bound);
        return node == null ? Position.UNKNOWN : valueAt(find(node, path, node.at()));
    }

    /** Where the key of the path stands, for problems of a whole block such as a tag. */
    public Position ofKey(Record bound, String path) {
        YamlNode node = nodes.get(bound);
        return node == null ? Position.UNKNOWN : find(node, path, node.at()).key();
    }

    /** Where a character of a text value stands, for errors within an expression. */
    public Position within(Record bound, String path, int offset) {
        YamlNode node = nodes.get(bound);
        if (node == null) {
            return Position.UNKNOWN;
        }
        Found found = find(node, path, node.at());
        return found.value() instanceof Scalar scalar ? scalar.within(offset) : valueAt(found);
    }

    private static Position valueAt(Found found) {
        return found.value() == null ? found.key() : found.value().at();
    }

    private static Found find(YamlNode node, String path, Position key) {
        if (path.isEmpty()) {
            return new Found(key, node);
        }
        @Nullable Entry prefix = null;
        switch (node) {
            case Mapping mapping -> {
                for (Entry entry : mapping.entries()) {
                    if (path.equals(entry.key())) {
                        return new Found(entry.keyAt(), entry.value());
                    }
                    boolean longer = prefix == null
                            || entry.key().length() > prefix.key().length();
                    if (path.startsWith(entry.key() + ".") && longer) {
                        prefix = entry;
                    }
                }
            }
            case Sequence sequence -> {
                int dot = path.indexOf('.');
                String step = dot < 0 ? path : path.substring(0, dot);
                if (step.matches("\\d{1,6}")
                        && Integer.parseInt(step) < sequence.items().size()) {
                    YamlNode item = sequence.items().get(Integer.parseInt(step));
                    return find(item, dot < 0 ? "" : path.substring(dot + 1), item.at());
                }
            }
            default -> {}
        }
        return prefix == null
                ? new Found(key, null)
                : find(prefix.value(), path.substring(prefix.key().length() + 1), prefix.keyAt());
    }
}
