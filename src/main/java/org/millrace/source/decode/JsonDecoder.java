package org.millrace.source.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.decode.JsonMap.Place;

/**
 * JSON of any shape, read by a map: {@code device}, {@code time} and {@code readings}, each a text with
 * {@code $topic[n]}, a path, or a jq expression. Readings are an object of name to value, or a list of objects with
 * name and value. Without a device in the map the topic is the device; without readings the whole object is, less what
 * the map takes as device and time.
 *
 * <p>Plain paths are read in one streaming pass; jq builds a tree and is some five times slower.
 */
final class JsonDecoder implements Decoder {
    private static final int MAX_MAPS = 1_000;

    private final Map<Map<String, String>, JsonMap> compiled = new ConcurrentHashMap<>();

    @Override
    public void decode(Payload payload, Sink out) {
        JsonMap map;
        try {
            map = map(payload.map());
        } catch (JsonMap.BadMap e) {
            out.undecodable(payload, Reasons.BAD_MAP, String.valueOf(e.getMessage()));
            return;
        }
        Document document = new Document(map);
        if (Json.parse(payload, out, map.streams() ? document::stream : document::tree)) {
            document.into(payload, out);
        }
    }

    private JsonMap map(Map<String, String> source) throws JsonMap.BadMap {
        JsonMap known = compiled.get(source);
        if (known != null) {
            return known;
        }
        JsonMap fresh = JsonMap.compile(source);
        if (compiled.size() < MAX_MAPS) {
            compiled.put(Map.copyOf(source), fresh);
        }
        return fresh;
    }

    private static final class Document {
        private final JsonMap map;
        private final Found found = new Found();
        private String device = "";
        private OptionalLong time = OptionalLong.of(Reading.NO_TIME);

        Document(JsonMap map) {
            this.map = map;
        }

        void stream(JsonParser p) throws IOException {
            visit(p, 0, true, true, true);
        }

        /** {@code on…}: the path from the root to here is a prefix of that place. */
        private void visit(JsonParser p, int depth, boolean onDevice, boolean onTime, boolean onReadings)
                throws IOException {
            boolean readings = onReadings && ends(map.readings(), depth);
            if (onDevice && ends(map.device(), depth)) {
                device = text(p);
            } else if (onTime && ends(map.time(), depth)) {
                time = Times.read(p);
            } else if (p.currentToken() == JsonToken.START_OBJECT) {
                for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                    p.nextToken();
                    boolean toDevice = onDevice && continues(map.device(), depth, name);
                    boolean toTime = onTime && continues(map.time(), depth, name);
                    boolean toReadings = onReadings && continues(map.readings(), depth, name);
                    if (toDevice || toTime || toReadings) {
                        visit(p, depth + 1, toDevice, toTime, toReadings);
                    } else if (readings) {
                        found.value(p, name);
                    } else {
                        p.skipChildren();
                    }
                }
            } else if (readings) {
                elements(p);
            } else {
                p.skipChildren();
            }
        }

        private void elements(JsonParser p) throws IOException {
            if (p.currentToken() == JsonToken.START_ARRAY) {
                found.list(p);
            } else if (p.currentToken() != JsonToken.VALUE_NULL) {
                found.fault(Reasons.WRONG_TYPE, "the readings are neither an object nor a list");
            }
        }

        void tree(JsonParser p) throws IOException {
            JsonNode root = Json.tree(p);
            try {
                device = JsonMap.find(map.device(), root).asText("");
                time = Nodes.time(JsonMap.find(map.time(), root));
                JsonNode readings = JsonMap.find(map.readings(), root);
                if (readings.isMissingNode()) {
                    return;
                }
                try (JsonParser inner = readings.traverse()) {
                    if (inner.nextToken() == JsonToken.START_OBJECT) {
                        found.object(inner, "");
                    } else {
                        elements(inner);
                    }
                }
            } catch (JsonQueryException e) {
                found.fault(Reasons.BAD_MAP, "the jq of the map fails on this payload: " + e.getMessage());
            }
        }

        void into(Payload payload, Sink out) {
            String name = switch (map.device()) {
                case Place.Text text -> JsonMap.fill(text.template(), payload.topic());
                case Place.Absent absent -> payload.topic();
                case Place.Path path -> device;
                case Place.Query query -> device;
            };
            if (name.isEmpty()) {
                out.undecodable(
                        payload,
                        Reasons.NO_DEVICE,
                        "map.device finds nothing in topic '" + payload.topic() + "' or its payload");
            } else if (time.isEmpty()) {
                out.undecodable(
                        payload,
                        Reasons.BAD_TIME,
                        "device " + name + ": map.time finds neither RFC 3339 with an offset nor an epoch number");
            } else {
                found.into(out, payload, name, time.getAsLong());
            }
        }

        private static String text(JsonParser p) throws IOException {
            if (p.currentToken().isScalarValue() && p.currentToken() != JsonToken.VALUE_NULL) {
                return p.getText();
            }
            p.skipChildren();
            return "";
        }

        private static boolean ends(Place place, int depth) {
            return place instanceof Place.Path path && path.names().size() == depth;
        }

        private static boolean continues(Place place, int depth, String name) {
            if (!(place instanceof Place.Path path)) {
                return false;
            }
            List<String> names = path.names();
            return depth < names.size() && names.get(depth).equals(name);
        }
    }
}
