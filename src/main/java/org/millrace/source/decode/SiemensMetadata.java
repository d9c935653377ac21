package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceMemory;

/**
 * The metadata of Siemens Industrial Edge: which name an id of a data topic has. It is sent once, retained; so it is
 * remembered over restarts. Values get their name written beside their id ({@code name}, {@code device}).
 */
final class SiemensMetadata implements Conversation {
    static final String METADATA_TOPIC = "ie/m/";
    private static final String KEY = "siemens-ie ";
    private static final int MOST_TOPICS = 10_000;

    /** One collection of data points. @param names by id */
    private record Collection(String device, Map<String, String> names) {}

    /** By metadata topic, as it came. */
    private final Map<String, byte[]> known = new HashMap<>();

    /** By data topic, of one metadata topic each. */
    private final Map<String, Map<String, Collection>> collections = new HashMap<>();

    SiemensMetadata(SourceMemory memory) {
        memory.load().forEach((key, bytes) -> {
            if (key.startsWith(KEY)) {
                String topic = key.substring(KEY.length());
                learn(new Payload(topic, bytes, Decoders.SIEMENS, Map.of(), 0), new Sink());
            }
        });
    }

    @Override
    public Turn hear(Payload payload) {
        String topic = payload.topic();
        if (topic.startsWith(METADATA_TOPIC)) {
            if (Arrays.equals(known.get(topic), payload.bytes())) {
                return new Turn(List.of(), List.of(), Optional.empty());
            }
            return learn(payload, new Sink())
                    ? new Turn(List.of(), List.of(), Optional.of(new Note(KEY + topic, payload.bytes())))
                    : Turn.of(payload); // the decoder says what is wrong with it
        }
        for (Map<String, Collection> of : collections.values()) {
            Collection collection = of.get(topic);
            if (collection != null) {
                return named(payload, collection);
            }
        }
        return Turn.of(payload);
    }

    @Override
    public List<Message> connected(long now) {
        return List.of();
    }

    @Override
    public List<Message> leaving(long now) {
        return List.of();
    }

    @Override
    public Optional<Message> will(long now) {
        return Optional.empty();
    }

    private boolean learn(Payload payload, Sink out) {
        Optional<JsonNode> root = Json.tree(payload, out);
        if (root.isEmpty() || !root.get().path("connections").isArray()) {
            return false;
        }
        String app = SiemensDecoder.app(payload.topic());
        Map<String, Collection> found = new HashMap<>();
        for (JsonNode connection : root.get().get("connections")) {
            for (JsonNode points : connection.path("dataPoints")) {
                Map<String, String> names = new HashMap<>();
                for (JsonNode definition : points.path("dataPointDefinitions")) {
                    String id = definition.path("id").asText("");
                    String other = names.put(id, definition.path("name").asText(""));
                    if (other != null) {
                        names.put(id, ""); // one id, two names: neither is sure
                    }
                }
                String device = app
                        + '/'
                        + connection.path("name").asText("")
                        + '/'
                        + points.path("name").asText("");
                found.put(points.path("topic").asText(""), new Collection(device, Map.copyOf(names)));
            }
        }
        if (found.size() + collections.values().stream().mapToInt(Map::size).sum() > MOST_TOPICS) {
            return false;
        }
        known.put(payload.topic(), payload.bytes());
        collections.put(payload.topic(), found);
        return true;
    }

    private static Turn named(Payload payload, Collection collection) {
        Optional<JsonNode> root = Json.tree(payload, new Sink());
        if (root.isEmpty() || !(root.get() instanceof ObjectNode object)) {
            return Turn.of(payload);
        }
        object.put("device", collection.device());
        for (JsonNode value : object.path("vals")) {
            if (value instanceof ObjectNode each) {
                each.remove("name");
                String name = collection.names().getOrDefault(each.path("id").asText(""), "");
                if (!name.isEmpty()) {
                    each.put("name", name);
                }
            }
        }
        byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
        return Turn.of(payload.with(bytes));
    }
}
