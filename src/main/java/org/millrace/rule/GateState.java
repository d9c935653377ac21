package org.millrace.rule;

import static org.millrace.rule.Slot.NEVER;

import java.util.Optional;

/**
 * The {@code while} of one instance over time. Unknown holds what was last known; before anything was known the gate
 * is closed, because an alarm acts only while the condition is true.
 */
final class GateState {
    private final Optional<Condition> condition;
    private final Slot[] slots; // the condition's own
    private final long settle;
    Truth truth = Truth.UNKNOWN;
    boolean open;
    /** When it last went from closed to open. */
    long openAt = NEVER;
    /** When it last became known to be open, from closed or from unknown. */
    long trueSince = NEVER;
    /** When the first of its inputs goes stale. */
    long freshUntil = NEVER;

    GateState(Optional<Condition> condition, Slot[] slots, long settle) {
        this.condition = condition;
        this.slots = slots;
        this.settle = settle;
        if (condition.isEmpty()) {
            truth = Truth.TRUE;
            open = true;
            freshUntil = Long.MAX_VALUE;
        }
    }

    boolean certainlyOpen(long now) {
        return truth == Truth.TRUE && now <= freshUntil;
    }

    /** On-delays count from here at the earliest. */
    long countsFrom() {
        return condition.isEmpty() ? NEVER : Math.max(openAt + settle, trueSince);
    }

    /** One of its inputs got a sample at {@code now}; a condition over the same fresh values is not evaluated twice. */
    void update(long now, boolean valueChanged) {
        boolean lapsed = now > freshUntil;
        long until = Long.MAX_VALUE;
        boolean known = true;
        for (Slot slot : slots) {
            known &= slot.known() && now <= slot.freshUntil();
            until = Math.min(until, slot.freshUntil());
        }
        freshUntil = until;
        Truth before = truth;
        if (!known) {
            truth = Truth.UNKNOWN;
        } else if (valueChanged || lapsed || before == Truth.UNKNOWN) {
            truth = condition.map(c -> c.evaluate(name -> Slot.find(slots, name))).orElse(Truth.TRUE);
        }
        if (truth == Truth.FALSE) {
            open = false;
        } else if (truth == Truth.TRUE) {
            if (!open) {
                openAt = now;
            }
            if (!open || before != Truth.TRUE || lapsed) {
                trueSince = now;
            }
            open = true;
        }
    }
}
