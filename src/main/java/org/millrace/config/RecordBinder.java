package org.millrace.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.config.RecordShape.Key;
import org.millrace.config.YamlNode.Entry;
import org.millrace.config.YamlNode.Mapping;
import org.millrace.config.YamlNode.Scalar;
import org.millrace.config.YamlNode.ScalarType;
import org.millrace.config.YamlNode.Sequence;
import org.millrace.config.YamlNode.Unusable;

/**
 * Binds YAML to records, and says everything that is wrong, not only the first thing.
 *
 * <p>Keys are the components in snake_case, a trailing underscore stripped. A component is a String, int, long, double,
 * boolean, BigDecimal, enum, {@link java.time.Duration}, {@link Quantity}, {@link Secret}, a record, or an Optional,
 * List or Map (keys: String, order kept) of these. A canonical constructor that throws IllegalArgumentException makes a
 * problem of its message. A component of any other type is a programming error and throws IllegalArgumentException.
 *
 * <p>Not thread-safe. Problems and positions gather over all calls.
 */
public final class RecordBinder {
    private final Scalars scalars;
    private final Positions positions = new Positions();
    private final List<Problem> problems = new ArrayList<>();

    public RecordBinder(Placeholders placeholders) {
        this.scalars = new Scalars(placeholders);
    }

    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    public Positions positions() {
        return positions;
    }

    /** Empty when any part of the document is wrong; then {@link #problems()} has grown. */
    public <T extends Record> Optional<T> bind(Class<T> type, YamlNode document) {
        int before = problems.size();
        Object bound = record(type, document, true);
        return bound == null || problems.size() > before ? Optional.empty() : Optional.of(type.cast(bound));
    }

    private @Nullable Object convert(Type type, YamlNode node, String key) {
        if (node instanceof Unusable) {
            return null;
        }
        Class<?> raw = RecordShape.raw(type);
        if (raw == Optional.class) {
            Object value = convert(RecordShape.element(type), node, key);
            return value == null ? null : Optional.of(value);
        }
        if (raw == List.class) {
            return list(RecordShape.element(type), node, key);
        }
        if (raw == Map.class) {
            return map(RecordShape.element(type), node, key);
        }
        if (raw.isRecord() && raw != Quantity.class && raw != Secret.class) {
            return record(raw.asSubclass(Record.class), node, false);
        }
        if (!(node instanceof Scalar scalar)) {
            wrong(node, key, Scalars.expected(raw), "");
            return null;
        }
        try {
            return scalars.read(raw, scalar, key);
        } catch (BadValue e) {
            Position at = e.offset() == 0 ? scalar.at() : scalar.within(e.offset());
            problems.add(at.error(e.getMessage(), e.hint()));
            return null;
        }
    }

    private @Nullable Object record(Class<? extends Record> type, YamlNode node, boolean document) {
        RecordShape shape = RecordShape.of(type);
        if (!(node instanceof Mapping mapping)) {
            if (!(node instanceof Unusable)) {
                String keys =
                        String.join(", ", shape.keys().stream().map(Key::key).toList());
                problems.add(node.at().error("expected a block of keys, found " + node.describe(), "keys: " + keys));
            }
            return null;
        }
        int before = problems.size();
        Map<String, Entry> given =
                entries(mapping, shape, document && shape.kind().isPresent());
        Object[] arguments = new Object[shape.keys().size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = argument(shape, shape.keys().get(i), given, mapping);
        }
        return problems.size() > before ? null : create(shape, arguments, mapping);
    }

    /** First entry of every known key; reports unknown and repeated ones. */
    private Map<String, Entry> entries(Mapping mapping, RecordShape shape, boolean hasKind) {
        Map<String, Entry> given = unique(mapping);
        for (Entry entry : given.values()) {
            boolean known = shape.knows(entry.key()) || hasKind && entry.key().equals("kind");
            if (!known) {
                List<String> keys =
                        new ArrayList<>(shape.keys().stream().map(Key::key).toList());
                if (hasKind) {
                    keys.add("kind");
                }
                problems.add(
                        entry.keyAt().error("unknown key '" + entry.key() + "'", DidYouMean.hint(entry.key(), keys)));
            }
        }
        return given;
    }

    private Map<String, Entry> unique(Mapping mapping) {
        Map<String, Entry> given = new LinkedHashMap<>();
        for (Entry entry : mapping.entries()) {
            Entry first = given.putIfAbsent(entry.key(), entry);
            if (first != null) {
                problems.add(entry.keyAt()
                        .error(
                                "the key '" + entry.key() + "' is here twice",
                                "it is first on line " + first.keyAt().line() + "; keep one of the two"));
            }
        }
        return given;
    }

    private @Nullable Object argument(RecordShape shape, Key key, Map<String, Entry> given, Mapping mapping) {
        Entry entry = given.get(key.key());
        boolean empty = entry != null && entry.value() instanceof Scalar s && s.type() == ScalarType.NULL;
        if (entry != null && !empty) {
            return convert(key.type(), entry.value(), key.key());
        }
        if (key.standIn().isPresent()) {
            return shape.standIn(key, RecordBinder::standIn);
        }
        if (!key.required()) {
            return nothing(RecordShape.raw(key.type()));
        }
        String hint = (key.doc().isEmpty() ? "expected " + Scalars.expected(RecordShape.raw(key.type())) : key.doc());
        problems.add(
                entry == null
                        ? mapping.at().error("the key '" + key.key() + "' is missing", hint)
                        : entry.keyAt().error("the key '" + key.key() + "' has no value", hint));
        return null;
    }

    private static Object nothing(Class<?> type) {
        return type == Optional.class ? Optional.empty() : type == List.class ? List.of() : Map.of();
    }

    /** Defaults are written by us: one that does not bind is a programming error. */
    private static Object standIn(Key key) {
        String written = key.standIn().orElse("");
        Class<?> raw = RecordShape.raw(key.type());
        RecordBinder own = new RecordBinder(Placeholders.of(Map.of(), Map.of()));
        YamlReader.Parsed parsed = YamlReader.parse("@Default", written);
        YamlNode node = raw == String.class || parsed.documents().isEmpty()
                ? new Scalar(Position.UNKNOWN, written, ScalarType.TEXT, false, ScalarSource.NONE)
                : parsed.documents().getFirst();
        Object value = own.convert(key.type(), node, key.key());
        if (value == null) {
            throw new IllegalArgumentException("@Default(\"" + written + "\") of " + key.key() + ": " + own.problems);
        }
        return value;
    }

    private @Nullable Object create(RecordShape shape, Object[] arguments, Mapping mapping) {
        try {
            Record bound = (Record) shape.constructor().newInstance(arguments);
            positions.put(bound, mapping);
            return bound;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                problems.add(mapping.at().error(String.valueOf(refused.getMessage()), ""));
                return null;
            }
            throw new IllegalArgumentException("cannot create " + shape.type(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("cannot create " + shape.type(), e);
        }
    }

    private @Nullable Object list(Type element, YamlNode node, String key) {
        if (!(node instanceof Sequence sequence)) {
            wrong(node, key, "a list", node instanceof Scalar s ? "write [" + s.text() + "]" : "");
            return null;
        }
        List<Object> items = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            Object value = convert(element, item, key);
            if (value != null) {
                items.add(value);
            }
        }
        return List.copyOf(items);
    }

    private @Nullable Object map(Type element, YamlNode node, String key) {
        if (!(node instanceof Mapping mapping)) {
            wrong(node, key, "a block of name: value", "");
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        unique(mapping).forEach((name, entry) -> {
            Object value = convert(element, entry.value(), key + "." + name);
            if (value != null) {
                values.put(name, value);
            }
        });
        return Collections.unmodifiableMap(values);
    }

    private void wrong(YamlNode node, String key, String expected, String hint) {
        problems.add(node.at().error(key + ": expected " + expected + ", found " + node.describe(), hint));
    }
}
