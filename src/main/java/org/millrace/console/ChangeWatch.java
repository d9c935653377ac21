package org.millrace.console;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.millrace.console.ConsoleData.Alarm;
import org.millrace.console.ConsoleData.TagValue;
import org.millrace.signal.Micros;

/** Compares the present with what was last seen and writes the difference as event frames. One caller at a time. */
final class ChangeWatch {
    private static final int RECENT = 200;

    private final ConsoleData data;
    private final Clock clock;
    /** By type of event, then by id; a row that is no longer listed is forgotten, so this stays small. */
    private final Map<String, Map<String, Object>> seen = new HashMap<>();

    ChangeWatch(ConsoleData data, Clock clock) {
        this.data = data;
        this.clock = clock;
    }

    /** @param everything also what changes slowly: alarms, orders, sources, ledger */
    synchronized List<String> look(boolean everything) {
        List<String> frames = new ArrayList<>();
        List<Map<String, Object>> values = changed("values", data.values(), TagValue::tag).stream()
                .map(ConsoleJson::value)
                .toList();
        if (!values.isEmpty()) {
            frames.add(frame("values", ConsoleJson.shape("items", values)));
        }
        if (everything) {
            slow(frames);
        }
        return frames;
    }

    private void slow(List<String> frames) {
        long now = Micros.of(clock.instant());
        Map<String, Alarm> alarms = new LinkedHashMap<>();
        data.alarms(false, RECENT).forEach(alarm -> alarms.put(alarm.latest().incident(), alarm));
        data.alarms(true, RECENT)
                .forEach(alarm -> alarms.putIfAbsent(alarm.latest().incident(), alarm));
        each("alarm", alarms.values(), a -> a.latest().incident(), a -> ConsoleJson.alarm(a, now), frames);
        each("order", data.workOrders(RECENT), o -> o.number(), ConsoleJson::order, frames);
        each("source", data.sources(), s -> s.id(), ConsoleJson::source, frames);
        each("ledger", List.of(data.ledger()), ledger -> "", ConsoleJson::ledger, frames);
    }

    private <T> void each(
            String type,
            Iterable<T> rows,
            Function<T, String> id,
            Function<T, Map<String, Object>> shape,
            List<String> frames) {
        changed(type, rows, id).forEach(row -> frames.add(frame(type, shape.apply(row))));
    }

    private <T> List<T> changed(String type, Iterable<T> rows, Function<T, String> id) {
        Map<String, Object> before = seen.getOrDefault(type, Map.of());
        Map<String, Object> present = new HashMap<>();
        List<T> changed = new ArrayList<>();
        for (T row : rows) {
            String key = id.apply(row);
            present.put(key, row);
            if (!row.equals(before.get(key))) {
                changed.add(row);
            }
        }
        seen.put(type, present);
        return changed;
    }

    /** JSON on one line: Jackson writes no line breaks, so one data: field is enough. */
    private static String frame(String type, Object shape) {
        return "event: " + type + "\ndata: " + ConsoleJson.write(shape) + "\n\n";
    }
}
