package org.millrace.rule;

import java.util.List;
import java.util.function.Function;
import org.millrace.plant.Tag;

/** What a rule measures on one asset, checked: makes the {@link Measure} of its instance. Immutable. */
public final class MeasureSpec {
    private final List<Tag> tags;
    private final String unit;
    private final String about;
    private final String shape;
    private final Function<Slot[], Measure> start;

    /**
     * @param tags what it listens to; the first is the rule's input and leads its clock
     * @param unit UCUM unit of what it comes to
     * @param about for people, e.g. {@code rate over 10m}
     * @param shape state made for another one is of no use to this one; limits and delays are not part of it
     * @param start gets one slot for each of the tags
     */
    MeasureSpec(List<Tag> tags, String unit, String about, String shape, Function<Slot[], Measure> start) {
        this.tags = List.copyOf(tags);
        this.unit = unit;
        this.about = about;
        this.shape = shape;
        this.start = start;
    }

    public List<Tag> tags() {
        return tags;
    }

    public String unit() {
        return unit;
    }

    /** For people: what was compared with the limit. */
    public String about() {
        return about;
    }

    String shape() {
        return shape;
    }

    /** @param slots one for each of {@link #tags()} */
    Measure start(Slot[] slots) {
        return start.apply(slots);
    }
}
