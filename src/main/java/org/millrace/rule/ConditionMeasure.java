package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.millrace.plant.Tag;

/** 1 while a condition is true, 0 while it is false; people see the input instead. */
final class ConditionMeasure extends Measure {
    private final Slot[] slots;
    private final Condition condition;
    private Truth truth = Truth.UNKNOWN;

    private ConditionMeasure(Slot[] slots, Condition condition) {
        this.slots = slots;
        this.condition = condition;
    }

    static MeasureSpec spec(java.util.List<Tag> tags, Condition condition) {
        Tag input = tags.getFirst();
        return new MeasureSpec(
                tags,
                ConditionCompiler.isText(input) ? "" : input.unit(),
                condition.text(),
                "condition",
                slots -> new ConditionMeasure(slots, condition));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        truth = judge(condition, slots, now);
    }

    /** Unknown while one of its inputs is missing, stale or not good. */
    static Truth judge(Condition condition, Slot[] slots, long now) {
        return judgeable(condition, slots, now) ? condition.evaluate(name -> Slot.find(slots, name)) : Truth.UNKNOWN;
    }

    static boolean judgeable(Condition condition, Slot[] slots, long now) {
        for (Slot slot : slots) {
            if (condition.reads(slot.tag) && (!slot.known() || now > slot.freshUntil())) {
                return false;
            }
        }
        return true;
    }

    @Override
    double at(long now) {
        if (truth == Truth.UNKNOWN || now > freshUntil()) {
            return Double.NaN;
        }
        return truth == Truth.TRUE ? 1 : 0;
    }

    @Override
    long freshUntil() {
        long until = NO_TIME;
        for (Slot slot : slots) {
            until = condition.reads(slot.tag) ? Math.min(until, slot.freshUntil()) : until;
        }
        return until;
    }

    @Override
    double shown(double value) {
        return slots[0].known() && !ConditionCompiler.isText(slots[0].tag) ? slots[0].number() : Double.NaN;
    }

    @Override
    double shownPeak(double peak) {
        return Double.NaN;
    }

    @Override
    double limit(double limit) {
        return Double.NaN;
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeByte(truth.ordinal());
    }

    @Override
    void read(DataInput in) throws IOException {
        truth = Truth.values()[in.readByte()];
    }

    @Override
    int bytes() {
        return 40;
    }
}
