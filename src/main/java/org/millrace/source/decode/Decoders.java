package org.millrace.source.decode;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The decoders by name, as {@code decode:} in a source file names them. Immutable. */
public final class Decoders {
    private final Map<String, Decoder> byName;

    private Decoders(Map<String, Decoder> byName) {
        this.byName = byName;
    }

    /** {@code chirpstack} and {@code json}. */
    public static Decoders standard() {
        return new Decoders(Map.of("chirpstack", new ChirpStackDecoder(), "json", new JsonDecoder()));
    }

    /** A copy with one more, or with one replaced. */
    public Decoders with(String name, Decoder decoder) {
        Map<String, Decoder> more = new TreeMap<>(byName);
        more.put(name, decoder);
        return new Decoders(Map.copyOf(more));
    }

    public Optional<Decoder> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Set<String> names() {
        return byName.keySet();
    }

    /** What is wrong with the map of the {@code json} format, for the configuration check; empty when it will work. */
    public static Optional<String> problemOf(Map<String, String> map) {
        try {
            JsonMap.compile(map);
            return Optional.empty();
        } catch (JsonMap.BadMap e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
