package org.millrace.source.opcua;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;

/**
 * The events of a server as readings of the tags that want them, over all connections. Thread-safe.
 *
 * <p>After each loss nothing is known of the conditions until the server has told all of them again (ConditionRefresh);
 * what it does not tell then is over. An event that is told again is known by its EventId; one that was stored before the
 * hub was started, by its time.
 */
final class Conditions {
    private static final String REFRESH_START = "i=2787";
    private static final String REFRESH_END = "i=2788";
    private static final String REFRESH_REQUIRED = "i=2789";
    private static final String QUEUE_OVERFLOW = "i=3035";
    private static final int EVENTS_REMEMBERED = 10_000;

    private record Key(String condition, String branch) {}

    private static final class Entry {
        private final EventSelection selection;
        private final List<EventTags.Line> lines = new ArrayList<>();
        private final Map<Key, ServerEvent> conditions = new LinkedHashMap<>();

        Entry(EventSelection selection) {
            this.selection = selection;
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> seen = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > EVENTS_REMEMBERED;
        }
    });
    private final Set<Key> refreshed = new HashSet<>();
    private Map<String, Set<String>> subtypes = Map.of();
    private boolean refreshing;
    private boolean settled;
    private boolean refreshWanted;
    private boolean lost;

    /** @param newest µs a tag was stored with before this start, {@link Reading#NO_TIME} when never */
    Conditions(OpcUaSourceFile file, List<Tag> tags, ToLongFunction<Tag> newest) {
        Map<String, OpcUaSourceFile.Selection> selections =
                file.events().map(OpcUaSourceFile.Events::select).orElse(Map.of());
        for (Tag tag : tags) {
            OpcUaSourceFile.Selection selection = selections.get(tag.origin().device());
            if (selection != null) {
                EventTags.of(tag.origin().field())
                        .ifPresent(what -> entries.computeIfAbsent(
                                        tag.origin().device(), name -> new Entry(new EventSelection(selection)))
                                .lines
                                .add(new EventTags.Line(tag.origin().device(), what, newest.applyAsLong(tag))));
            }
        }
    }

    /** Whether any tag wants events. */
    boolean wanted() {
        return !entries.isEmpty();
    }

    /** Node texts of all types that are asked for by name. */
    Set<String> types() {
        return entries.values().stream()
                .flatMap(entry -> entry.selection.types().stream())
                .collect(Collectors.toSet());
    }

    /** A connection begins, with an event item that is not yet refreshed. */
    synchronized void begin(Map<String, Set<String>> ofTypes) {
        subtypes = ofTypes;
        refreshing = false;
        settled = false;
        refreshWanted = false;
    }

    /** Connected again: the next loss is a new one. */
    synchronized void regained() {
        lost = false;
    }

    /** The session is back with its item: what it queued comes; what it could not keep is told by a refresh. */
    synchronized void resumed() {
        lost = false;
        refreshWanted = true;
    }

    /** Once: whether the server is to tell all conditions again. */
    synchronized boolean takeRefreshWanted() {
        boolean was = refreshWanted;
        refreshWanted = false;
        return was;
    }

    /** @param now µs by the server's clock, for what has no time of its own */
    synchronized List<Reading> events(List<ServerEvent> events, long now) {
        List<Reading> readings = new ArrayList<>();
        for (ServerEvent event : events) {
            switch (event.type()) {
                case REFRESH_START -> {
                    refreshing = true;
                    refreshed.clear();
                }
                case REFRESH_END -> refreshEnds(now, readings);
                case REFRESH_REQUIRED -> refreshWanted = true;
                case QUEUE_OVERFLOW -> {
                    refreshWanted = true;
                    readings.addAll(all(timeOf(event, now), Quality.BAD_DATA_LOST));
                }
                default -> one(event, now, readings);
            }
        }
        return readings;
    }

    private static long timeOf(ServerEvent event, long now) {
        return event.time() == Reading.NO_TIME ? now : event.time();
    }

    private void one(ServerEvent event, long now, List<Reading> readings) {
        Key key = new Key(event.condition(), event.branch());
        if (refreshing && event.ofCondition()) {
            refreshed.add(key);
        }
        boolean again = !event.id().isEmpty() && !seen.add(event.id());
        long time = timeOf(event, now);
        for (Entry entry : entries.values()) {
            boolean takes = entry.selection.takes(event, subtypes);
            if (event.ofCondition()) {
                if (takes && event.retain()) {
                    entry.conditions.put(key, event);
                } else if (entry.conditions.remove(key) == null && !takes) {
                    continue;
                }
                if (settled) {
                    states(entry, time, readings);
                }
            }
            if (takes && !again) {
                each(entry, event, time, readings);
            }
        }
    }

    private void each(Entry entry, ServerEvent event, long time, List<Reading> readings) {
        for (EventTags.Line line : entry.lines) {
            if (line.what().each() && !(refreshing && line.had(time))) {
                readings.add(line.each(event, time));
            }
        }
    }

    private static void states(Entry entry, long time, List<Reading> readings) {
        Collection<ServerEvent> conditions = entry.conditions.values();
        for (EventTags.Line line : entry.lines) {
            if (!line.what().each()) {
                line.state(line.what().state(conditions), time).ifPresent(readings::add);
            }
        }
    }

    /** What was not told is of no interest any more; what was is so now, whenever it became so. */
    private void refreshEnds(long now, List<Reading> readings) {
        if (!refreshing) {
            return;
        }
        refreshing = false;
        settled = true;
        for (Entry entry : entries.values()) {
            entry.conditions.keySet().retainAll(refreshed);
            states(entry, now, readings);
        }
    }

    /** Once per loss a Bad reading for each tag. {@code time}: µs by the server's clock, the last sign of life. */
    synchronized List<Reading> lose(long time) {
        if (lost) {
            return List.of();
        }
        lost = true;
        settled = false;
        refreshing = false;
        return all(time, Quality.BAD_NO_COMMUNICATION);
    }

    /** The event item was refused: no tag of events may look as if all were well. */
    synchronized List<Reading> refused(long time, int quality) {
        return all(time, quality);
    }

    private List<Reading> all(long time, int quality) {
        List<Reading> readings = new ArrayList<>();
        entries.values().forEach(entry -> entry.lines.forEach(line -> readings.add(line.bad(time, quality))));
        return readings;
    }

    /** The server cannot tell its conditions again: from now on each counts as soon as it is heard of. */
    synchronized void unrefreshable() {
        settled = true;
        entries.values().forEach(entry -> entry.conditions.clear());
    }
}
