package org.millrace.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a record says about the YAML it is bound from: the one reading shared by binder, schema and reference pages. */
final class RecordShape {
    /**
     * @param key as written in YAML
     * @param standIn the default as written in YAML
     */
    record Key(String key, Type type, Optional<String> standIn, String doc) {
        boolean required() {
            return standIn.isEmpty() && !isOneOf(type, Optional.class, List.class, Map.class);
        }
    }

    private static final Map<Class<?>, RecordShape> KNOWN = new ConcurrentHashMap<>();

    private final Class<? extends Record> type;
    private final Constructor<?> constructor;
    private final List<Key> keys;
    private final Set<String> names;
    private final Map<Key, Object> standIns = new ConcurrentHashMap<>();

    private RecordShape(Class<? extends Record> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            this.constructor = type.getDeclaredConstructor(parameters);
            this.constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(type + " has no canonical constructor", e);
        }
        this.type = type;
        this.keys = Arrays.stream(components).map(RecordShape::key).toList();
        this.names = keys.stream().map(Key::key).collect(Collectors.toUnmodifiableSet());
    }

    static RecordShape of(Class<? extends Record> type) {
        return KNOWN.computeIfAbsent(type, t -> new RecordShape(type));
    }

    Class<? extends Record> type() {
        return type;
    }

    Constructor<?> constructor() {
        return constructor;
    }

    List<Key> keys() {
        return keys;
    }

    boolean knows(String key) {
        return names.contains(key);
    }

    /** The value of a key's default: made once, because what configuration records hold does not change. */
    Object standIn(Key key, Function<Key, Object> make) {
        Object known = standIns.get(key);
        if (known == null) {
            known = make.apply(key); // not computeIfAbsent: a default may be of the same record
            standIns.put(key, known);
        }
        return known;
    }

    Optional<String> kind() {
        return Optional.ofNullable(type.getAnnotation(Kind.class)).map(Kind::value);
    }

    String doc() {
        Doc doc = type.getAnnotation(Doc.class);
        return doc == null ? "" : doc.value();
    }

    private static Key key(RecordComponent component) {
        Default standIn = component.getAnnotation(Default.class);
        Doc doc = component.getAnnotation(Doc.class);
        return new Key(
                snake(component.getName()),
                component.getGenericType(),
                Optional.ofNullable(standIn).map(Default::value),
                doc == null ? "" : doc.value());
    }

    static String snake(String name) {
        String bare = name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
        return bare.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    /** An enum constant as people write it: {@code DROP_OLDEST} is {@code drop-oldest}, {@code A} and {@code Sign} stay. */
    static String word(Enum<?> constant) {
        String name = constant.name();
        Word own = own(constant);
        if (own != null) {
            return own.value();
        }
        boolean shouted = name.length() > 1 && name.equals(name.toUpperCase(Locale.ROOT));
        String word = name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
        return shouted ? word.toLowerCase(Locale.ROOT).replace('_', '-') : word;
    }

    private static @Nullable Word own(Enum<?> constant) {
        try {
            return constant.getDeclaringClass().getField(constant.name()).getAnnotation(Word.class);
        } catch (NoSuchFieldException e) {
            throw new AssertionError("an enum constant is a field", e);
        }
    }

    static List<String> words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> word((Enum<?>) constant))
                .toList();
    }

    static boolean isOneOf(Type type, Class<?>... raws) {
        return Arrays.asList(raws).contains(raw(type));
    }

    static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            default -> throw new IllegalArgumentException("a configuration record cannot hold a " + type);
        };
    }

    /** The last type argument: the T of {@code Optional<T>}, {@code List<T>} and {@code Map<String, T>}. */
    static Type element(Type type) {
        Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
        return arguments[arguments.length - 1];
    }
}
