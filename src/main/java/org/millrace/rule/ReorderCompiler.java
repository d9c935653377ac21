package org.millrace.rule;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Quantity;
import org.millrace.plant.Tag;
import org.millrace.rule.LevelCompiler.Scale;
import org.millrace.signal.Micros;

/** Amounts, times and the quantity to buy of a level-reorder rule, in the unit of its capacity. */
final class ReorderCompiler {
    /** @param release the stock must be this far above the reorder point again */
    record Compiled(MeasureSpec spec, double release) {}

    private static final Quantity DEFAULT_RISE = new Quantity(BigDecimal.valueOf(5), "%");

    private final RuleFile rule;
    private final Tag input;
    private final LevelCompiler levels;
    private final Findings findings;
    private final ConditionCompiler conditions;

    ReorderCompiler(RuleFile rule, Tag input, LevelCompiler levels, Findings findings, ConditionCompiler conditions) {
        this.rule = rule;
        this.input = input;
        this.levels = levels;
        this.findings = findings;
        this.conditions = conditions;
    }

    Optional<Compiled> compile() {
        int before = findings.errors();
        Quantity capacity = rule.capacity().orElse(new Quantity(BigDecimal.ONE, "1"));
        if (capacity.value().signum() <= 0) {
            findings.error("capacity", "capacity is " + capacity, "what a full silo holds, e.g. 25 t");
            return Optional.empty();
        }
        Scale scale = Scale.unbounded("the capacity", capacity.unit().equals("1") ? "" : capacity.unit(), true);
        double full = capacity.value().doubleValue();
        double perInput = input.unit().equals("%")
                ? full / 100
                : levels.convert(
                                "capacity",
                                "the capacity",
                                capacity,
                                Scale.unbounded(input.name(), input.unit(), true),
                                true)
                        .map(inInput -> full / inInput.doubleValue())
                        .orElse(1.0);
        double reorderAt = amount("reorder_at", rule.reorderAt().orElse(DEFAULT_RISE), scale, full);
        double rise = amount("ignore_rise_above", rule.ignoreRiseAbove().orElse(DEFAULT_RISE), scale, full);
        if (reorderAt <= 0 || reorderAt >= full) {
            findings.error(
                    "reorder_at",
                    "reorder_at is " + rule.reorderAt().map(Quantity::toString).orElse("") + " of " + capacity,
                    "more than nothing and less than the capacity, e.g. 30 %");
        }
        if (rise <= 0) {
            findings.error("ignore_rise_above", "every rise would be a delivery", "e.g. 5 %");
        }
        long over =
                rule.predict().map(p -> positive("predict.window", p.window())).orElse(0L);
        long cover = rule.predict()
                .map(p -> positive("predict.lead_time", p.leadTime()) + Micros.of(p.safety()))
                .orElse(0L);
        if (rule.predict().filter(p -> p.safety().isNegative()).isPresent()) {
            findings.error("predict.safety", "the safety is negative", "e.g. 1d");
        }
        Optional<ReorderMeasure.Purchase> purchase = rule.purchaseRequest().flatMap(p -> purchase(p, scale));
        if (findings.errors() > before) {
            return Optional.empty();
        }
        ReorderMeasure.Plan plan = new ReorderMeasure.Plan(perInput, full, reorderAt, rise, over, cover);
        return Optional.of(new Compiled(
                ReorderMeasure.spec(input, scale.unit(), "stock, with its reorder point", plan, purchase), rise));
    }

    /** In the unit of the capacity, or a part of it. */
    private double amount(String key, Quantity written, Scale scale, double full) {
        if (written.unit().equals("%") && !scale.unit().equals("%")) {
            return written.value().doubleValue() / 100 * full;
        }
        return levels.convert(key, key, written, scale, true)
                .map(BigDecimal::doubleValue)
                .orElse(full / 2);
    }

    private Optional<ReorderMeasure.Purchase> purchase(RuleFile.PurchaseRequest request, Scale scale) {
        BigDecimal roundTo = request.roundTo()
                .flatMap(r -> levels.convert("purchase_request.round_to", "round_to", r, scale, true))
                .orElse(BigDecimal.ZERO);
        if (request.material().isBlank()) {
            findings.error("purchase_request.material", "no material is named", "e.g. material: RM-4711");
        }
        if (roundTo.signum() < 0) {
            findings.error("purchase_request.round_to", "round_to is negative", "the lot size, e.g. 0.5 t");
        }
        List<Tag> amounts = List.of(amount("capacity"), amount("stock"), amount("reorder_at"));
        return switch (conditions.compileNumber(request.quantity(), amounts)) {
            case ConditionCompiler.Result.Compiled compiled ->
                Optional.of(
                        new ReorderMeasure.Purchase(request.material(), compiled.condition(), roundTo, scale.unit()));
            case ConditionCompiler.Result.Refused refused -> {
                refused.faults()
                        .forEach(f -> findings.error("purchase_request.quantity", f.offset(), f.message(), f.hint()));
                yield Optional.empty();
            }
        };
    }

    private Tag amount(String name) {
        return new Tag(
                name,
                name,
                "",
                new Tag.Origin("", "", name, ""),
                "",
                1,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Map.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private long positive(String key, Duration duration) {
        if (!duration.isPositive()) {
            findings.error(key, key.substring(key.indexOf('.') + 1) + " must be longer than nothing", "e.g. 3d");
        }
        return Math.max(1, Micros.of(duration));
    }
}
