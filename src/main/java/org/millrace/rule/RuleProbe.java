package org.millrace.rule;

import static org.millrace.rule.Slot.NEVER;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.millrace.plant.Tag;
import org.millrace.signal.SampleBatch;

/**
 * One rule on one asset, run for looking at: takes recorded samples and says after each how the rule stands and what holds
 * it up. The same state machine as in {@link RuleEngine}; what it raises goes nowhere. Not thread-safe.
 */
public final class RuleProbe {
    /** How a rule stands. */
    public enum Phase {
        /** The input is missing, Bad, Uncertain or stale. */
        INPUT_UNKNOWN,
        /** No limit is exceeded. */
        NORMAL,
        /** A limit is exceeded, but {@code while} is false. */
        GATE_CLOSED,
        /** A limit is exceeded, but {@code while} cannot be told: one of its tags is missing, bad or stale. */
        GATE_UNKNOWN,
        /** A limit is exceeded and the on-delay runs. */
        PENDING,
        /** The alarm stands. */
        ACTIVE,
        /** The alarm stands, the value is back, and the off-delay runs. */
        CLEARING
    }

    /**
     * @param time event time, µs
     * @param level the level it is about; empty when normal
     * @param value last good value of the input, NaN when none
     * @param since when the level was entered or left, µs
     * @param due when the delay that runs will be over, µs
     */
    public record State(long time, Phase phase, String level, double value, long since, OptionalLong due) {}

    private final RuleInstance instance;

    public RuleProbe(BoundRule rule) {
        this.instance = new RuleInstance(rule);
    }

    /** The tags it looks at: the input first. */
    public List<Tag> tags() {
        return Arrays.stream(instance.slots).map(slot -> slot.tag).toList();
    }

    /** What it knows of its tags: {@code state = RUN (GOOD)}. */
    public List<String> inputs() {
        return Arrays.stream(instance.slots)
                .map(slot -> slot.tag.name() + " = " + slot.describe())
                .toList();
    }

    /** Takes sample {@code i} as a value of the tag with this place in {@link #tags()}, arriving at its source time. */
    public State sample(int tag, SampleBatch batch, int i) {
        instance.sample(tag, batch, i, batch.time(i), new ArrayList<>(0));
        return state(batch.time(i));
    }

    /** Lets time pass. */
    public State tick(long time) {
        instance.tick(time, new ArrayList<>(0));
        return state(time);
    }

    /** How it stands, without anything having passed. */
    public State state(long time) {
        List<LimitLevel> levels = instance.bound.levels();
        int top = instance.top(instance.active);
        if (top >= 0) {
            boolean back = !instance.entered[top];
            return state(
                    time,
                    back ? Phase.CLEARING : Phase.ACTIVE,
                    top,
                    back ? OptionalLong.of(instance.since[top] + levels.get(top).offDelay()) : OptionalLong.empty());
        }
        boolean fresh = instance.inputKnown && time <= instance.freshUntil();
        int entered = instance.top(instance.entered);
        if (entered < 0) {
            return new State(
                    time,
                    fresh ? Phase.NORMAL : Phase.INPUT_UNKNOWN,
                    "",
                    instance.incident.value,
                    time,
                    OptionalLong.empty());
        }
        if (instance.onStart[entered] != NEVER) {
            long due = instance.onStart[entered] + levels.get(entered).onDelay();
            return state(time, Phase.PENDING, entered, OptionalLong.of(due));
        }
        Phase held = instance.gate.truth == Truth.FALSE
                ? Phase.GATE_CLOSED
                : fresh ? Phase.GATE_UNKNOWN : Phase.INPUT_UNKNOWN;
        return state(time, held, entered, OptionalLong.empty());
    }

    private State state(long time, Phase phase, int level, OptionalLong due) {
        return new State(
                time,
                phase,
                instance.bound.levels().get(level).name(),
                instance.incident.value,
                instance.since[level],
                due);
    }
}
