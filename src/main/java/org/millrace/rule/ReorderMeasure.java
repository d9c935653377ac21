package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.plant.Tag;

/**
 * How far the stock is above its reorder point: the fixed one, or what will be used until a delivery can be there,
 * whichever is more. People see stock and reorder point.
 */
final class ReorderMeasure extends Measure {
    private static final int USED = 0;
    private static final int TIME = 1;

    /** How much of the window must have been seen before a consumption is believed. */
    private static final double ENOUGH = 0.25;

    /**
     * All amounts in the unit of the capacity.
     *
     * @param perInput amount of one unit of the input
     * @param over µs in which the consumption is measured; 0 = no prediction
     * @param cover µs that the stock must last: lead time and safety
     */
    record Plan(double perInput, double capacity, double reorderAt, double ignoreRise, long over, long cover) {}

    /** What to buy. The quantity is a condition over {@code capacity}, {@code stock} and {@code reorder_at}. */
    record Purchase(String material, Condition quantity, BigDecimal roundTo, String unit) {
        String of(double capacity, double stock, double reorderAt) {
            double wanted = quantity.number(name -> Optional.of(
                    switch (name) {
                        case "capacity" -> capacity;
                        case "stock" -> stock;
                        default -> reorderAt;
                    }));
            if (!Double.isFinite(wanted) || wanted <= 0) {
                return "0 " + unit + " of " + material;
            }
            BigDecimal lots = BigDecimal.valueOf(wanted).round(MathContext.DECIMAL64);
            if (roundTo.signum() > 0) {
                lots = lots.divide(roundTo, 0, RoundingMode.FLOOR).multiply(roundTo);
            }
            return lots.stripTrailingZeros().toPlainString() + " " + unit + " of " + material;
        }
    }

    private final Slot input;
    private final Plan plan;
    private final Optional<Purchase> purchase;
    private final String unit;
    private final Buckets buckets;
    private boolean holds;
    private long lastTime;
    private double stock = Double.NaN;
    private double point = Double.NaN;
    private double perDay = Double.NaN;

    private ReorderMeasure(Slot input, Plan plan, Optional<Purchase> purchase, String unit) {
        this.input = input;
        this.plan = plan;
        this.purchase = purchase;
        this.unit = unit;
        this.buckets = Buckets.sliding(Math.max(1, plan.over()), 2);
    }

    static MeasureSpec spec(Tag input, String unit, String about, Plan plan, Optional<Purchase> purchase) {
        return new MeasureSpec(
                List.of(input),
                unit,
                about,
                "reorder " + plan.over() + " " + plan.perInput(),
                slots -> new ReorderMeasure(slots[0], plan, purchase, unit));
    }

    @Override
    void sample(int place, long now, long freshBefore) {
        if (!input.known()) {
            holds = false;
            return;
        }
        double before = stock;
        stock = input.number() * plan.perInput();
        if (holds && input.time <= freshBefore && plan.over() > 0 && stock - before <= plan.ignoreRise()) {
            int at = buckets.open(buckets.number(input.time));
            if (at >= 0) {
                buckets.data()[at + USED] += before - stock;
                buckets.data()[at + TIME] += input.time - lastTime;
            }
        }
        holds = true;
        lastTime = input.time;
    }

    @Override
    double at(long now) {
        if (!holds) {
            return Double.NaN;
        }
        double used = 0;
        double time = 0;
        long newest = buckets.number(lastTime);
        for (long number = newest - Buckets.STEPS + 1; plan.over() > 0 && number <= newest; number++) {
            int at = buckets.find(number);
            used += at < 0 ? 0 : buckets.data()[at + USED];
            time += at < 0 ? 0 : buckets.data()[at + TIME];
        }
        boolean known = plan.over() > 0 && time >= plan.over() * ENOUGH && used > 0;
        perDay = known ? used / time * TimeUnit.DAY.micros() : Double.NaN;
        double needed = known ? used / time * plan.cover() : 0;
        point = Math.min(plan.capacity(), Math.max(plan.reorderAt(), needed));
        return stock - point;
    }

    @Override
    long freshUntil() {
        return input.freshUntil();
    }

    @Override
    double shown(double value) {
        return stock;
    }

    @Override
    double shownPeak(double peak) {
        return stock;
    }

    @Override
    double limit(double limit) {
        return point;
    }

    @Override
    void tell(Map<String, String> inputs) {
        if (!Double.isNaN(perDay)) {
            inputs.put(
                    "consumption",
                    TrendMeasure.number(perDay) + " " + unit + "/d, lasts " + TrendMeasure.number(stock / perDay)
                            + " d");
        }
        purchase.ifPresent(
                p -> inputs.put(AlarmEvent.PURCHASE_REQUEST, p.of(plan.capacity(), stock, plan.reorderAt())));
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeBoolean(holds);
        out.writeLong(lastTime);
        out.writeDouble(stock);
        out.writeDouble(point);
        out.writeDouble(perDay);
        buckets.write(out);
    }

    @Override
    void read(DataInput in) throws IOException {
        holds = in.readBoolean();
        lastTime = in.readLong();
        stock = in.readDouble();
        point = in.readDouble();
        perDay = in.readDouble();
        buckets.read(in);
    }

    @Override
    int bytes() {
        return 100 + buckets.bytes();
    }
}
