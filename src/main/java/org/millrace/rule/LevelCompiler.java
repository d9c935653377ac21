package org.millrace.rule;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Quantity;
import org.millrace.plant.Tag;
import org.millrace.rule.RuleFile.Watch;
import org.millrace.signal.Micros;
import org.millrace.signal.Units;
import org.millrace.signal.Units.UnitException;

/** Limits, deadband and delays of a rule in the unit of a tag. All arithmetic is decimal, rounded to double once. */
final class LevelCompiler {
    private static final List<String> HIGH = List.of("H", "HH");
    private static final List<String> LOW = List.of("L", "LL");
    private static final MathContext DIGITS = MathContext.DECIMAL64;
    static final RuleFile.Level DEFAULT = new RuleFile.Level(RuleFile.Severity.MINOR, Duration.ZERO, Duration.ZERO);

    private record Limit(String name, BigDecimal value, boolean low) {}

    /**
     * What limits are compared with.
     *
     * @param name for people
     * @param low lowest value it can have
     * @param high highest value it can have
     * @param difference limits are differences: 9 [degF] is 5 Cel, not -12.8
     */
    record Scale(String name, String unit, double low, double high, boolean difference) {
        static Scale of(Tag tag) {
            return new Scale(tag.name(), tag.unit(), tag.low(), tag.high(), false);
        }

        static Scale unbounded(String name, String unit, boolean difference) {
            return new Scale(name, unit, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, difference);
        }
    }

    private final RuleFile rule;
    private final Map<String, Quantity> limits;
    private final Findings findings;

    LevelCompiler(RuleFile rule, Findings findings) {
        this(rule, rule.limits(), findings);
    }

    /** @param limits instead of the rule's own */
    LevelCompiler(RuleFile rule, Map<String, Quantity> limits, Findings findings) {
        this.rule = rule;
        this.limits = limits;
        this.findings = findings;
    }

    /** High levels by rising rank, then low ones; of use only when no error was found. */
    List<LimitLevel> compile(Scale tag) {
        List<Limit> high = new ArrayList<>();
        List<Limit> low = new ArrayList<>();
        for (Map.Entry<String, Quantity> entry : limits.entrySet()) {
            String name = entry.getKey();
            boolean isLow = rule.watch() != Watch.ZONES && LOW.contains(name);
            convert("limits." + name, "limit " + name, entry.getValue(), tag, tag.difference())
                    .ifPresent(value -> (isLow ? low : high).add(new Limit(name, value, isLow)));
        }
        if (rule.watch() == Watch.ZONES) {
            high.sort(Comparator.comparing(Limit::value));
        } else {
            high.sort(Comparator.comparing(limit -> HIGH.indexOf(limit.name())));
            low.sort(Comparator.comparing(limit -> LOW.indexOf(limit.name())));
        }
        BigDecimal deadband = rule.deadband()
                .flatMap(d -> convert("deadband", "the deadband", d, tag, true))
                .orElse(BigDecimal.ZERO);
        if (deadband.signum() < 0) {
            findings.error(
                    "deadband", "the deadband is negative", "write how far back a value must fall, e.g. 0.2 mm/s");
        }
        order(high, low, deadband, tag);
        high.forEach(limit -> range(limit, deadband, tag));
        low.forEach(limit -> range(limit, deadband, tag));
        List<LimitLevel> levels = new ArrayList<>(side(high, deadband));
        levels.addAll(side(low, deadband));
        return levels;
    }

    private List<LimitLevel> side(List<Limit> limits, BigDecimal deadband) {
        List<LimitLevel> levels = new ArrayList<>();
        for (Limit limit : limits) {
            RuleFile.Level level = rule.levels().getOrDefault(limit.name(), DEFAULT);
            BigDecimal release =
                    limit.low() ? limit.value().add(deadband) : limit.value().subtract(deadband);
            LimitLevel next = new LimitLevel(
                    limit.name(),
                    level.severity(),
                    limit.low(),
                    levels.size() + 1,
                    limit.value().doubleValue(),
                    release.doubleValue(),
                    Micros.of(level.onDelay()),
                    Micros.of(level.offDelay()),
                    false);
            if (!levels.isEmpty() && next.onDelay() > levels.getLast().onDelay()) {
                // the worse state would be told later than the lesser one
                findings.error(
                        "levels." + next.name() + ".on_delay",
                        "level " + next.name() + " is beyond "
                                + levels.getLast().name() + " but waits longer",
                        "give " + next.name() + " an on_delay of at most that of "
                                + levels.getLast().name());
            }
            levels.add(next);
        }
        return levels;
    }

    Optional<BigDecimal> convert(String key, String what, Quantity quantity, Scale tag, boolean difference) {
        try {
            Units.Linear linear = Units.conversion(quantity.unit(), tag.unit());
            if (linear.equals(Units.Linear.IDENTITY)) {
                return Optional.of(quantity.value());
            }
            BigDecimal offset = difference ? BigDecimal.ZERO : BigDecimal.valueOf(linear.offset());
            return Optional.of(quantity.value()
                    .multiply(BigDecimal.valueOf(linear.factor()), DIGITS)
                    .add(offset, DIGITS));
        } catch (UnitException e) {
            boolean bare = quantity.unit().equals("1");
            findings.error(
                    key,
                    bare
                            ? what + " has no unit, but " + tag.name() + " is in " + tag.unit()
                            : what + " is in " + quantity.unit() + ", but " + tag.name() + " is "
                                    + (tag.unit().isEmpty() ? "without unit" : "in " + tag.unit()) + ": "
                                    + e.getMessage(),
                    bare
                            ? "write " + quantity.value().toPlainString() + " " + tag.unit()
                            : "write it in "
                                    + (tag.unit().isEmpty()
                                            ? "no unit"
                                            : tag.unit() + " or a unit that converts to it"));
            return Optional.empty();
        }
    }

    private void order(List<Limit> high, List<Limit> low, BigDecimal deadband, Scale tag) {
        boolean letters =
                rule.watch() != Watch.ZONES || limits.keySet().stream().allMatch(name -> name.length() == 1);
        for (int i = 1; i < high.size(); i++) {
            Limit inner = high.get(i - 1);
            Limit outer = high.get(i);
            boolean misnamed =
                    rule.watch() == Watch.ZONES && letters && outer.name().compareTo(inner.name()) < 0;
            if (outer.value().compareTo(inner.value()) <= 0 || misnamed) {
                Limit wrong = misnamed ? inner : outer;
                Limit other = misnamed ? outer : inner;
                disorder(wrong, "above", other, tag);
            }
        }
        for (int i = 1; i < low.size(); i++) {
            if (low.get(i).value().compareTo(low.get(i - 1).value()) >= 0) {
                disorder(low.get(i), "below", low.get(i - 1), tag);
            }
        }
        if (!high.isEmpty() && !low.isEmpty()) {
            Limit l = low.getFirst();
            Limit h = high.getFirst();
            if (l.value().compareTo(h.value()) >= 0) {
                disorder(l, "below", h, tag);
            } else if (h.value().subtract(deadband).compareTo(l.value()) < 0) {
                findings.error(
                        "deadband",
                        "the deadband is wider than the distance from " + l.name() + " to " + h.name(),
                        "make it smaller, or the alarm of one side holds until the other begins");
            }
        }
    }

    private void disorder(Limit limit, String relation, Limit other, Scale tag) {
        findings.error(
                "limits." + limit.name(),
                "limit " + limit.name() + " (" + shown(limit.value(), tag) + ") is not " + relation + " " + other.name()
                        + " (" + shown(other.value(), tag) + ")",
                rule.watch() == Watch.ZONES ? "zones rise with their names" : "write LL < L < H < HH");
    }

    private void range(Limit limit, BigDecimal deadband, Scale tag) {
        double value = limit.value().doubleValue();
        if (value < tag.low() || value > tag.high() || (limit.low() ? value == tag.low() : value == tag.high())) {
            findings.error(
                    "limits." + limit.name(),
                    "limit " + limit.name() + " (" + shown(limit.value(), tag) + ") is outside the range of "
                            + tag.name() + " [" + tag.low() + ", " + tag.high() + "]"
                            + ": a value beyond it is never believed",
                    "correct the limit or the tag's range");
            return;
        }
        double release =
                (limit.low() ? limit.value().add(deadband) : limit.value().subtract(deadband)).doubleValue();
        if (limit.low() ? release > tag.high() : release < tag.low()) {
            findings.error(
                    "deadband",
                    "with this deadband level " + limit.name() + " is never left: it would need "
                            + shown(BigDecimal.valueOf(release), tag) + ", outside the range of " + tag.name(),
                    "make the deadband smaller");
        }
    }

    private static String shown(BigDecimal value, Scale tag) {
        return value.toPlainString() + (tag.unit().isEmpty() ? "" : " " + tag.unit());
    }
}
