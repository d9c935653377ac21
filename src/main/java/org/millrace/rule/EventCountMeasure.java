package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.millrace.plant.Tag;

/**
 * How often a condition has become true within the window. Unknown holds what was last known, so that a failing sensor
 * is no event; the number of times kept is fixed, more are counted as that many.
 */
final class EventCountMeasure extends Measure {
    /** More within one window are too many to act on one by one. */
    static final int MOST = 200;

    private final Slot[] slots;
    private final Condition condition;
    private final long over;
    private final long[] times;
    private int next;
    private int kept;
    private Truth last = Truth.UNKNOWN;

    private EventCountMeasure(Slot[] slots, Condition condition, long over, int count) {
        this.slots = slots;
        this.condition = condition;
        this.over = over;
        this.times = new long[Math.max(8, 2 * count)];
    }

    static MeasureSpec spec(List<Tag> tags, String about, Condition condition, long over, int count) {
        return new MeasureSpec(
                tags,
                "",
                about,
                "events " + count + " " + condition.text(),
                slots -> new EventCountMeasure(slots, condition, over, count));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        Truth truth = ConditionMeasure.judge(condition, slots, now);
        if (truth == Truth.UNKNOWN) {
            return;
        }
        if (truth == Truth.TRUE && last == Truth.FALSE) {
            times[next] = now;
            next = (next + 1) % times.length;
            kept = Math.min(times.length, kept + 1);
        }
        last = truth;
    }

    @Override
    double at(long now) {
        if (last == Truth.UNKNOWN) {
            return Double.NaN;
        }
        int count = 0;
        for (int i = 0; i < kept; i++) {
            count += times[i] > now - over ? 1 : 0;
        }
        return count;
    }

    @Override
    long nextChange(long now) {
        long soonest = NO_TIME;
        for (int i = 0; i < kept; i++) {
            soonest = times[i] > now - over ? Math.min(soonest, times[i] + over) : soonest;
        }
        return soonest;
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeByte(last.ordinal());
        out.writeInt(kept);
        for (int i = 0; i < kept; i++) { // oldest first
            out.writeLong(times[Math.floorMod(next - kept + i, times.length)]);
        }
    }

    @Override
    void read(DataInput in) throws IOException {
        last = Truth.values()[in.readByte()];
        kept = in.readInt();
        if (kept < 0 || kept > times.length) {
            throw new IOException(kept + " times");
        }
        for (int i = 0; i < kept; i++) {
            times[i] = in.readLong();
        }
        next = kept % times.length;
    }

    @Override
    int bytes() {
        return 72 + 8 * times.length;
    }
}
