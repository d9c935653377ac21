package org.millrace.source.decode;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The decoders by name, as {@code decode:} in a source file names them. Immutable. */
public final class Decoders {
    /** Sparkplug B; needs a {@link Conversation}. */
    public static final String SPARKPLUG = "sparkplug";

    /** Siemens Industrial Edge; needs a {@link Conversation}. */
    public static final String SIEMENS = "siemens-ie";

    /** Bytes that only a codec can read. */
    public static final String BYTES = "bytes";

    private final Map<String, Decoder> byName;

    private Decoders(Map<String, Decoder> byName) {
        this.byName = byName;
    }

    /** Every format the hub reads. */
    public static Decoders standard() {
        return new Decoders(Map.ofEntries(
                Map.entry(BYTES, new BytesDecoder()),
                Map.entry("chirpstack", new ChirpStackDecoder()),
                Map.entry("csv", new CsvDecoder()),
                Map.entry("io-link", new IoLinkDecoder()),
                Map.entry("json", new JsonDecoder()),
                Map.entry("opcua-pubsub", new PubSubDecoder()),
                Map.entry("plain", new PlainDecoder()),
                Map.entry("ruuvi", new RuuviDecoder()),
                Map.entry("senml", new SenmlDecoder()),
                Map.entry("shelly", new ShellyDecoder()),
                Map.entry(SIEMENS, new SiemensDecoder()),
                Map.entry(SPARKPLUG, new SparkplugDecoder()),
                Map.entry("tasmota", new TasmotaDecoder()),
                Map.entry("theengs", new TheengsDecoder()),
                Map.entry("thingpark", new ThingParkDecoder()),
                Map.entry("things-stack", new ThingsStackDecoder()),
                Map.entry("zigbee2mqtt", new ZigbeeDecoder())));
    }

    /** What is wrong with the map of a format, for the configuration check; empty when it will work. */
    public static Optional<String> problemOf(String format, Map<String, String> map) {
        return switch (format) {
            case "json" -> problemOf(map);
            case "csv" -> CsvDecoder.problemOf(map);
            case "plain" -> PlainDecoder.problemOf(map);
            case BYTES -> BytesDecoder.problemOf(map);
            default -> map.isEmpty() ? Optional.empty() : Optional.of("map has no effect with decode: " + format);
        };
    }

    /** Whether a map can say how this format is read. */
    public static boolean takesMap(String format) {
        return format.equals("json") || format.equals("csv") || format.equals("plain") || format.equals(BYTES);
    }

    /** Whether a codec can read what this format brings. */
    public static boolean takesCodec(String format) {
        return switch (format) {
            case BYTES, "chirpstack", "things-stack", "thingpark" -> true;
            default -> false;
        };
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

    private static Optional<String> problemOf(Map<String, String> map) {
        try {
            JsonMap.compile(map);
            return Optional.empty();
        } catch (JsonMap.BadMap e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
