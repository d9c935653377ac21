package org.millrace.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.journal.Journal;
import org.millrace.plant.Tag;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;

/**
 * The newest value of every tag, and a short tail of numbers for sparklines; fed in journal order by the rule loop, so a
 * value shown here is durable.
 */
public final class LiveView {
    private static final int TAIL = 60;

    /**
     * @param sample newest by source time
     * @param hubTime µs when the hub received it
     * @param change rises with every update of any tag: ask for what changed since
     */
    public record Live(Sample sample, long hubTime, long change) {}

    private static final class Slot {
        private Live live;
        private final double[] tail = new double[TAIL];
        private int written;

        Slot(Live live) {
            this.live = live;
        }
    }

    private final Map<Integer, Slot> slots = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** Takes one journal entry; ticks and commands change nothing. */
    public void observe(Journal.Entry entry) {
        if (entry instanceof Journal.Entry.Samples samples) {
            SampleBatch batch = samples.batch();
            if (samples.source().equals(Tag.STALE)) {
                stale(batch);
                return;
            }
            for (int i = 0; i < batch.size(); i++) {
                put(batch.sample(i), samples.hubTime(), batch.number(i));
            }
        }
    }

    /** The value stays, with its own times; only that it still counts is no longer so. */
    private void stale(SampleBatch marks) {
        for (int i = 0; i < marks.size(); i++) {
            Slot slot = slots.get(marks.tag(i));
            if (slot == null) {
                continue;
            }
            synchronized (slot) {
                Sample last = slot.live.sample();
                if (last.time() < marks.time(i)) {
                    slot.live = new Live(
                            new Sample(last.tag(), last.time(), last.value(), marks.quality(i)),
                            slot.live.hubTime(),
                            changes.incrementAndGet());
                }
            }
        }
    }

    /** A value known from before the start (the historian's last). */
    public void seed(Sample sample, long hubTime) {
        put(sample, hubTime, Double.NaN);
    }

    private void put(Sample sample, long hubTime, double number) {
        Live live = new Live(sample, hubTime, changes.incrementAndGet());
        Slot slot = slots.computeIfAbsent(sample.tag(), tag -> new Slot(live));
        synchronized (slot) {
            if (sample.time() >= slot.live.sample().time()) {
                slot.live = live;
            }
            if (!Double.isNaN(number)) {
                slot.tail[slot.written++ % TAIL] = number;
            }
        }
    }

    public Optional<Live> last(int tag) {
        Slot slot = slots.get(tag);
        if (slot == null) {
            return Optional.empty();
        }
        synchronized (slot) {
            return Optional.of(slot.live);
        }
    }

    /** Up to 60 newest numbers, oldest first. */
    public List<Double> tail(int tag) {
        Slot slot = slots.get(tag);
        if (slot == null) {
            return List.of();
        }
        synchronized (slot) {
            int count = Math.min(slot.written, TAIL);
            List<Double> numbers = new ArrayList<>(count);
            for (int i = slot.written - count; i < slot.written; i++) {
                numbers.add(slot.tail[i % TAIL]);
            }
            return numbers;
        }
    }

    /** Tags whose newest value came after the given change. */
    public List<Integer> changedSince(long change) {
        List<Integer> changed = new ArrayList<>();
        slots.forEach((tag, slot) -> {
            synchronized (slot) {
                if (slot.live.change() > change) {
                    changed.add(tag);
                }
            }
        });
        return changed;
    }

    public long change() {
        return changes.get();
    }
}
