package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;

/**
 * What a counter has counted since the service was last done. A course of 64 points is kept, ever further apart, so that
 * a service told late counts from when it was done.
 */
final class MeterMeasure extends Measure {
    private static final int POINTS = 64;
    private static final long CLOSEST = 60_000_000;

    private final Slot input;
    private final double modulus;
    private final double factor;
    private final double startAt;

    private boolean begun;
    private double reference;
    /** Counted since the rule began, in the input's unit. */
    private double sum;

    private long lastTime = Slot.NEVER;
    private double anchor;
    private long completedAt = Slot.NEVER;
    private final long[] times = new long[POINTS];
    private final double[] sums = new double[POINTS];
    private int points;
    private long spacing = CLOSEST;

    private MeterMeasure(Slot input, double modulus, double factor, double startAt) {
        this.input = input;
        this.modulus = modulus;
        this.factor = factor;
        this.startAt = startAt;
    }

    /**
     * @param modulus range of the counter in the input's unit; 0 when not known
     * @param factor from the input's unit to {@code unit}
     * @param startAt what the meter had when the rule was put in, in {@code unit}
     */
    static MeasureSpec spec(Tag input, String unit, String about, double modulus, double factor, double startAt) {
        return new MeasureSpec(
                List.of(input), unit, about, "meter", slots -> new MeterMeasure(slots[0], modulus, factor, startAt));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        if (!input.known()) {
            return;
        }
        double value = input.number();
        if (begun) {
            sum += Counting.delta(reference, value, modulus);
            reference = Counting.reference(reference, value, modulus);
        } else {
            begun = true;
            reference = value;
        }
        lastTime = input.time;
        if (points == 0 || lastTime - times[points - 1] >= spacing) {
            remember();
        }
    }

    private void remember() {
        if (points == POINTS) {
            points = POINTS / 2;
            spacing *= 2;
            for (int i = 0; i < points; i++) {
                times[i] = times[2 * i];
                sums[i] = sums[2 * i];
            }
        }
        times[points] = lastTime;
        sums[points] = sum;
        points++;
    }

    @Override
    double at(long now) {
        return begun ? (completedAt == Slot.NEVER ? startAt : 0) + (sum - anchor) * factor : Double.NaN;
    }

    @Override
    boolean completed(long time) {
        if (!begun || (completedAt != Slot.NEVER && time <= completedAt)) {
            return false;
        }
        completedAt = time;
        anchor = sumAt(time);
        return true;
    }

    private double sumAt(long time) {
        if (time >= lastTime) {
            return sum;
        }
        long laterTime = lastTime;
        double laterSum = sum;
        for (int i = points - 1; i >= 0; i--) {
            if (times[i] <= time) {
                double part = laterTime == times[i] ? 0 : (double) (time - times[i]) / (laterTime - times[i]);
                return sums[i] + part * (laterSum - sums[i]);
            }
            laterTime = times[i];
            laterSum = sums[i];
        }
        return points == 0 ? sum : sums[0];
    }

    @Override
    void tell(Map<String, String> inputs) {
        inputs.put(
                AlarmEvent.METER,
                completedAt == Slot.NEVER ? "no service told yet" : "last service " + Micros.iso(completedAt));
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeBoolean(begun);
        out.writeDouble(reference);
        out.writeDouble(sum);
        out.writeLong(lastTime);
        out.writeDouble(anchor);
        out.writeLong(completedAt);
        out.writeLong(spacing);
        out.writeByte(points);
        for (int i = 0; i < points; i++) {
            out.writeLong(times[i]);
            out.writeDouble(sums[i]);
        }
    }

    @Override
    void read(DataInput in) throws IOException {
        begun = in.readBoolean();
        reference = in.readDouble();
        sum = in.readDouble();
        lastTime = in.readLong();
        anchor = in.readDouble();
        completedAt = in.readLong();
        spacing = in.readLong();
        points = in.readByte();
        for (int i = 0; i < points; i++) {
            times[i] = in.readLong();
            sums[i] = in.readDouble();
        }
    }

    @Override
    int bytes() {
        return 120 + POINTS * 16;
    }
}
