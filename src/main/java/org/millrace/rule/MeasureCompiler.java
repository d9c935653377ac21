package org.millrace.rule;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.BadValue;
import org.millrace.config.Quantity;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;
import org.millrace.rule.LevelCompiler.Scale;
import org.millrace.signal.Micros;

/** Binds what a rule watches to the tags of one asset: the measure of its kind, and its levels in the measure's unit. */
final class MeasureCompiler {
    /** @param measure empty for a rule on the value itself */
    record Watched(Tag input, Optional<MeasureSpec> measure, List<LimitLevel> levels, Map<String, String> facts) {}

    private static final double DEFAULT_CONFIDENCE = 95;
    private static final int TREND_POINTS = 10;
    private static final Duration LONGEST = Duration.ofDays(400);

    private final RuleFile rule;
    private final Asset asset;
    private final Findings findings;
    private final ConditionCompiler conditions;
    private final LevelCompiler levels;

    MeasureCompiler(RuleFile rule, Asset asset, Findings findings, ConditionCompiler conditions) {
        this.rule = rule;
        this.asset = asset;
        this.findings = findings;
        this.conditions = conditions;
        this.levels = new LevelCompiler(rule, findings);
    }

    /** Kinds that find their tags in an expression. */
    static boolean byExpression(RuleFile.Watch watch) {
        return watch == RuleFile.Watch.CONDITION || watch == RuleFile.Watch.EVENT_COUNT;
    }

    /** Empty when an error was found; of use only when none was. */
    Optional<Watched> compile(Tag input) {
        int before = findings.errors();
        if (rule.watch() != RuleFile.Watch.ABSENCE && ConditionCompiler.isText(input)) {
            findings.error(
                    "input",
                    "'" + rule.input() + "' has states, not numbers: it has no limits",
                    "watch a number, or use the state in while");
            return Optional.empty();
        }
        Watched watched = switch (rule.watch()) {
            case THRESHOLD -> onValue(input);
            case ZONES -> zones(input);
            case RATE -> rate(input);
            case DEVIATION -> deviation(input);
            case AGGREGATE -> aggregate(input);
            case ABSENCE -> absence(input);
            case FLATLINE -> flatline(input);
            case METER -> meter(input);
            case TREND -> trend(input);
            case LEVEL_REORDER -> reorder(input);
            case CONDITION, EVENT_COUNT, BASELINE, NOVELTY -> nothing(input);
        };
        return findings.errors() > before ? Optional.empty() : Optional.of(watched);
    }

    /** For the kinds that find their tags themselves. */
    Optional<Watched> compile() {
        boolean count = rule.watch() == RuleFile.Watch.EVENT_COUNT;
        String key = count ? "event" : "when";
        String text = (count ? rule.event() : rule.when()).orElse("");
        Optional<Condition> compiled = condition(conditions, key, text, asset, findings);
        if (compiled.isEmpty()) {
            return Optional.empty();
        }
        List<Tag> tags = new ArrayList<>(compiled.get().tags());
        if (!rule.input().isEmpty()) {
            Optional<Tag> shown = tag(rule.input());
            if (shown.isEmpty()) {
                findings.error("input", asset.id() + " has no tag '" + rule.input() + "'", hint(rule.input()));
                return Optional.empty();
            }
            tags.removeIf(tag -> tag.name().equals(rule.input()));
            tags.addFirst(shown.get());
        }
        if (tags.isEmpty()) {
            findings.error(key, "the condition looks at no tag: it never changes", "compare a tag with something");
            return Optional.empty();
        }
        if (!count) {
            return Optional.of(watched(
                    tags.getFirst(), ConditionMeasure.spec(tags, compiled.get()), level("active", false, 1, 1, 1)));
        }
        int n = rule.count().orElse(1);
        if (n < 1 || n > EventCountMeasure.MOST) {
            findings.error("count", "count is " + n, "1 to " + EventCountMeasure.MOST);
            return Optional.empty();
        }
        long over = over();
        return Optional.of(watched(
                tags.getFirst(),
                EventCountMeasure.spec(tags, "times '" + text + "' within " + shown(over), compiled.get(), over, n),
                level("repeated", false, 1, n, n)));
    }

    static Optional<Condition> condition(
            ConditionCompiler conditions, String key, String text, Asset asset, Findings findings) {
        return switch (conditions.compile(text, asset)) {
            case ConditionCompiler.Result.Compiled compiled -> Optional.of(compiled.condition());
            case ConditionCompiler.Result.Refused refused -> {
                refused.faults().forEach(f -> findings.error(key, f.offset(), f.message(), f.hint()));
                yield Optional.empty();
            }
        };
    }

    private Watched onValue(Tag input) {
        return new Watched(input, Optional.empty(), levels.compile(Scale.of(input)), Map.of());
    }

    private Watched nothing(Tag input) {
        return new Watched(input, Optional.empty(), List.of(), Map.of());
    }

    private Watched watched(Tag input, MeasureSpec spec, LimitLevel... levels) {
        return watched(input, spec, List.of(levels));
    }

    private Watched watched(Tag input, MeasureSpec spec, List<LimitLevel> levels) {
        return new Watched(input, Optional.of(spec), levels, Map.of());
    }

    private Watched zones(Tag input) {
        if (rule.standard().isEmpty()) {
            return onValue(input);
        }
        RuleFile.Iso10816Part3 iso = rule.standard().get().iso10816_3();
        if (!Iso10816.hasGroup(iso.group())) {
            findings.error(
                    "standard.iso10816_3.group",
                    Iso10816.EDITION + " has no limits for group " + iso.group(),
                    iso.group() == 3 || iso.group() == 4
                            ? "pumps left this part in 2009 (now ISO 10816-7): write limits: from that or the maker"
                            : "1: above 300 kW, 2: 15 kW to 300 kW");
            return nothing(input);
        }
        Quantity velocity = new Quantity(BigDecimal.ONE, Iso10816.UNIT);
        if (levels.convert("standard", "a limit of " + Iso10816.EDITION, velocity, Scale.of(input), false)
                .isEmpty()) {
            return nothing(input);
        }
        power(iso.group());
        Map<String, Quantity> limits = new LinkedHashMap<>();
        List<BigDecimal> boundaries = Iso10816.boundaries(iso.group(), iso.support());
        for (int i = 0; i < Iso10816.ZONES.size(); i++) {
            String zone = Iso10816.ZONES.get(i);
            if (!zone.equals("B") || rule.levels().containsKey("B")) { // B is fit for long-term operation
                limits.put(zone, new Quantity(boundaries.get(i), Iso10816.UNIT));
            }
        }
        String fact = Iso10816.EDITION + ", group " + iso.group() + ", "
                + iso.support().name().toLowerCase(java.util.Locale.ROOT) + " support";
        return new Watched(
                input,
                Optional.empty(),
                new LevelCompiler(rule, limits, findings).compile(Scale.of(input)),
                Map.of("standard", fact));
    }

    private void power(int group) {
        Quantity power = asset.rated().get("power");
        if (power == null) {
            return;
        }
        levels.convert("standard", "power", power, Scale.unbounded("power", "kW", false), false)
                .ifPresent(kw -> {
                    String is = asset.id() + " has " + power + ": ";
                    if (kw.doubleValue() < 15) {
                        findings.error(
                                "standard",
                                is + Iso10816.EDITION + " is for machines above 15 kW",
                                "write limits: from the maker");
                    } else if ((kw.doubleValue() > 300) != (group == 1)) {
                        findings.warning(
                                "standard.iso10816_3.group",
                                is + "group " + group + " is for "
                                        + (group == 1 ? "more than 300 kW" : "15 kW to 300 kW"),
                                "write group: " + (3 - group) + ", unless the shaft height says otherwise");
                    }
                });
    }

    private Watched rate(Tag input) {
        long per = Micros.of(rule.per().orElse(Duration.ofMinutes(1)));
        Optional<TimeUnit> unit = TimeUnit.exactly(per);
        if (unit.isEmpty()) {
            findings.error("per", "a rate is per 1s, 1m, 1h or 1d", "e.g. limits: { H: 2 K } with per: 1m");
            return nothing(input);
        }
        long over = over();
        enough(input, over, 2);
        String code = input.unit() + "/" + unit.get().code();
        Scale scale = Scale.unbounded("the change of " + input.name(), input.unit(), true);
        return watched(
                input, RateMeasure.spec(input, code, "rate over " + shown(over), over, per), levels.compile(scale));
    }

    private Watched deviation(Tag input) {
        String written = rule.setPoint().orElse("").strip();
        boolean number = written.matches("[-+.\\d].*");
        List<Tag> tags = new ArrayList<>(List.of(input));
        double constant = Double.NaN;
        if (number) {
            constant = constant(written, input);
        } else {
            Optional<Tag> setPoint = tag(written);
            if (setPoint.isEmpty()) {
                findings.error("set_point", asset.id() + " has no tag '" + written + "'", hint(written));
            } else if (setPoint.get().name().equals(input.name())) {
                findings.error("set_point", "the input is its own set point", "name the tag of the set point");
            } else if (!setPoint.get().unit().equals(input.unit())) {
                findings.error(
                        "set_point",
                        "the set point is in '" + setPoint.get().unit() + "', " + input.name() + " is in '"
                                + input.unit() + "'",
                        "give both the same store_as");
            }
            setPoint.ifPresent(tags::add);
        }
        long inPercent = rule.limits().values().stream()
                .filter(limit -> limit.unit().equals("%"))
                .count();
        boolean percent = inPercent > 0 && !input.unit().equals("%");
        if (percent && inPercent < rule.limits().size()) {
            findings.error("limits", "some limits are in % and some in " + input.unit(), "write all in one way");
        }
        Scale scale = percent
                ? Scale.unbounded("the deviation", "%", true)
                : Scale.unbounded("the deviation of " + input.name(), input.unit(), true);
        return watched(
                input,
                DeviationMeasure.spec(
                        tags, "deviation from " + (number ? written : "set point " + written), constant, percent),
                levels.compile(scale));
    }

    private double constant(String written, Tag input) {
        try {
            return levels.convert("set_point", "the set point", Quantity.parse(written), Scale.of(input), false)
                    .map(BigDecimal::doubleValue)
                    .orElse(Double.NaN);
        } catch (BadValue e) {
            findings.error("set_point", e.offset(), e.getMessage(), e.hint());
            return Double.NaN;
        }
    }

    private Watched aggregate(Tag input) {
        RuleFile.Function function = rule.function().orElse(RuleFile.Function.AVG);
        RuleFile.Window window = rule.window().orElse(RuleFile.Window.SLIDING);
        long over = over();
        String name = function.name().toLowerCase(java.util.Locale.ROOT) + " of " + input.name();
        Scale scale = switch (function) {
            case AVG, MIN, MAX -> new Scale(name, input.unit(), input.low(), input.high(), false);
            case SUM -> Scale.unbounded(name, input.unit(), true);
            case STDDEV -> new Scale(name, input.unit(), 0, Double.POSITIVE_INFINITY, true);
            case COUNT -> new Scale(name, "", 0, Double.POSITIVE_INFINITY, true);
        };
        return watched(
                input,
                AggregateMeasure.spec(
                        input,
                        scale.unit(),
                        function.name().toLowerCase(java.util.Locale.ROOT) + " over " + shown(over),
                        function,
                        over,
                        window),
                levels.compile(scale));
    }

    private Watched absence(Tag input) {
        Optional<Duration> after = rule.after().or(input::staleAfter);
        if (after.isEmpty()) {
            findings.error(
                    "watch",
                    "after how long is " + asset.id() + "'s " + input.name() + " absent?",
                    "write after: 10m, or give the tag a stale_after");
            return nothing(input);
        }
        long micros = positive("after", after.get());
        input.expectEvery()
                .filter(every -> Micros.of(every) >= micros)
                .ifPresent(every -> findings.warning(
                        "after",
                        input.name() + " is expected every " + shown(Micros.of(every)) + ": it would be absent before",
                        "after is usually two to three times expect_every"));
        TimeUnit unit = TimeUnit.of(micros);
        double limit = micros / unit.micros();
        return watched(
                input,
                AbsenceMeasure.spec(input, unit, "time without a good value", micros),
                level("absent", false, 1, limit, limit));
    }

    private Watched flatline(Tag input) {
        long over = over();
        double band = rule.band()
                .flatMap(b -> levels.convert("band", "band", b, Scale.of(input), true))
                .map(BigDecimal::doubleValue)
                .orElse(0.0);
        if (band < 0) {
            findings.error("band", "band is negative", "the span in which a value has not changed, e.g. 0.1 Cel");
        } else if (band < input.deadband()) {
            findings.warning(
                    "band",
                    input.name() + " has a deadband of " + input.deadband() + ": smaller changes never reach the rule",
                    "make band at least as large as the tag's deadband");
        }
        TimeUnit unit = TimeUnit.of(over);
        double limit = over / unit.micros();
        return watched(
                input,
                FlatlineMeasure.spec(input, unit, "time without a change", over, band),
                level("flat", false, 1, limit, limit));
    }

    private Watched meter(Tag input) {
        Quantity every = rule.every().orElse(new Quantity(BigDecimal.ONE, "1"));
        Scale own = Scale.unbounded(input.name(), input.unit(), true);
        Optional<BigDecimal> one = levels.convert("every", "every", every, own, true);
        if (one.isEmpty()) {
            return nothing(input);
        }
        if (every.value().signum() <= 0) {
            findings.error("every", "every is " + every, "the service interval, e.g. 2000 h");
            return nothing(input);
        }
        Scale inEvery = Scale.unbounded("every", every.unit().equals("1") ? "" : every.unit(), true);
        BigDecimal warn = rule.warnBefore()
                .flatMap(w -> levels.convert("warn_before", "warn_before", w, inEvery, true))
                .orElse(BigDecimal.ZERO);
        if (warn.signum() < 0 || warn.compareTo(every.value()) >= 0) {
            findings.error(
                    "warn_before",
                    "warn_before is "
                            + rule.warnBefore().map(Quantity::toString).orElse("") + ", every is " + every,
                    "warn a part of the interval before it is over");
        }
        double startAt = rule.startAt()
                .flatMap(s -> levels.convert("start_at", "start_at", s, inEvery, true))
                .map(BigDecimal::doubleValue)
                .orElse(0.0);
        double factor = every.value().doubleValue() / one.get().doubleValue();
        double interval = every.value().doubleValue();
        double early = every.value().subtract(warn).doubleValue();
        List<LimitLevel> steps = new ArrayList<>();
        if (warn.signum() > 0) {
            steps.add(level("warning", false, 1, early, early));
        }
        steps.add(level("due", false, steps.size() + 1, interval, interval));
        if (steps.size() == 2 && steps.get(1).onDelay() > steps.get(0).onDelay()) {
            findings.error(
                    "levels.due.on_delay",
                    "level due is beyond warning but waits longer",
                    "give due an on_delay of at most that of warning");
        }
        MeasureSpec spec = MeterMeasure.spec(
                input, inEvery.unit(), "counted since the last service", modulus(input), factor, startAt);
        return watched(input, spec, steps);
    }

    /** Range of a counter of known width, in the tag's unit; 0 when it is not known. */
    static double modulus(Tag tag) {
        return tag.counter()
                .map(counter -> Math.scalb(1.0, counter.bits()) * Math.abs(tag.factor()))
                .orElse(0.0);
    }

    private Watched trend(Tag input) {
        if (rule.limits().size() != 1) {
            findings.error(
                    "limits",
                    "a trend meets one limit, here are " + rule.limits().size(),
                    "one rule for each");
            return nothing(input);
        }
        List<LimitLevel> limit = levels.compile(Scale.of(input));
        long over = over();
        enough(input, over, TREND_POINTS);
        long horizon = positive("horizon", rule.horizon().orElse(Duration.ZERO));
        double confidence = rule.confidence()
                .flatMap(c ->
                        levels.convert("confidence", "confidence", c, Scale.unbounded("confidence", "%", true), true))
                .map(BigDecimal::doubleValue)
                .orElse(DEFAULT_CONFIDENCE);
        if (confidence < 80 || confidence > 99.9) {
            findings.error(
                    "confidence",
                    "confidence is " + rule.confidence().map(Quantity::toString).orElse(""),
                    "80 % to 99.9 %; 95 % is usual");
        }
        if (limit.size() != 1) {
            return nothing(input);
        }
        TimeUnit unit = TimeUnit.of(horizon);
        LimitLevel met = limit.getFirst();
        TrendMeasure.Aim aim = new TrendMeasure.Aim(met.limit(), met.low(), 1 - confidence / 100, over);
        double within = horizon / unit.micros();
        return watched(
                input,
                TrendMeasure.spec(input, unit, "time to the limit by the trend over " + shown(over), aim),
                level(met.name(), true, 1, within, within * TREND_RELEASE));
    }

    /** A forecast wavers: the alarm is left when the limit is further off than this part of the horizon. */
    private static final double TREND_RELEASE = 1.25;

    private Watched reorder(Tag input) {
        return new ReorderCompiler(rule, input, levels, findings, conditions)
                .compile()
                .map(spec -> watched(input, spec.spec(), level("reorder", true, 1, 0, spec.release())))
                .orElseGet(() -> nothing(input));
    }

    private LimitLevel level(String name, boolean low, int rank, double limit, double release) {
        RuleFile.Level level = rule.levels().getOrDefault(name, LevelCompiler.DEFAULT);
        boolean reached = !(low && rule.watch() == RuleFile.Watch.TREND);
        return new LimitLevel(
                name,
                level.severity(),
                low,
                rank,
                limit,
                release,
                Micros.of(level.onDelay()),
                Micros.of(level.offDelay()),
                reached);
    }

    private long over() {
        return positive("over", rule.over().orElse(Duration.ZERO));
    }

    private long positive(String key, Duration duration) {
        if (duration.isZero() || duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            findings.error(
                    key, key + " is " + (duration.isPositive() ? "too long" : "nothing"), "e.g. 10m; at most 400d");
            return 1;
        }
        return Micros.of(duration);
    }

    private void enough(Tag input, long over, int points) {
        input.expectEvery()
                .filter(every -> Micros.of(every) * points > over)
                .ifPresent(every -> findings.error(
                        "over",
                        input.name() + " comes every " + shown(Micros.of(every)) + ": in " + shown(over)
                                + " there are fewer than " + points + " values",
                        "make over longer"));
    }

    private Optional<Tag> tag(String name) {
        return asset.tags().stream().filter(tag -> tag.name().equals(name)).findFirst();
    }

    private String hint(String name) {
        return NameHint.hint(name, asset.tags().stream().map(Tag::name).toList(), "tag");
    }

    /** {@code 90m}, as people write it. */
    static String shown(long micros) {
        long seconds = micros / 1_000_000;
        if (seconds > 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds > 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        if (seconds > 0 && seconds % 60 == 0) {
            return seconds / 60 + "m";
        }
        return micros % 1_000_000 == 0 ? seconds + "s" : micros / 1000 + "ms";
    }
}
