package org.millrace.rule;

import java.nio.ByteBuffer;
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
 * Runs the bound rules over the journal: samples, ticks and what people tell in, alarm events out, in an order that
 * depends on nothing else. Computes the plant's derived tags on the way. One thread at a time.
 *
 * <p>More than a minute of hub time between two entries means that the hub did not run: who replays values without
 * ticks must make ticks of his own, or silence is not noticed.
 *
 * <p>Checkpoint: store {@link #takeChanged()} and {@link #takeRemoved()} together with the journal's cursor and the
 * events, in one transaction. An engine made from the same rules and {@linkplain #restore restored} from those rows
 * gives, for the rest of the journal, exactly the events that the first one would have given.
 */
public final class RuleEngine {
    /** Key of the row with the hub time of the last entry; no rule's key has a colon. */
    private static final String CLOCK = "clock:hub";

    /** The journal has a tick every few seconds while the hub runs. */
    private static final long NOT_RUNNING = 60_000_000;

    private final List<RuleInstance> instances = new ArrayList<>();
    private final Map<String, RuleInstance> byKey = new HashMap<>();
    private final Set<String> removed = new LinkedHashSet<>();
    private final Listeners listeners = new Listeners();

    private final List<Derivation> derivations = new ArrayList<>();
    private final Map<String, Derivation> derivedByKey = new HashMap<>();
    private final Listeners derived = new Listeners();
    /** By tag number: whether the engine computes it itself. */
    private boolean[] own = new boolean[0];

    private boolean keepDerived;
    private SampleBatch.Builder computed = SampleBatch.builder(0);
    /** Hub time of the last entry; a gap means that the hub did not run. */
    private long lastHub = Slot.NEVER;

    private boolean clockDirty;
    private boolean watchesSilence;
    private long ignored;

    /**
     * @param tagNumber the number of a tag path in the journal's dictionary
     * @throws IllegalArgumentException when a watched tag has no (negative) number
     */
    public RuleEngine(Compilation compilation, ToIntFunction<String> tagNumber) {
        for (DerivedTag tag : compilation.derived()) {
            int number = number(tag.tag(), tagNumber);
            Derivation derivation = new Derivation(tag, number);
            for (int slot = 0; slot < derivation.slots.length; slot++) {
                derived.add(number(derivation.slots[slot].tag, tagNumber), derivations.size(), slot);
            }
            own = number < own.length ? own : Arrays.copyOf(own, number + 1);
            own[number] = true;
            derivations.add(derivation);
            derivedByKey.put(tag.stateKey(), derivation);
        }
        for (BoundRule bound : compilation.rules()) {
            RuleInstance instance = new RuleInstance(bound);
            int number = instances.size();
            instances.add(instance);
            byKey.put(bound.stateKey(), instance);
            for (int slot = 0; slot < instance.slots.length; slot++) {
                listeners.add(number(instance.slots[slot].tag, tagNumber), number, slot);
            }
            watchesSilence |= instance.measure != null;
        }
    }

    /**
     * @param hubTime hub time of the batch's journal entry, µs
     * @return what happened, in order; empty when nothing did
     */
    public List<AlarmEvent> samples(long hubTime, SampleBatch batch) {
        List<AlarmEvent> out = new ArrayList<>(0);
        passed(hubTime);
        for (int i = 0, n = batch.size(); i < n; i++) {
            if (!computes(batch.tag(i))) { // a derived tag's stored values are computed anew
                sample(hubTime, batch, i, out);
            }
        }
        return out;
    }

    /** Whether a tag's values are this engine's own: those that come back through the journal are passed over. */
    public boolean computes(int tag) {
        return tag >= 0 && tag < own.length && own[tag];
    }

    /** Derived tags first, so that a rule sees all that follows from a moment's sample. */
    private void sample(long hubTime, SampleBatch batch, int i, List<AlarmEvent> out) {
        int tag = batch.tag(i);
        int[] computes = derived.of(tag);
        for (int p = 0; p < computes.length; p += 2) {
            Derivation derivation = derivations.get(computes[p]);
            if (!derivation.sample(computes[p + 1], batch, i, hubTime, made -> derived(hubTime, made, out))) {
                ignored++;
            }
        }
        int[] pairs = listeners.of(tag);
        for (int p = 0; p < pairs.length; p += 2) {
            RuleInstance instance = instances.get(pairs[p]);
            if (instance.sample(pairs[p + 1], batch, i, hubTime, out)) {
                instance.dirty = true;
            } else {
                ignored++;
            }
        }
    }

    private void derived(long hubTime, SampleBatch made, List<AlarmEvent> out) {
        if (keepDerived) {
            computed.add(made.sample(0));
        }
        sample(hubTime, made, 0, out);
    }

    /**
     * Time between two entries in which the hub did not run is not time without values: what was not watched is unknown.
     */
    private void passed(long hubTime) {
        if (!watchesSilence) {
            return;
        }
        long gap = lastHub == Slot.NEVER ? 0 : hubTime - lastHub;
        if (gap > NOT_RUNNING) {
            for (RuleInstance instance : instances) {
                instance.pause(gap);
            }
        }
        clockDirty |= hubTime != lastHub;
        lastHub = Math.max(hubTime, lastHub);
    }

    /** Lets delays run out without a new sample. */
    public List<AlarmEvent> tick(long hubTime) {
        List<AlarmEvent> out = new ArrayList<>(0);
        passed(hubTime);
        for (Derivation derivation : derivations) {
            derivation.tick(hubTime, made -> derived(hubTime, made, out));
        }
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

    private List<AlarmEvent> act(long hubTime, String incident, Function<RuleInstance, RuleInstance.Action> action) {
        List<AlarmEvent> out = new ArrayList<>(0);
        passed(hubTime);
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

    /**
     * The work that a rule asks for was done: a meter counts anew from then. Told twice, or for a rule without a meter,
     * it changes nothing.
     *
     * @param time event time at which it was done, µs; it may lie back
     */
    public List<AlarmEvent> completed(long hubTime, String asset, String rule, long time) {
        List<AlarmEvent> out = new ArrayList<>(0);
        passed(hubTime);
        RuleInstance instance = byKey.get(rule + "@" + asset);
        if (instance != null) {
            instance.completed(time, hubTime, out);
        }
        return out;
    }

    /** From now on, values of derived tags are kept for {@link #takeDerived()}. */
    public void keepDerived() {
        keepDerived = true;
    }

    /** The values of derived tags computed since the last call, in order; for the historian. */
    public SampleBatch takeDerived() {
        SampleBatch taken = computed.build();
        computed = SampleBatch.builder(0);
        return taken;
    }

    /** Approximate heap of each rule instance and derived tag, in bytes, by state key. */
    public Map<String, Integer> footprint() {
        Map<String, Integer> bytes = new LinkedHashMap<>();
        instances.forEach(instance -> bytes.put(instance.bound.stateKey(), instance.bytes()));
        derivations.forEach(derivation -> bytes.put(derivation.derived.stateKey(), derivation.bytes()));
        return bytes;
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
        for (Derivation derivation : derivations) {
            if (derivation.dirty) {
                derivation.dirty = false;
                changed.put(derivation.derived.stateKey(), derivation.encode());
            }
        }
        if (clockDirty) {
            clockDirty = false;
            changed.put(CLOCK, ByteBuffer.allocate(Long.BYTES).putLong(lastHub).array());
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
            Derivation derivation = derivedByKey.get(key);
            if (key.equals(CLOCK) && watchesSilence && row.length == Long.BYTES) {
                lastHub = ByteBuffer.wrap(row).getLong();
            } else if (derivation != null) {
                derivation.decode(row);
            } else if (instance == null) {
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

    private static int number(Tag tag, ToIntFunction<String> tagNumber) {
        int number = tagNumber.applyAsInt(tag.path());
        if (number < 0) {
            throw new IllegalArgumentException(
                    "tag " + tag.path() + " has no number: register it in the journal's dictionary before the rules");
        }
        return number;
    }
}
