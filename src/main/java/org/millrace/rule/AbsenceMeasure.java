package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.millrace.plant.Tag;

/**
 * How long there has been no good value. It begins with the rule, so that a tag which never had a value is told too;
 * time in which the hub did not run does not count.
 */
final class AbsenceMeasure extends Measure {
    private final Slot input;
    private final long after;
    private final double perUnit;
    private long lastGood = Slot.NEVER;

    private AbsenceMeasure(Slot input, long after, double perUnit) {
        this.input = input;
        this.after = after;
        this.perUnit = perUnit;
    }

    /** @param unit of time, of {@code perUnit} µs */
    static MeasureSpec spec(Tag input, TimeUnit unit, String about, long after) {
        return new MeasureSpec(
                List.of(input),
                unit.code(),
                about,
                "absence",
                slots -> new AbsenceMeasure(slots[0], after, unit.micros()));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        if (input.known()) {
            lastGood = input.time;
        } else if (lastGood == Slot.NEVER) {
            lastGood = now;
        }
    }

    @Override
    double at(long now) {
        return lastGood == Slot.NEVER ? Double.NaN : Math.max(0, now - lastGood) / perUnit;
    }

    @Override
    long nextChange(long now) {
        return lastGood != Slot.NEVER && lastGood + after > now ? lastGood + after : NO_TIME;
    }

    @Override
    boolean waitsForTime() {
        return lastGood == Slot.NEVER;
    }

    @Override
    void begin(long now) {
        lastGood = now;
    }

    @Override
    boolean pause(long micros) {
        if (lastGood == Slot.NEVER) {
            return false;
        }
        lastGood += micros;
        return true;
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeLong(lastGood);
    }

    @Override
    void read(DataInput in) throws IOException {
        lastGood = in.readLong();
    }

    @Override
    int bytes() {
        return 40;
    }
}
