package org.millrace.plant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/**
 * What the field sends and no tag takes: shown to the integrator, who makes tags of it. Bounded: when full, the entry
 * that has been silent longest gives way. Thread-safe; one registry outlives a reload of the configuration.
 */
public final class UnmappedRegistry {
    public static final int DEFAULT_LIMIT = 10_000;

    private static final int MAX_NAME = 256;
    private static final int MAX_VALUE = 100;

    /**
     * @param count readings since the entry appeared
     * @param lastValue as text, at most 100 characters; empty for a status without value
     * @param firstTime when the entry appeared, µs since the epoch, hub time; as lastTime
     */
    public record Unmapped(
            String source, String device, String field, long count, String lastValue, long firstTime, long lastTime) {}

    /** An address as devices send it; names are cut to 256 characters. */
    public record Address(String source, String device, String field) {}

    private static final class Seen {
        private final long firstTime;
        private long count;
        private long lastTime;
        private Value lastValue = Value.NONE;

        Seen(long firstTime) {
            this.firstTime = firstTime;
        }
    }

    private final int limit;
    private final Map<Address, Seen> seen = new LinkedHashMap<>(64, 0.75f, true);
    private long forgotten;

    public UnmappedRegistry() {
        this(DEFAULT_LIMIT);
    }

    public UnmappedRegistry(int limit) {
        this.limit = limit;
    }

    synchronized void add(String source, Reading reading, long hubTime) {
        Address address = new Address(source, cut(reading.device(), MAX_NAME), cut(reading.field(), MAX_NAME));
        Seen entry = seen.get(address);
        if (entry == null) {
            if (seen.size() >= limit) {
                seen.remove(seen.keySet().iterator().next());
                forgotten++;
            }
            entry = new Seen(hubTime);
            seen.put(address, entry);
        }
        entry.count++;
        entry.lastTime = hubTime;
        entry.lastValue =
                reading.value() instanceof Value.Text text ? Value.of(cut(text.value(), MAX_VALUE)) : reading.value();
    }

    /** Latest first. */
    public synchronized List<Unmapped> list() {
        List<Unmapped> list = new ArrayList<>(seen.size());
        seen.forEach((at, entry) -> list.add(new Unmapped(
                at.source(),
                at.device(),
                at.field(),
                entry.count,
                text(entry.lastValue),
                entry.firstTime,
                entry.lastTime)));
        list.sort(Comparator.comparingLong(Unmapped::lastTime).reversed());
        return list;
    }

    /** Entries that gave way because the registry was full. */
    public synchronized long forgotten() {
        return forgotten;
    }

    /** Drops entries, for example those that have become tags by a reload. */
    public synchronized void removeIf(Predicate<Address> mapped) {
        seen.keySet().removeIf(mapped);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    static String text(Value value) {
        return switch (value) {
            case Value.Real real -> Double.toString(real.value());
            case Value.Whole whole -> Long.toString(whole.value());
            case Value.Flag flag -> Boolean.toString(flag.value());
            case Value.Text text -> cut(text.value(), MAX_VALUE);
            case Value.None none -> "";
        };
    }
}
