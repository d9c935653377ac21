package org.millrace.rule;

import java.util.ArrayList;
import java.util.List;
import org.millrace.plant.Tag;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;

/**
 * A condition over time, apart from any rule: true, false, or what was known last while an input is missing, stale or
 * not Good. Before anything was known it does not hold. One thread at a time.
 */
public final class ConditionMonitor {
    /** The latest value of one tag, as a state row keeps it. {@code kind} is the ordinal of {@link Kind}. */
    public record Kept(String tag, long time, int kind, long bits, String text, int quality) {}

    private final Condition condition;
    private final Slot[] slots;
    private boolean holds;

    public ConditionMonitor(Condition condition) {
        this.condition = condition;
        this.slots = condition.tags().stream().map(Slot::new).toArray(Slot[]::new);
    }

    public String text() {
        return condition.text();
    }

    /** In the order of the slot numbers {@link #sample} takes. */
    public List<Tag> tags() {
        return condition.tags();
    }

    public boolean holds() {
        return holds;
    }

    /** Takes sample {@code i} for slot {@code s}; true when the condition began or ceased to hold. */
    public boolean sample(int s, SampleBatch batch, int i) {
        long time = batch.time(i);
        if (time < slots[s].time) {
            return false;
        }
        slots[s].take(batch, i);
        for (Slot slot : slots) {
            if (!slot.known() || slot.freshUntil() < time) {
                return false;
            }
        }
        boolean before = holds;
        switch (condition.evaluate(name -> Slot.find(slots, name))) {
            case TRUE -> holds = true;
            case FALSE -> holds = false;
            case UNKNOWN -> {}
        }
        return holds != before;
    }

    /** What a state row has to keep beside {@link #holds()}. */
    public List<Kept> kept() {
        List<Kept> kept = new ArrayList<>();
        for (Slot slot : slots) {
            kept.add(new Kept(slot.tag.name(), slot.time, slot.kind.ordinal(), slot.bits, slot.text, slot.quality));
        }
        return kept;
    }

    /** Sets the state from a row. */
    public void restore(boolean held, List<Kept> kept) {
        holds = held;
        for (Kept row : kept) {
            for (Slot slot : slots) {
                if (slot.tag.name().equals(row.tag())) {
                    slot.time = row.time();
                    slot.kind = Kind.values()[row.kind()];
                    slot.bits = row.bits();
                    slot.text = row.text();
                    slot.quality = row.quality();
                }
            }
        }
    }
}
