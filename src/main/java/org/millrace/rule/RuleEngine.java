package org.millrace.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.millrace.plant.Tag;
import org.millrace.signal.SampleBatch;

/**
 * Runs the bound rules over the journal: samples, ticks and acknowledgements in, alarm events out, in an order that
 * depends on nothing else. One thread at a time.
 *
 * <p>Checkpoint: store {@link #takeChanged()} and {@link #takeRemoved()} together with the journal's cursor and the
 * events, in one transaction. An engine made from the same rules and {@linkplain #restore restored} from those rows
 * gives, for the rest of the journal, exactly the events that the first one would have given.
 */
public final class RuleEngine {
    private static final int[] NOTHING = new int[0];

    private final List<RuleInstance> instances = new ArrayList<>();
    private final Map<String, RuleInstance> byKey = new HashMap<>();
    private final Set<String> removed = new LinkedHashSet<>();
    /** By tag number: pairs of instance number and slot number. */
    private int[][] listeners = new int[0][];

    private long ignored;

    /**
     * @param tagNumber the number of a tag path in the journal's dictionary
     * @throws IllegalArgumentException when a watched tag has no (negative) number
     */
    public RuleEngine(Compilation compilation, ToIntFunction<String> tagNumber) {
        for (BoundRule bound : compilation.rules()) {
            RuleInstance instance = new RuleInstance(bound);
            int number = instances.size();
            instances.add(instance);
            byKey.put(bound.stateKey(), instance);
            for (int slot = 0; slot < instance.slots.length; slot++) {
                listen(instance.slots[slot].tag, number, slot, tagNumber);
            }
        }
    }

    /**
     * @param hubTime hub time of the batch's journal entry, µs
     * @return what happened, in order; empty when nothing did
     */
    public List<AlarmEvent> samples(long hubTime, SampleBatch batch) {
        List<AlarmEvent> out = new ArrayList<>(0);
        for (int i = 0, n = batch.size(); i < n; i++) {
            int tag = batch.tag(i);
            if (tag < 0 || tag >= listeners.length) {
                continue;
            }
            int[] pairs = listeners[tag];
            for (int p = 0; p < pairs.length; p += 2) {
                RuleInstance instance = instances.get(pairs[p]);
                if (instance.sample(pairs[p + 1], batch, i, hubTime, out)) {
                    instance.dirty = true;
                } else {
                    ignored++;
                }
            }
        }
        return out;
    }

    /** Lets delays run out without a new sample. */
    public List<AlarmEvent> tick(long hubTime) {
        List<AlarmEvent> out = new ArrayList<>(0);
        for (RuleInstance instance : instances) {
            instance.tick(hubTime, out);
        }
        return out;
    }

    /**
     * Acknowledges an incident; nothing happens when it is acknowledged or over already, or not known.
     *
     * @param user who did it; the audit trail keeps it, the state machine does not depend on it
     */
    public List<AlarmEvent> acknowledge(long hubTime, String incident, String user) {
        return act(hubTime, incident, instance -> instance.incident::acknowledge);
    }

    /** Confirms an acknowledged incident whose rule asks for it; else nothing happens. */
    public List<AlarmEvent> confirm(long hubTime, String incident) {
        return act(hubTime, incident, instance -> instance.incident::confirm);
    }

    /** Resets a latched incident that has returned and was acknowledged; else nothing happens. */
    public List<AlarmEvent> reset(long hubTime, String incident) {
        return act(hubTime, incident, instance -> instance.incident::reset);
    }

    private List<AlarmEvent> act(
            long hubTime, String incident, Function<RuleInstance, RuleInstance.Action> action) {
        List<AlarmEvent> out = new ArrayList<>(0);
        for (RuleInstance instance : instances) {
            if (instance.incident.isOpen() && instance.incident.id.equals(incident)) {
                instance.act(hubTime, out, action.apply(instance));
            }
        }
        return out;
    }

    /** Makes an active, acknowledged incident unacknowledged again, without an event; false when it is neither. */
    public boolean unacknowledge(String stateKey) {
        RuleInstance instance = byKey.get(stateKey);
        if (instance == null || !instance.incident.unacknowledge()) {
            return false;
        }
        instance.dirty = true;
        return true;
    }

    /** Event time of one rule on one asset when the hub's clock says {@code hub}; hub time before its first value. */
    public long timeOf(String stateKey, long hub) {
        RuleInstance instance = byKey.get(stateKey);
        long time = instance == null ? Slot.NEVER : instance.now(hub);
        return time == Slot.NEVER ? hub : time;
    }

    /**
     * Levels of one rule on one asset are left after this long at the earliest, whatever their own off-delay; 0 takes
     * that back. Not part of the state rows: to be given again after {@link #restore}.
     *
     * @param micros µs
     */
    public void leastOffDelay(String stateKey, long micros) {
        RuleInstance instance = byKey.get(stateKey);
        if (instance != null) {
            instance.leastOffDelay(micros);
        }
    }

    /** State rows that changed since the last call, by {@link BoundRule#stateKey()}. */
    public Map<String, byte[]> takeChanged() {
        Map<String, byte[]> changed = new LinkedHashMap<>();
        for (RuleInstance instance : instances) {
            if (instance.dirty) {
                instance.dirty = false;
                changed.put(instance.bound.stateKey(), StateCodec.encode(instance));
            }
        }
        return changed;
    }

    /** Keys of restored rows that no rule has any more, since the last call. */
    public Set<String> takeRemoved() {
        Set<String> taken = new LinkedHashSet<>(removed);
        removed.clear();
        return taken;
    }

    /**
     * Sets the state from stored rows; to be called once, before anything else. A changed title or guidance keeps the
     * state. Changed limits, deadband or while keep the times and are judged again at the next sample or tick. A
     * changed kind, input or unit starts normal.
     *
     * @throws IllegalArgumentException when a row is damaged or of a newer version
     */
    public void restore(Map<String, byte[]> rows) {
        rows.forEach((key, row) -> {
            RuleInstance instance = byKey.get(key);
            if (instance == null) {
                removed.add(key);
            } else if (!StateCodec.decode(instance, row)) {
                instance.dirty = true;
            }
        });
    }

    /** Ids of the incidents that are not over, in the order of the rules. */
    public List<String> openIncidents() {
        return Incident.ids(instances);
    }

    /** Samples ignored because their event time was before the last one of their tag; since this engine was made. */
    public long ignoredOutOfOrder() {
        return ignored;
    }

    private void listen(Tag tag, int instance, int slot, ToIntFunction<String> tagNumber) {
        int number = tagNumber.applyAsInt(tag.path());
        if (number < 0) {
            throw new IllegalArgumentException(
                    "tag " + tag.path() + " has no number: register it in the journal's dictionary before the rules");
        }
        if (number >= listeners.length) {
            int size = listeners.length;
            listeners = Arrays.copyOf(listeners, Math.max(number + 1, size * 2));
            Arrays.fill(listeners, size, listeners.length, NOTHING);
        }
        int[] pairs = Arrays.copyOf(listeners[number], listeners[number].length + 2);
        pairs[pairs.length - 2] = instance;
        pairs[pairs.length - 1] = slot;
        listeners[number] = pairs;
    }
}
