package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millrace.plant.Tag;

/** How far the input is from its set point, in its own unit or in percent of the set point. Keeps nothing. */
final class DeviationMeasure extends Measure {
    private final Slot input;
    private final @Nullable Slot setPoint;
    private final double constant;
    private final boolean percent;

    private DeviationMeasure(Slot input, @Nullable Slot setPoint, double constant, boolean percent) {
        this.input = input;
        this.setPoint = setPoint;
        this.constant = constant;
        this.percent = percent;
    }

    /** @param constant the set point in the input's unit, when it is no tag */
    static MeasureSpec spec(List<Tag> inputAndSetPoint, String about, double constant, boolean percent) {
        Tag input = inputAndSetPoint.getFirst();
        return new MeasureSpec(
                inputAndSetPoint,
                percent ? "%" : input.unit(),
                about,
                "deviation",
                slots -> new DeviationMeasure(slots[0], slots.length > 1 ? slots[1] : null, constant, percent));
    }

    @Override
    void sample(int place, long now, long freshBefore) {}

    @Override
    double at(long now) {
        boolean known = input.known() && now <= input.freshUntil();
        if (!known || setPoint != null && (!setPoint.known() || now > setPoint.freshUntil())) {
            return Double.NaN;
        }
        double wanted = setPoint == null ? constant : setPoint.number();
        double off = input.number() - wanted;
        return orNan(percent ? off / Math.abs(wanted) * 100 : off);
    }

    @Override
    long freshUntil() {
        return setPoint == null ? input.freshUntil() : Math.min(input.freshUntil(), setPoint.freshUntil());
    }

    @Override
    void tell(Map<String, String> inputs) {
        if (setPoint == null) {
            inputs.put("set point", Double.toString(constant) + " " + input.tag.unit());
        }
    }

    @Override
    void write(DataOutput out) {}

    @Override
    void read(DataInput in) {}

    @Override
    int bytes() {
        return 48;
    }
}
