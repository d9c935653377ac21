package org.millrace.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.rule.Compilation.DeriveProblem;
import org.millrace.rule.DerivedTag.Kind;
import org.millrace.signal.Units;
import org.millrace.signal.Units.UnitException;

/** Checks the {@code derive} of every tag and puts the derived tags in an order in which each has its inputs before. */
final class DeriveCompiler {
    private static final Pattern CALL = Pattern.compile("\\s*(accumulate|rate|delta)\\s*\\((.*)\\)\\s*", Pattern.DOTALL);

    private final ConditionCompiler conditions;
    private final List<DerivedTag> tags = new ArrayList<>();
    private final List<DeriveProblem> problems = new ArrayList<>();

    DeriveCompiler(ConditionCompiler conditions) {
        this.conditions = conditions;
    }

    void compile(Plant plant) {
        for (Asset asset : plant.assets()) {
            Map<String, DerivedTag> ofAsset = new LinkedHashMap<>();
            for (Tag tag : asset.tags()) {
                tag.derive().flatMap(text -> one(asset, tag, text)).ifPresent(d -> ofAsset.put(tag.name(), d));
            }
            order(asset, ofAsset);
        }
    }

    List<DerivedTag> tags() {
        return tags;
    }

    List<DeriveProblem> problems() {
        return problems;
    }

    private Optional<DerivedTag> one(Asset asset, Tag tag, String text) {
        Matcher call = CALL.matcher(text);
        if (!call.matches() || !balanced(call.group(2))) {
            return compiled(asset, tag, text, 0, conditions.compileNumber(text, asset.tags()))
                    .map(c -> new DerivedTag(tag, Kind.EXPRESSION, c, 1, 0, false));
        }
        int at = call.start(2);
        String inner = call.group(2);
        if (call.group(1).equals("accumulate")) {
            return compiled(asset, tag, inner, at, conditions.compile(inner, asset))
                    .flatMap(c -> factor(asset, tag, "s", tag.unit())
                            .map(f -> new DerivedTag(tag, Kind.ACCUMULATE, c, f, 0, true)));
        }
        return change(asset, tag, inner, at, call.group(1).equals("rate") ? Kind.RATE : Kind.DELTA);
    }

    /** The whole text in the parentheses belongs to the call: not so in {@code rate(a) + rate(b)}. */
    private static boolean balanced(String inner) {
        int depth = 0;
        for (int i = 0; i < inner.length() && depth >= 0; i++) {
            depth += inner.charAt(i) == '(' ? 1 : inner.charAt(i) == ')' ? -1 : 0;
        }
        return depth == 0;
    }

    private Optional<DerivedTag> change(Asset asset, Tag tag, String inner, int at, Kind kind) {
        String name = inner.strip();
        Optional<Tag> input =
                asset.tags().stream().filter(t -> t.name().equals(name)).findFirst();
        int offset = at + Math.max(0, inner.indexOf(name));
        if (input.isEmpty()) {
            List<String> names = asset.tags().stream().map(Tag::name).toList();
            problem(asset, tag, offset, "'" + name + "' is not a tag of this asset", NameHint.hint(name, names, "tag"));
            return Optional.empty();
        }
        if (ConditionCompiler.isText(input.get())) {
            problem(asset, tag, offset, "'" + name + "' has states, not numbers", "name a tag with numbers");
            return Optional.empty();
        }
        String unit = differenceUnit(input.get().unit());
        double degrees = input.get().unit().equals("[degF]") ? 5.0 / 9 : 1;
        boolean counter = input.get().counter().isPresent()
                || input.get().derive().filter(d -> d.strip().startsWith("accumulate")).isPresent();
        String of = kind == Kind.RATE ? unit + "/s" : unit;
        return factor(asset, tag, of, differenceUnit(tag.unit()))
                .flatMap(f -> compiled(asset, tag, name, offset, conditions.compileNumber(name, asset.tags()))
                        .map(c -> new DerivedTag(
                                tag, kind, c, f * degrees, MeasureCompiler.modulus(input.get()), counter)));
    }

    /** A difference of temperatures is not a temperature. */
    private static String differenceUnit(String unit) {
        return unit.equals("Cel") || unit.equals("[degF]") ? "K" : unit;
    }

    private Optional<Double> factor(Asset asset, Tag tag, String from, String to) {
        try {
            if (to.isEmpty() && !from.isEmpty() && !from.equals("s") && !from.equals("/s")) {
                problem(asset, tag, -1, "what is computed is in " + from + ", the tag has no unit", "add unit: " + from);
                return Optional.empty();
            }
            return Optional.of(
                    to.isEmpty()
                            ? 1.0
                            : Units.conversion(from.startsWith("/") ? "1" + from : from, to)
                                    .factor());
        } catch (UnitException e) {
            problem(
                    asset,
                    tag,
                    -1,
                    "what is computed is in " + from + ", the tag is in " + to + ": " + e.getMessage(),
                    "write unit: " + from + " or one that converts to it");
            return Optional.empty();
        }
    }

    private Optional<Condition> compiled(
            Asset asset, Tag tag, String text, int at, ConditionCompiler.Result result) {
        return switch (result) {
            case ConditionCompiler.Result.Compiled c -> {
                if (c.condition().tags().isEmpty()) {
                    problem(asset, tag, -1, "'" + text.strip() + "' looks at no tag: it never changes", "");
                    yield Optional.empty();
                }
                yield Optional.of(c.condition());
            }
            case ConditionCompiler.Result.Refused refused -> {
                refused.faults()
                        .forEach(f -> problem(asset, tag, f.offset() < 0 ? -1 : at + f.offset(), f.message(), f.hint()));
                yield Optional.empty();
            }
        };
    }

    private void problem(Asset asset, Tag tag, int offset, String message, String hint) {
        problems.add(new DeriveProblem(asset.id(), tag.name(), offset, message, hint));
    }

    private void order(Asset asset, Map<String, DerivedTag> derived) {
        Map<String, Boolean> done = new HashMap<>();
        for (String name : derived.keySet()) {
            visit(asset, name, derived, done, new ArrayList<>());
        }
    }

    /** Depth first; what is met again while it is not done is a cycle. */
    private void visit(
            Asset asset, String name, Map<String, DerivedTag> derived, Map<String, Boolean> done, List<String> way) {
        DerivedTag tag = derived.get(name);
        if (tag == null || Boolean.TRUE.equals(done.get(name))) {
            return;
        }
        if (way.contains(name)) {
            List<String> cycle = new ArrayList<>(way.subList(way.indexOf(name), way.size()));
            cycle.add(name);
            problem(
                    asset,
                    tag.tag(),
                    -1,
                    "the derived tags go round in a circle: " + String.join(" -> ", cycle),
                    "compute one of them from something else");
            return;
        }
        way.add(name);
        for (Tag input : tag.inputs()) {
            visit(asset, input.name(), derived, done, way);
        }
        way.remove(name);
        if (done.put(name, true) == null) {
            tags.add(tag);
        }
    }
}
