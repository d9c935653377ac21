package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.millrace.plant.Tag;

/**
 * How long the input has stayed within a span. Time in which it was bad or stale, or in which the hub did not run, does
 * not count: silence has its own alarm.
 */
final class FlatlineMeasure extends Measure {
    private final Slot input;
    private final long over;
    private final double band;
    private final double perUnit;
    private long start = Slot.NEVER;
    private double lowest;
    private double highest;
    /** When the input became unknown; NEVER while it is known. */
    private long unknownFrom = Slot.NEVER;

    private FlatlineMeasure(Slot input, long over, double band, double perUnit) {
        this.input = input;
        this.over = over;
        this.band = band;
        this.perUnit = perUnit;
    }

    static MeasureSpec spec(Tag input, TimeUnit unit, String about, long over, double band) {
        return new MeasureSpec(
                List.of(input),
                unit.code(),
                about,
                "flatline",
                slots -> new FlatlineMeasure(slots[0], over, band, unit.micros()));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        long time = input.time;
        if (!input.known()) {
            unknownFrom = unknownFrom == Slot.NEVER ? Math.min(time, freshBefore) : unknownFrom;
            return;
        }
        double value = input.number();
        if (start != Slot.NEVER) {
            long lapsed = unknownFrom != Slot.NEVER ? unknownFrom : Math.min(time, freshBefore);
            start += time - Math.max(start, lapsed);
        }
        unknownFrom = Slot.NEVER;
        double low = Math.min(lowest, value);
        double high = Math.max(highest, value);
        if (start == Slot.NEVER || high - low > band) {
            start = time;
            lowest = value;
            highest = value;
        } else {
            lowest = low;
            highest = high;
        }
    }

    @Override
    double at(long now) {
        if (start == Slot.NEVER || !input.known()) {
            return Double.NaN;
        }
        return Math.max(0, Math.min(now, input.freshUntil()) - start) / perUnit;
    }

    @Override
    long nextChange(long now) {
        if (start == Slot.NEVER || !input.known()) {
            return NO_TIME;
        }
        long flat = start + over;
        return flat > now && flat <= input.freshUntil() ? flat : NO_TIME;
    }

    @Override
    boolean pause(long micros) {
        if (start == Slot.NEVER) {
            return false;
        }
        start += micros;
        return true;
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeLong(start);
        out.writeDouble(lowest);
        out.writeDouble(highest);
        out.writeLong(unknownFrom);
    }

    @Override
    void read(DataInput in) throws IOException {
        start = in.readLong();
        lowest = in.readDouble();
        highest = in.readDouble();
        unknownFrom = in.readLong();
    }

    @Override
    int bytes() {
        return 80;
    }
}
