package org.millrace.plant;

import java.time.Duration;
import java.util.Map;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** One tag in the hot path: its coefficients, and the value last kept. Guarded by its source's lock. */
final class TagSlot {
    private final Tag tag;
    private final int number;
    private final boolean numeric;
    private final boolean identity;
    private final double factor;
    private final double offset;
    private final double low;
    private final double high;
    private final double deadband;
    private final Map<String, String> states;
    private final long keepAfter;

    private boolean kept;
    private double keptValue;
    private long keptTime;
    private int keptQuality;

    TagSlot(Tag tag, int number, Duration deadbandMax) {
        this.tag = tag;
        this.number = number;
        this.factor = tag.factor();
        this.offset = tag.offset();
        this.identity = factor == 1 && offset == 0;
        this.low = tag.low();
        this.high = tag.high();
        this.deadband = tag.deadband();
        this.states = Map.copyOf(tag.states());
        this.numeric = tag.isNumeric();
        long max = micros(deadbandMax);
        long stale = tag.staleAfter().map(d -> micros(d) / 2).orElse(max);
        long expected = tag.expectEvery().map(TagSlot::micros).orElse(max);
        this.keepAfter = Math.min(max, Math.min(stale, expected));
    }

    Tag tag() {
        return tag;
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    void forget() {
        kept = false;
    }

    void take(Reading reading, long time, TagBinder.Outcome outcome) {
        int quality = reading.quality();
        if (Quality.isBad(quality)) {
            bad(reading.value(), time, quality, outcome.samples());
        } else if (reading.value() instanceof Value.None) {
            outcome.samples().add(number, time, Value.NONE, quality);
        } else if (numeric) {
            number(reading, time, quality, outcome);
        } else if (!states.isEmpty()) {
            state(reading, time, quality, outcome);
        } else if (reading.value() instanceof Value.Real real && !Double.isFinite(real.value())) {
            outcome.reject(reading, "not-a-number", describe(reading));
        } else {
            outcome.samples().add(number, time, reading.value(), quality);
        }
    }

    /** Never converted: what a device disowns must not look like a value of the tag. */
    private void bad(Value value, long time, int quality, SampleBatch.Builder samples) {
        boolean keep = switch (value) {
            case Value.Real real -> states.isEmpty() && identity && Double.isFinite(real.value());
            case Value.Whole whole -> states.isEmpty() && identity;
            case Value.Flag flag -> states.isEmpty() && !numeric;
            case Value.Text text -> states.isEmpty() && !numeric;
            case Value.None none -> false;
        };
        samples.add(number, time, keep ? value : Value.NONE, quality);
    }

    private void number(Reading reading, long time, int quality, TagBinder.Outcome outcome) {
        switch (reading.value()) {
            case Value.Real real -> real(reading, real.value(), time, quality, outcome);
            case Value.Whole whole -> counted(reading, whole.value(), time, quality, outcome);
            case Value.Text text -> written(reading, text.value(), time, quality, outcome);
            case Value.Flag flag -> outcome.reject(reading, "wrong-type", describe(reading));
            case Value.None none -> outcome.samples().add(number, time, none, quality);
        }
    }

    private void counted(Reading reading, long value, long time, int quality, TagBinder.Outcome outcome) {
        if (identity) {
            whole(value, time, quality, outcome);
        } else {
            real(reading, (double) value, time, quality, outcome);
        }
    }

    /** Many gateways send numbers as text. */
    private void written(Reading reading, String text, long time, int quality, TagBinder.Outcome outcome) {
        if (Numbers.isWhole(text)) {
            counted(reading, Long.parseLong(text.strip()), time, quality, outcome);
        } else if (Numbers.isDecimal(text)) {
            real(reading, Double.parseDouble(text), time, quality, outcome);
        } else {
            String reason = Numbers.isNotANumber(text) ? "not-a-number" : "wrong-type";
            outcome.reject(reading, reason, describe(reading));
        }
    }

    private void real(Reading reading, double raw, long time, int quality, TagBinder.Outcome outcome) {
        double value = identity ? raw : Numbers.convert(raw, factor, offset);
        if (!Double.isFinite(value)) {
            outcome.reject(reading, "not-a-number", describe(reading));
            return;
        }
        int judged = value < low || value > high ? Quality.BAD_OUT_OF_RANGE : quality;
        if (quiet(value, time, judged)) {
            outcome.deadband();
        } else {
            outcome.samples().addReal(number, time, value, judged);
        }
    }

    /** Counters and registers stay exact to 64 bits. */
    private void whole(long value, long time, int quality, TagBinder.Outcome outcome) {
        int judged = value < low || value > high ? Quality.BAD_OUT_OF_RANGE : quality;
        if (quiet((double) value, time, judged)) {
            outcome.deadband();
        } else {
            outcome.samples().addBits(number, time, SampleBatch.Kind.WHOLE, value, judged);
        }
    }

    /** True when the value says nothing new; else it is the one that later ones are compared with. */
    private boolean quiet(double value, long time, int quality) {
        if (deadband <= 0) {
            return false;
        }
        boolean newer = !kept || time > keptTime;
        if (kept
                && newer
                && quality == keptQuality
                && time - keptTime < keepAfter
                && Math.abs(value - keptValue) <= deadband) {
            return true;
        }
        if (newer) {
            kept = true;
            keptValue = value;
            keptTime = time;
            keptQuality = quality;
        }
        return false;
    }

    private void state(Reading reading, long time, int quality, TagBinder.Outcome outcome) {
        String code = switch (reading.value()) {
            case Value.Whole whole -> Long.toString(whole.value());
            case Value.Real real -> Numbers.code(real.value());
            case Value.Flag flag -> flagCode(flag.value());
            case Value.Text text -> text.value().strip();
            case Value.None none -> "";
        };
        if (code.isEmpty() && !(reading.value() instanceof Value.Text)) {
            outcome.reject(reading, "not-a-number", describe(reading));
            return;
        }
        String state = states.get(code);
        if (state == null && states.containsValue(code)) {
            state = code; // the device already speaks in states
        }
        int judged = state == null && Quality.isGood(quality) ? Quality.UNCERTAIN : quality;
        outcome.samples().addText(number, time, state == null ? code : state, judged);
    }

    private String flagCode(boolean value) {
        String word = Boolean.toString(value);
        return states.containsKey(word) ? word : value ? "1" : "0";
    }

    String future(long time, long hubTime) {
        return tag.path() + ": the device's clock says " + Micros.iso(time) + ", the hub's " + Micros.iso(hubTime)
                + "; set the device's clock";
    }

    String ancient(long time) {
        return tag.path() + ": the device's clock says " + Micros.iso(time) + "; set it, or send no time";
    }

    private String describe(Reading reading) {
        String value = UnmappedRegistry.text(reading.value());
        String wanted = tag.unit().isEmpty() ? "a number" : "a number in " + tag.unit();
        return tag.path() + ": expected " + (states.isEmpty() ? wanted : "a state's code") + ", got " + value;
    }
}
