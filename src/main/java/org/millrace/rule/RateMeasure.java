package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.millrace.plant.Tag;

/** How fast the input changes: from the first value of the window to the last, once half of it has been seen. */
final class RateMeasure extends Measure {
    private static final int TIME = 0;
    private static final int VALUE = 1;

    private final Slot input;
    private final long over;
    private final long per;
    private final Buckets firsts;
    private long lastTime = Slot.NEVER;
    private double lastValue;

    private RateMeasure(Slot input, long over, long per) {
        this.input = input;
        this.over = over;
        this.per = per;
        this.firsts = Buckets.sliding(over, 2);
    }

    static MeasureSpec spec(Tag input, String unit, String about, long over, long per) {
        return new MeasureSpec(
                List.of(input), unit, about, "rate " + over + " " + per, slots -> new RateMeasure(slots[0], over, per));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        if (!input.known()) {
            return;
        }
        lastTime = input.time;
        lastValue = input.number();
        long number = firsts.number(lastTime);
        if (firsts.find(number) < 0) {
            int at = firsts.open(number);
            firsts.data()[at + TIME] = lastTime;
            firsts.data()[at + VALUE] = lastValue;
        }
    }

    @Override
    double at(long now) {
        if (!input.known() || lastTime == Slot.NEVER) {
            return Double.NaN;
        }
        double[] data = firsts.data();
        long newest = firsts.number(lastTime);
        for (long number = newest - Buckets.STEPS; number <= newest; number++) {
            int at = firsts.find(number);
            if (at >= 0 && data[at + TIME] >= lastTime - over) {
                double span = lastTime - data[at + TIME];
                return span * 2 < over ? Double.NaN : orNan((lastValue - data[at + VALUE]) / span * per);
            }
        }
        return Double.NaN;
    }

    @Override
    long freshUntil() {
        return input.freshUntil();
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeLong(lastTime);
        out.writeDouble(lastValue);
        firsts.write(out);
    }

    @Override
    void read(DataInput in) throws IOException {
        lastTime = in.readLong();
        lastValue = in.readDouble();
        firsts.read(in);
    }

    @Override
    int bytes() {
        return 64 + firsts.bytes();
    }
}
