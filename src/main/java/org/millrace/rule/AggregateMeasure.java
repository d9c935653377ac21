package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.millrace.plant.Tag;

/**
 * One number for a window. Average and standard deviation weigh by time: a value counts until the next one, or until it
 * is stale. Minimum and maximum include the value held when the window began. All four need to know at least half of the
 * window. Sum and count are of samples, and need a whole window to have passed since the first sample.
 */
final class AggregateMeasure extends Measure {
    private static final int WEIGHT = 0;
    private static final int SUM = 1; // of value less shift, by weight
    private static final int SQUARES = 2;
    private static final int SAMPLES = 3;
    private static final int TOTAL = 4; // of the samples
    private static final int LOWEST = 5;
    private static final int HIGHEST = 6;
    private static final int SEEN = 7; // whether lowest and highest mean anything
    private static final int WIDTH = 8;

    private final Slot input;
    private final RuleFile.Function function;
    private final long over;
    private final int steps;
    private final Buckets buckets;
    private long first = Slot.NEVER;
    private long lastTime = Slot.NEVER;
    private boolean holds;
    private double held;
    private double shift;

    private AggregateMeasure(Slot input, RuleFile.Function function, long over, RuleFile.Window window) {
        this.input = input;
        this.function = function;
        this.over = over;
        boolean sliding = window == RuleFile.Window.SLIDING;
        this.steps = sliding ? Buckets.STEPS : 1;
        this.buckets = sliding ? Buckets.sliding(over, WIDTH) : new Buckets(over, WIDTH);
    }

    static MeasureSpec spec(
            Tag input, String unit, String about, RuleFile.Function function, long over, RuleFile.Window window) {
        return new MeasureSpec(
                List.of(input),
                unit,
                about,
                "aggregate " + window + " " + over,
                slots -> new AggregateMeasure(slots[0], function, over, window));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        long time = input.time;
        if (holds) {
            hold(lastTime, Math.min(time, freshBefore));
        }
        lastTime = time;
        holds = input.known();
        if (!holds) {
            return;
        }
        held = input.number();
        if (first == Slot.NEVER) {
            first = time;
            shift = held;
        }
        int at = buckets.open(buckets.number(time));
        if (at >= 0) {
            double[] data = buckets.data();
            data[at + SAMPLES]++;
            data[at + TOTAL] += held;
            extremes(at);
        }
    }

    /** The held value counts for the time from one moment to another. */
    private void hold(long from, long to) {
        long oldest = Math.max(from, to - over - 2 * buckets.step);
        for (long number = buckets.number(oldest); number * buckets.step < to; number++) {
            double weight = weight(number, oldest, to);
            int at = weight > 0 ? buckets.open(number) : -1;
            if (at >= 0) {
                double[] data = buckets.data();
                double off = held - shift;
                data[at + WEIGHT] += weight;
                data[at + SUM] += weight * off;
                data[at + SQUARES] += weight * off * off;
                extremes(at);
            }
        }
    }

    private double weight(long number, long from, long to) {
        return Math.min(to, (number + 1) * buckets.step) - Math.max(from, number * buckets.step);
    }

    private void extremes(int at) {
        double[] data = buckets.data();
        boolean seen = data[at + SEEN] > 0;
        data[at + LOWEST] = seen ? Math.min(data[at + LOWEST], held) : held;
        data[at + HIGHEST] = seen ? Math.max(data[at + HIGHEST], held) : held;
        data[at + SEEN] = 1;
    }

    @Override
    double at(long now) {
        if (first == Slot.NEVER) {
            return Double.NaN;
        }
        long last = steps == 1 ? buckets.number(now) - 1 : buckets.number(now);
        long begin = (last - steps + 1) * buckets.step;
        long end = Math.min(now, (last + 1) * buckets.step);
        double weight = 0;
        double sum = 0;
        double squares = 0;
        double samples = 0;
        double total = 0;
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        double[] data = buckets.data();
        for (long number = last - steps + 1; number <= last; number++) {
            int at = buckets.find(number);
            if (at < 0) {
                continue;
            }
            weight += data[at + WEIGHT];
            sum += data[at + SUM];
            squares += data[at + SQUARES];
            samples += data[at + SAMPLES];
            total += data[at + TOTAL];
            if (data[at + SEEN] > 0) {
                lowest = Math.min(lowest, data[at + LOWEST]);
                highest = Math.max(highest, data[at + HIGHEST]);
            }
        }
        double tail = holds ? Math.min(end, input.freshUntil()) - Math.max(lastTime, begin) : 0;
        if (tail > 0) {
            double off = held - shift;
            weight += tail;
            sum += tail * off;
            squares += tail * off * off;
            lowest = Math.min(lowest, held);
            highest = Math.max(highest, held);
        }
        return switch (function) {
            case COUNT -> first > begin ? Double.NaN : samples;
            case SUM -> first > begin ? Double.NaN : orNan(total);
            case MIN -> weight * 2 < over ? Double.NaN : orNan(lowest);
            case MAX -> weight * 2 < over ? Double.NaN : orNan(highest);
            case AVG -> weight * 2 < over ? Double.NaN : orNan(shift + sum / weight);
            case STDDEV ->
                weight * 2 < over
                        ? Double.NaN
                        : orNan(Math.sqrt(Math.max(0, squares / weight - sum / weight * (sum / weight))));
        };
    }

    @Override
    long nextChange(long now) {
        if (lastTime == Slot.NEVER) {
            return NO_TIME;
        }
        long next = (buckets.number(now) + 1) * buckets.step;
        long settled = lastTime + 2 * over + 2 * buckets.step; // the window holds nothing but the held value
        if (next <= settled) {
            return next;
        }
        long lapse = holds ? input.freshUntil() : NO_TIME;
        if (lapse == NO_TIME || next > lapse + 2 * over + 2 * buckets.step) {
            return NO_TIME;
        }
        return Math.max(next, (buckets.number(lapse) + 1) * buckets.step);
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeLong(first);
        out.writeLong(lastTime);
        out.writeBoolean(holds);
        out.writeDouble(held);
        out.writeDouble(shift);
        buckets.write(out);
    }

    @Override
    void read(DataInput in) throws IOException {
        first = in.readLong();
        lastTime = in.readLong();
        holds = in.readBoolean();
        held = in.readDouble();
        shift = in.readDouble();
        buckets.read(in);
    }

    @Override
    int bytes() {
        return 96 + buckets.bytes();
    }
}
