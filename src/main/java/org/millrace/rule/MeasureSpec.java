package org.millrace.rule;

import java.util.List;
import org.millrace.plant.Tag;

/** What a rule measures on one asset, checked: makes the {@link Measure} of its instance. Immutable. */
public abstract class MeasureSpec {
    private final List<Tag> tags;
    private final String unit;
    private final String about;

    /**
     * @param tags what it listens to; the first is the rule's input and leads its clock
     * @param unit UCUM unit of what it comes to
     * @param about for people, e.g. {@code rate over 10m}
     */
    MeasureSpec(List<Tag> tags, String unit, String about) {
        this.tags = List.copyOf(tags);
        this.unit = unit;
        this.about = about;
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

    /** State made for another shape is of no use to this one; limits and delays are not part of it. */
    abstract String shape();

    /** @param slots one for each of {@link #tags()} */
    abstract Measure start(Slot[] slots);
}
