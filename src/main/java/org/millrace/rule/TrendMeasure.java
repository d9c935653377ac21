package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.millrace.plant.Tag;

/**
 * Time until the input meets a limit, by a line through the means of the window's steps. Infinite while there is no
 * significant slope towards the limit: known, and nothing to say. Not known before ten steps and half of the window
 * have been seen.
 */
final class TrendMeasure extends Measure {
    private static final int COUNT = 0;
    private static final int TIMES = 1; // seconds after the bucket's begin
    private static final int VALUES = 2;
    private static final int LEAST_POINTS = 10;
    private static final double SECOND = 1e6;

    /**
     * @param limit in the input's unit
     * @param outside one less the confidence
     */
    record Aim(double limit, boolean low, double outside, long over) {}

    private final Slot input;
    private final Aim aim;
    private final TimeUnit unit;
    private final Buckets buckets;
    private final double[] x = new double[Buckets.STEPS];
    private final double[] y = new double[Buckets.STEPS];
    private long lastTime = Slot.NEVER;
    private double earliest = Double.POSITIVE_INFINITY;
    private double latest = Double.POSITIVE_INFINITY;
    private double perDay;

    private TrendMeasure(Slot input, Aim aim, TimeUnit unit) {
        this.input = input;
        this.aim = aim;
        this.unit = unit;
        this.buckets = Buckets.sliding(aim.over(), 3);
    }

    static MeasureSpec spec(Tag input, TimeUnit unit, String about, Aim aim) {
        return new MeasureSpec(
                List.of(input),
                unit.code(),
                about,
                "trend " + aim.over(),
                slots -> new TrendMeasure(slots[0], aim, unit));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        if (!input.known()) {
            return;
        }
        lastTime = input.time;
        long number = buckets.number(lastTime);
        int at = buckets.open(number);
        if (at >= 0) {
            double[] data = buckets.data();
            data[at + COUNT]++;
            data[at + TIMES] += (lastTime - number * buckets.step) / SECOND;
            data[at + VALUES] += input.number();
        }
    }

    @Override
    double at(long now) {
        if (!input.known() || lastTime == Slot.NEVER) {
            return Double.NaN;
        }
        int n = points();
        if (n < LEAST_POINTS || (x[n - 1] - x[0]) * SECOND * 2 < aim.over()) {
            return Double.NaN;
        }
        LineFit line = new LineFit(x, y, n);
        boolean towards = aim.low() ? line.slope() < 0 : line.slope() > 0;
        boolean says = towards && line.significant(aim.outside());
        perDay = says ? line.slope() * TimeUnit.DAY.micros() / SECOND : 0;
        if (!says) {
            earliest = Double.POSITIVE_INFINITY;
            latest = Double.POSITIVE_INFINITY;
            return Double.POSITIVE_INFINITY;
        }
        LineFit.Crossing crossing = line.crossing(aim.limit(), aim.outside());
        earliest = crossing.earliest() * SECOND / unit.micros();
        latest = crossing.latest() * SECOND / unit.micros();
        return crossing.expected() * SECOND / unit.micros();
    }

    /** The means of the steps, in seconds before and after the newest step's begin. */
    private int points() {
        double[] data = buckets.data();
        long newest = buckets.number(lastTime);
        int n = 0;
        for (long number = newest - Buckets.STEPS + 1; number <= newest; number++) {
            int at = buckets.find(number);
            if (at >= 0 && data[at + COUNT] > 0) {
                x[n] = (number - newest) * (buckets.step / SECOND) + data[at + TIMES] / data[at + COUNT];
                y[n] = data[at + VALUES] / data[at + COUNT];
                n++;
            }
        }
        return n;
    }

    @Override
    long freshUntil() {
        return input.freshUntil();
    }

    @Override
    void tell(Map<String, String> inputs) {
        if (Double.isFinite(earliest)) {
            inputs.put(
                    "forecast",
                    "meets " + number(aim.limit()) + " " + input.tag.unit() + " in " + number(earliest)
                            + (Double.isFinite(latest) ? " to " + number(latest) : " or more") + " " + unit.code()
                            + " (" + number((1 - aim.outside()) * 100) + " %), slope " + number(perDay) + " "
                            + input.tag.unit() + "/d");
        }
    }

    static String number(double value) {
        return java.math.BigDecimal.valueOf(value)
                .round(new java.math.MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeLong(lastTime);
        out.writeDouble(earliest);
        out.writeDouble(latest);
        out.writeDouble(perDay);
        buckets.write(out);
    }

    @Override
    void read(DataInput in) throws IOException {
        lastTime = in.readLong();
        earliest = in.readDouble();
        latest = in.readDouble();
        perDay = in.readDouble();
        buckets.read(in);
    }

    @Override
    int bytes() {
        return 1_100 + buckets.bytes();
    }
}
