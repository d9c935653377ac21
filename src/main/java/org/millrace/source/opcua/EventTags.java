package org.millrace.source.opcua;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** What a tag may want of the events of a selection: the names for {@code field:}, and how each is computed. */
enum EventTags {
    /** A condition is active now. */
    ACTIVE,
    /** Nobody has to acknowledge anything. */
    ACKED,
    /** Nobody has to confirm anything. */
    CONFIRMED,
    /** A condition is suppressed or shelved at the server. */
    SUPPRESSED,
    /** How many conditions are active. */
    COUNT,
    /** The highest severity of an active condition, 1 to 1000; 0 when none is. */
    SEVERITY,
    /** Text of every event. */
    MESSAGE,
    /** Every event, as JSON. */
    EVENT;

    private static final ObjectMapper JSON = new ObjectMapper();

    String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<EventTags> of(String field) {
        return Arrays.stream(values()).filter(one -> one.field().equals(field)).findFirst();
    }

    /** Told for each event, and not a state. */
    boolean each() {
        return this == MESSAGE || this == EVENT;
    }

    /** @param conditions the conditions of interest now, earlier branches included */
    Value state(Collection<ServerEvent> conditions) {
        return switch (this) {
            case ACTIVE -> Value.of(conditions.stream().anyMatch(ServerEvent::isActive));
            case ACKED -> Value.of(conditions.stream().allMatch(c -> c.acked().orElse(true)));
            case CONFIRMED ->
                Value.of(conditions.stream().allMatch(c -> c.confirmed().orElse(true)));
            case SUPPRESSED ->
                Value.of(conditions.stream().anyMatch(c -> c.suppressed().orElse(false)));
            case COUNT ->
                Value.of(conditions.stream().filter(ServerEvent::isActive).count());
            case SEVERITY ->
                Value.of((long) conditions.stream()
                        .filter(ServerEvent::isActive)
                        .mapToInt(ServerEvent::severity)
                        .max()
                        .orElse(0));
            case MESSAGE, EVENT -> Value.NONE;
        };
    }

    /** The event itself. */
    Value told(ServerEvent event) {
        return this == MESSAGE ? Value.of(event.message()) : Value.of(json(event));
    }

    private static String json(ServerEvent event) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", event.id())
                .put("type", event.type())
                .put("source", event.sourceName())
                .put("source_node", event.sourceNode());
        if (event.time() != Reading.NO_TIME) {
            json.put("time", Micros.iso(event.time()));
        }
        json.put("severity", event.severity()).put("message", event.message());
        if (event.ofCondition()) {
            json.put("condition", event.conditionName())
                    .put("condition_id", event.condition())
                    .put("branch", event.branch())
                    .put("retain", event.retain());
            event.active().ifPresent(flag -> json.put("active", flag));
            event.acked().ifPresent(flag -> json.put("acked", flag));
            event.confirmed().ifPresent(flag -> json.put("confirmed", flag));
            event.suppressed().ifPresent(flag -> json.put("suppressed", flag));
        }
        return json.toString();
    }

    /** One tag over all connections: what was told last, and when. Not thread-safe. */
    static final class Line {
        private static final int TIMES = 1000;

        private final String device;
        private final EventTags what;
        private final Set<Long> times = new HashSet<>();
        /** µs of what was stored before this start. */
        private final long stored;

        private long last;
        private Value told = Value.NONE;
        private boolean known;

        Line(String device, EventTags what, long stored) {
            this.device = device;
            this.what = what;
            this.stored = stored;
            this.last = stored;
        }

        EventTags what() {
            return what;
        }

        /** Stored before the hub was started: a server that tells it again means the same event. */
        boolean had(long time) {
            return stored != Reading.NO_TIME && time <= stored;
        }

        /** The present state; nothing when it is what was told last. A state is never told for an earlier time. */
        Optional<Reading> state(Value value, long time) {
            if (known && told.equals(value)) {
                return Optional.empty();
            }
            known = true;
            told = value;
            last = Math.max(time, last + 1);
            return Optional.of(reading(value, last, Quality.GOOD));
        }

        /** An event; several of one time are set apart, for a historian keeps one value of a time. */
        Reading each(ServerEvent event, long time) {
            long free = time;
            if (times.size() >= TIMES) {
                times.clear();
            }
            while (!times.add(free)) {
                free++;
            }
            known = true;
            last = Math.max(last, free);
            return reading(what.told(event), free, Quality.GOOD);
        }

        /** Nobody knows any more. */
        Reading bad(long time, int quality) {
            known = false;
            last = Math.max(time, last == Reading.NO_TIME ? time : last + 1);
            times.add(last);
            return reading(Value.NONE, last, quality);
        }

        private Reading reading(Value value, long time, int quality) {
            return new Reading(device, what.field(), value, time, quality);
        }
    }

    /** All names, in order. */
    static List<String> fields() {
        return Arrays.stream(values()).map(EventTags::field).toList();
    }
}
