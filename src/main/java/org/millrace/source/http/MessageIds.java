package org.millrace.source.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.millrace.source.SourceMemory;

/**
 * The ids of the last messages that were begun or taken in, by device: kept over a restart, in a ring of {@link #KEPT}.
 * A message is noted before it is handed over, with its time: when the hub dies before it knows the end, the repeated
 * message has the time of the first, so that values without a time of their own are the same rows. Thread-safe.
 */
final class MessageIds {
    static final int KEPT = 4_096;

    /** What was begun longer ago than this is a new message. */
    static final long REPEATED_WITHIN = 3_600_000_000L;

    private static final String SLOT = "id ";
    private static final char BEGUN = '?';

    enum State {
        NEW,
        /** The same message is being taken in now. */
        UNDER_WAY,
        /** It was taken in before. */
        TAKEN
    }

    /** @param time µs since the epoch under which the message is to be taken in */
    record Begun(State state, long time) {}

    private record Intent(int count, long time) {}

    private final SourceMemory memory;
    private final Map<Integer, String> slots = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Intent> begun = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private int next;

    MessageIds(SourceMemory memory) {
        this.memory = memory;
        long newest = -1;
        for (Map.Entry<String, byte[]> note : memory.load().entrySet()) {
            String[] parts = new String(note.getValue(), StandardCharsets.UTF_8).split(" ", 2);
            if (note.getKey().startsWith(SLOT) && parts.length == 2) {
                int slot = Integer.parseInt(note.getKey().substring(SLOT.length()));
                long count = Long.parseLong(parts[0]);
                load(slot, (int) count, parts[1]);
                newest = Math.max(newest, count);
            }
        }
        next = (int) (newest + 1);
    }

    private void load(int slot, int count, String text) {
        int end = text.indexOf(' ');
        if (text.charAt(0) == BEGUN && end > 0) {
            String id = text.substring(end + 1);
            slots.put(slot, id);
            begun.put(id, new Intent(count, Long.parseLong(text.substring(1, end))));
        } else {
            slots.put(slot, text);
            taken.add(text);
        }
    }

    /**
     * Durable on return, when it is new.
     *
     * @param now µs since the epoch
     */
    synchronized Begun begin(String id, long now) {
        if (taken.contains(id)) {
            return new Begun(State.TAKEN, now);
        }
        if (!underWay.add(id)) {
            return new Begun(State.UNDER_WAY, now);
        }
        Intent first = begun.get(id);
        if (first != null && now - first.time() < REPEATED_WITHIN) {
            return new Begun(State.NEW, first.time());
        }
        try {
            begun.put(id, new Intent(slot(id, BEGUN + Long.toString(now) + ' ' + id), now));
        } catch (RuntimeException e) {
            underWay.remove(id);
            throw e;
        }
        return new Begun(State.NEW, now);
    }

    synchronized void failed(String id) {
        underWay.remove(id);
    }

    /** Durable on return. */
    synchronized void done(String id) {
        Intent intent = begun.get(id);
        if (intent == null) { // so many came meanwhile that its place was taken
            slot(id, id);
        } else {
            memory.keep(SLOT + intent.count() % KEPT, bytes(intent.count(), id));
            begun.remove(id);
        }
        taken.add(id);
        underWay.remove(id);
    }

    private int slot(String id, String text) {
        int count = next;
        memory.keep(SLOT + count % KEPT, bytes(count, text));
        String before = slots.put(count % KEPT, id);
        if (before != null && !before.equals(id)) {
            taken.remove(before);
            begun.remove(before);
        }
        next = next == Integer.MAX_VALUE ? 0 : next + 1;
        return count;
    }

    private static byte[] bytes(int count, String text) {
        return (count + " " + text).getBytes(StandardCharsets.UTF_8);
    }
}
