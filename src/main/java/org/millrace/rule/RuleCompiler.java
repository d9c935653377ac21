package org.millrace.rule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.millrace.config.DidYouMean;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.rule.RuleFile.Watch;

/** Checks rule files against the plant and binds them to its assets. Pure: the same input gives the same result. */
public final class RuleCompiler {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final Plant plant;
    private final List<Asset> assets;
    private final Set<String> classes = new LinkedHashSet<>();
    private final ConditionCompiler conditions = new ConditionCompiler();

    /** @param bound empty when a problem is an error */
    private record Checked(List<BoundRule> bound, List<RuleProblem> problems) {}

    private RuleCompiler(Plant plant) {
        this.plant = plant;
        this.assets = plant.assets();
        assets.forEach(asset -> classes.add(asset.type()));
    }

    /** A rule with an error is not part of {@link Compilation#rules()}, on no asset; the others are. */
    public static Compilation compile(Plant plant, List<RuleFile> files) {
        RuleCompiler compiler = new RuleCompiler(plant);
        Set<String> ids = new HashSet<>();
        Set<Integer> again = new HashSet<>();
        for (int i = 0; i < files.size(); i++) {
            if (!ids.add(files.get(i).id())) {
                again.add(i);
            }
        }
        // on every core, in the order of the files: a large plant's rules are a second's work of the condition checker
        List<Checked> checked = IntStream.range(0, files.size())
                .parallel()
                .mapToObj(i -> compiler.rule(files.get(i), !again.contains(i)))
                .toList();
        DeriveCompiler derived = new DeriveCompiler(compiler.conditions);
        derived.compile(plant);
        return new Compilation(
                checked.stream().flatMap(rule -> rule.bound().stream()).toList(),
                checked.stream().flatMap(rule -> rule.problems().stream()).toList(),
                derived.tags(),
                derived.problems());
    }

    private Checked rule(RuleFile rule, boolean newId) {
        Findings findings = new Findings(rule.id());
        if (!newId) {
            findings.error("id", "two rules have the id '" + rule.id() + "'", "give each rule its own id");
        }
        checkNames(rule, findings);
        checkTitle(rule, findings);
        checkWorkOrder(rule, findings);
        checkDelays(rule, findings);
        boolean whole = new KindKeys(rule, findings).check();
        List<Asset> selected = select(rule, findings);
        List<BoundRule> onAssets = whole ? bind(rule, selected, findings) : List.of();
        return new Checked(findings.errors() == 0 ? onAssets : List.of(), findings.problems());
    }

    private static void checkNames(RuleFile rule, Findings findings) {
        if (!ID.matcher(rule.id()).matches()) {
            findings.error("id", "'" + rule.id() + "' cannot be part of an incident key", "use letters, digits, . _ -");
        }
        if (!ID.matcher(rule.failureMode()).matches()) {
            findings.error(
                    "failure_mode",
                    "'" + rule.failureMode() + "' is no failure mode code",
                    "use an ISO 14224 code, e.g. VIB, or OTH");
        }
    }

    private static void checkTitle(RuleFile rule, Findings findings) {
        Matcher matcher = Title.PLACEHOLDER.matcher(rule.title());
        while (matcher.find()) {
            if (!Title.KNOWN.contains(matcher.group(1))) {
                findings.error(
                        "title",
                        matcher.start(),
                        matcher.group() + " is no placeholder",
                        NameHint.hint(matcher.group(1), Title.KNOWN, "placeholder"));
            }
        }
    }

    private static void checkDelays(RuleFile rule, Findings findings) {
        rule.levels().forEach((name, level) -> {
            notNegative("levels." + name + ".on_delay", level.onDelay(), findings);
            notNegative("levels." + name + ".off_delay", level.offDelay(), findings);
        });
        notNegative("settle", rule.settle(), findings);
        if (rule.while_().isEmpty() && !rule.settle().isZero()) {
            findings.warning("settle", "settle has no effect without while", "add while, or remove settle");
        }
    }

    private static void notNegative(String key, Duration duration, Findings findings) {
        if (duration.isNegative()) {
            findings.error(key, "a delay cannot be negative", "write e.g. 30s");
        }
    }

    private static void checkWorkOrder(RuleFile rule, Findings findings) {
        rule.workOrder().ifPresent(order -> {
            boolean due = rule.watch() == Watch.METER && order.on().equals("due");
            if (!order.on().equals("raised") && !due) {
                findings.error(
                        "work_order.on",
                        "'" + order.on() + "' is not supported",
                        "write on: raised" + (rule.watch() == Watch.METER ? ", or on: due" : ""));
            }
            order.due().forEach((level, within) -> notNegative("work_order.due." + level, within, findings));
        });
    }

    /** Assets that meet every selector given. */
    private List<Asset> select(RuleFile rule, Findings findings) {
        RuleFile.Selector selector = rule.for_();
        if (selector.class_().isEmpty()
                && selector.assets().isEmpty()
                && selector.path().isEmpty()) {
            findings.error("for", "no asset is named", "write for: { class: … }, { assets: […] } or { path: … }");
            return List.of();
        }
        int before = findings.errors();
        selector.class_().ifPresent(wanted -> checkClass(wanted, findings));
        for (String id : selector.assets()) {
            if (plant.asset(id).isEmpty()) {
                List<String> ids = assets.stream().map(Asset::id).toList();
                findings.error("for.assets", "there is no asset '" + id + "'", NameHint.hint(id, ids, "asset"));
            }
        }
        Optional<PathPattern> path = selector.path().map(PathPattern::new);
        List<Asset> named = selector.assets().isEmpty()
                ? assets
                : new LinkedHashSet<>(selector.assets())
                        .stream().flatMap(id -> plant.asset(id).stream()).toList();
        List<Asset> selected = named.stream()
                .filter(a -> selector.class_().map(a.type()::equals).orElse(true))
                .filter(a -> path.map(p -> p.matches(a.path())).orElse(true))
                .toList();
        if (selected.isEmpty() && findings.errors() == before) {
            findings.warning("for", "no asset matches", "the rule does nothing until one does");
        }
        return selected;
    }

    private void checkClass(String wanted, Findings findings) {
        if (!classes.contains(wanted)) {
            // a rule library may name classes this plant does not have; a slip of the pen is an error
            DidYouMean.of(wanted, classes)
                    .ifPresent(name -> findings.error(
                            "for.class", "no asset has the class '" + wanted + "'", "did you mean '" + name + "'?"));
        }
    }

    private List<BoundRule> bind(RuleFile rule, List<Asset> assets, Findings findings) {
        List<BoundRule> result = new ArrayList<>();
        boolean byExpression = MeasureCompiler.byExpression(rule.watch());
        boolean known = assets.stream().anyMatch(asset -> input(rule, asset).isPresent());
        for (Asset asset : assets) {
            Optional<Tag> input = input(rule, asset);
            if (input.isEmpty() && !byExpression) {
                noInput(rule, asset, known && rule.for_().assets().isEmpty(), findings);
                continue;
            }
            MeasureCompiler measures = new MeasureCompiler(rule, asset, findings, conditions);
            Optional<MeasureCompiler.Watched> watched =
                    byExpression ? measures.compile() : input.flatMap(measures::compile);
            Optional<Condition> gate = rule.while_()
                    .flatMap(text -> MeasureCompiler.condition(conditions, "while", text, asset, findings));
            watched.ifPresent(
                    w -> result.add(new BoundRule(rule, asset, w.input(), w.levels(), gate, w.measure(), w.facts())));
        }
        return result;
    }

    private static Optional<Tag> input(RuleFile rule, Asset asset) {
        return asset.tags().stream()
                .filter(tag -> tag.name().equals(rule.input()))
                .findFirst();
    }

    private static void noInput(RuleFile rule, Asset asset, boolean othersHaveIt, Findings findings) {
        List<String> names = asset.tags().stream().map(Tag::name).toList();
        String hint = NameHint.hint(rule.input(), names, "tag");
        if (othersHaveIt) {
            findings.warning("input", asset.id() + " has no tag '" + rule.input() + "' and is not watched", hint);
        } else {
            findings.error("input", asset.id() + " has no tag '" + rule.input() + "'", hint);
        }
    }
}
