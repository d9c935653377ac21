package org.millrace.source.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.millrace.source.SourceMemory;

/**
 * The ids of the last messages that were taken in, by device: kept over a restart, in a ring of {@link #KEPT}.
 * Thread-safe.
 */
final class MessageIds {
    static final int KEPT = 4_096;
    private static final String SLOT = "id ";

    enum State {
        NEW,
        /** The same message is being taken in now. */
        UNDER_WAY,
        /** It was taken in before. */
        TAKEN
    }

    private final SourceMemory memory;
    private final Map<Integer, String> slots = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
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
                slots.put(slot, parts[1]);
                taken.add(parts[1]);
                newest = Math.max(newest, count);
            }
        }
        next = (int) (newest + 1);
    }

    synchronized State begin(String id) {
        if (taken.contains(id)) {
            return State.TAKEN;
        }
        return underWay.add(id) ? State.NEW : State.UNDER_WAY;
    }

    synchronized void failed(String id) {
        underWay.remove(id);
    }

    /** Durable on return. */
    synchronized void done(String id) {
        int slot = next % KEPT;
        memory.keep(SLOT + slot, (next + " " + id).getBytes(StandardCharsets.UTF_8));
        String before = slots.put(slot, id);
        if (before != null) {
            taken.remove(before);
        }
        taken.add(id);
        underWay.remove(id);
        next = next == Integer.MAX_VALUE ? 0 : next + 1;
    }
}
