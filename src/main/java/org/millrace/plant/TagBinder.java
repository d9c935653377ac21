package org.millrace.plant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Reading;
import org.millrace.signal.SampleBatch;

/**
 * Turns readings into samples of tags: the hot path. Every reading is counted exactly once, see {@link Bound}.
 *
 * <ul>
 *   <li>No tag takes it: filtered {@code unmapped}, and remembered in the {@link UnmappedRegistry}.
 *   <li>Time: none → hub time; too far ahead → rejected {@code future-time}; before {@link TimePolicy#earliest} →
 *       rejected {@code ancient-time}.
 *   <li>Number: NaN and infinities are rejected {@code not-a-number}; text that is a number is read as one, other text
 *       (and flags) where a number is expected is rejected {@code wrong-type}; outside the range the value is kept with
 *       quality Bad_OutOfRange. A tag expects numbers when it has a unit, scale, range or deadband.
 *   <li>State: a code becomes its state's name; an unknown code is kept as text with quality Uncertain (rules then know
 *       that they do not know), unless the device itself called it worse.
 *   <li>Bad quality: the code is kept; the value is kept only if it is already in the tag's unit, never converted.
 *   <li>Deadband: a Good or Uncertain number within the deadband of the last kept one, of the same quality, newer than
 *       it and within {@link TimePolicy#deadbandMax} (or half of stale_after, or expect_every, if shorter), is filtered
 *       {@code deadband}. Late and repeated readings are never filtered.
 * </ul>
 *
 * <p>Thread-safe; batches of one source are bound one after the other, and should come in order.
 */
public final class TagBinder {
    private static final SampleBatch NO_SAMPLES = SampleBatch.empty();

    private final Map<String, Map<String, Map<String, TagSlot>>> sources = new HashMap<>();
    private final TimePolicy times;
    private final long aheadMicros;
    private final UnmappedRegistry unmapped;

    /** @param tagNumber the journal's number of a tag path; asked once per tag, here */
    public TagBinder(Plant plant, ToIntFunction<String> tagNumber, TimePolicy times) {
        this(plant, tagNumber, times, new UnmappedRegistry());
    }

    /** With the registry of the binder before, after a reload; what has become a tag leaves it. */
    public TagBinder(Plant plant, ToIntFunction<String> tagNumber, TimePolicy times, UnmappedRegistry unmapped) {
        this.times = times;
        this.aheadMicros = TagSlot.micros(times.ahead());
        this.unmapped = unmapped;
        for (Tag tag : plant.tags()) {
            Tag.Origin origin = tag.origin();
            TagSlot slot = new TagSlot(tag, tagNumber.applyAsInt(tag.path()), times.deadbandMax());
            TagSlot other = sources.computeIfAbsent(origin.source(), s -> new HashMap<>())
                    .computeIfAbsent(origin.device(), d -> new HashMap<>())
                    .putIfAbsent(origin.field(), slot);
            if (other != null) {
                throw new IllegalArgumentException(
                        other.tag().path() + " and " + tag.path() + " have the same origin " + origin);
            }
        }
        unmapped.removeIf(at -> slot(devices(at.source()), at.device(), at.field()) != null);
    }

    public UnmappedRegistry unmapped() {
        return unmapped;
    }

    /**
     * @param hubTime µs since the epoch, when the hub received the readings
     */
    public Bound bind(String source, long hubTime, List<Reading> readings) {
        Map<String, Map<String, TagSlot>> devices = devices(source);
        if (devices.isEmpty()) {
            readings.forEach(reading -> unmapped.add(source, reading, hubTime));
            return new Bound(
                    NO_SAMPLES, readings.isEmpty() ? Map.of() : Map.of("unmapped", (long) readings.size()), List.of());
        }
        Outcome outcome = new Outcome(readings.size());
        synchronized (devices) { // one source, one order: the deadband compares with the value before
            for (Reading reading : readings) {
                TagSlot slot = slot(devices, reading.device(), reading.field());
                if (slot == null) {
                    outcome.unmapped++;
                    unmapped.add(source, reading, hubTime);
                } else {
                    one(slot, reading, hubTime, outcome);
                }
            }
        }
        return outcome.bound();
    }

    /**
     * Says that a bound batch was not journalled: the next reading of every tag of the source is kept, however near it
     * is to the value that got lost. Without this a deadband would compare with a value that nobody has.
     */
    public void notAccepted(String source) {
        Map<String, Map<String, TagSlot>> devices = devices(source);
        if (devices.isEmpty()) {
            return;
        }
        synchronized (devices) {
            devices.values().forEach(fields -> fields.values().forEach(TagSlot::forget));
        }
    }

    private void one(TagSlot slot, Reading reading, long hubTime, Outcome outcome) {
        long time = reading.sourceTime();
        if (time == Reading.NO_TIME) {
            time = hubTime;
        } else if (time > hubTime + aheadMicros) {
            outcome.reject(reading, "future-time", slot.future(time, hubTime));
            return;
        } else if (time < times.earliest()) {
            outcome.reject(reading, "ancient-time", slot.ancient(time));
            return;
        }
        slot.take(reading, time, outcome);
    }

    private Map<String, Map<String, TagSlot>> devices(String source) {
        Map<String, Map<String, TagSlot>> devices = sources.get(source);
        return devices == null ? Map.of() : devices;
    }

    private static @Nullable TagSlot slot(Map<String, Map<String, TagSlot>> devices, String device, String field) {
        Map<String, TagSlot> fields = devices.get(device);
        return fields == null ? null : fields.get(field);
    }

    /** What has become of the readings so far. */
    static final class Outcome {
        private final SampleBatch.Builder samples;
        private final List<Bound.Rejected> rejected = new ArrayList<>(0);
        private long unmapped;
        private long deadband;

        Outcome(int expected) {
            samples = SampleBatch.builder(expected);
        }

        SampleBatch.Builder samples() {
            return samples;
        }

        void deadband() {
            deadband++;
        }

        void reject(Reading reading, String reason, String detail) {
            rejected.add(new Bound.Rejected(reading, reason, detail));
        }

        Bound bound() {
            Map<String, Long> filtered = new LinkedHashMap<>();
            if (unmapped > 0) {
                filtered.put("unmapped", unmapped);
            }
            if (deadband > 0) {
                filtered.put("deadband", deadband);
            }
            return new Bound(samples.build(), filtered, List.copyOf(rejected));
        }
    }
}
