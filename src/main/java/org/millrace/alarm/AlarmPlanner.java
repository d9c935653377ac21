package org.millrace.alarm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.DidYouMean;
import org.millrace.config.Position;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.plant.Asset;
import org.millrace.rule.BoundRule;
import org.millrace.rule.Condition;
import org.millrace.rule.ConditionCompiler;
import org.millrace.rule.PathPattern;
import org.millrace.rule.RuleFile;

/** Puts rules, policies and calendars together, and says what is wrong with them, placed in their files. */
public final class AlarmPlanner {
    /** @param problems of policies, calendars and the {@code alarm:} part of rules */
    public record Planned(AlarmPlan plan, List<Problem> problems) {}

    private final List<RuleFile> rules;
    private final List<BoundRule> bound;
    private final List<AlarmPolicyFile> policies;
    private final Positions positions;
    private final ConditionCompiler conditions = new ConditionCompiler();
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Map<String, WallCalendar> calendars = new HashMap<>();
    private final Set<String> ruleErrors = new HashSet<>();
    private final Set<String> calendarIds = new LinkedHashSet<>();
    private final Map<String, PathPattern> patterns = new HashMap<>();
    /** Places in the plan by rule. */
    private final Map<String, List<Integer>> byRule = new HashMap<>();

    private AlarmPlanner(
            List<RuleFile> rules, List<BoundRule> bound, List<AlarmPolicyFile> policies, Positions positions) {
        this.rules = rules;
        this.bound = bound;
        this.policies = policies;
        this.positions = positions;
    }

    /**
     * @param rules all rule files, also those with errors
     * @param bound the rules without error, on their assets
     * @param positions where the records stand in their files
     */
    public static Planned plan(
            List<RuleFile> rules,
            List<BoundRule> bound,
            List<AlarmPolicyFile> policies,
            List<CalendarFile> calendars,
            Positions positions) {
        AlarmPlanner planner = new AlarmPlanner(rules, bound, policies, positions);
        planner.calendars(calendars);
        planner.policies();
        planner.rules();
        AlarmPlan plan = new AlarmPlan(planner.points());
        return new Planned(plan, List.copyOf(planner.problems));
    }

    private void calendars(List<CalendarFile> files) {
        for (CalendarFile file : files) {
            if (!calendarIds.add(file.id())) {
                error(file, "id", "a second calendar has the id '" + file.id() + "'", "give each its own id");
                continue;
            }
            try {
                calendars.put(file.id(), WallCalendar.of(file));
            } catch (WallCalendar.BadCalendarException e) {
                error(file, e.key(), String.valueOf(e.getMessage()), e.hint());
            }
        }
    }

    private void policies() {
        Set<String> ids = new HashSet<>();
        AlarmPolicyFile general = null;
        for (AlarmPolicyFile policy : policies) {
            if (!ids.add(policy.id())) {
                error(policy, "id", "a second alarm policy has the id '" + policy.id() + "'", "give each its own id");
            }
            if (policy.path().isEmpty()) {
                if (general != null) {
                    error(
                            policy,
                            "id",
                            "two alarm policies are for all assets: '" + general.id() + "' and '" + policy.id() + "'",
                            "give one of them a path");
                }
                general = policy;
            }
            new PolicyCheck(policy, (key, message, hint) -> error(policy, key, message, hint))
                    .check(calendarIds, ruleIds());
        }
    }

    private List<String> ruleIds() {
        return rules.stream().map(RuleFile::id).toList();
    }

    private void rules() {
        for (RuleFile rule : rules) {
            rule.alarm().ifPresent(alarm -> alarm(rule, alarm));
        }
        for (RuleFile rule : rules) {
            cycle(rule);
        }
    }

    private void alarm(RuleFile rule, RuleFile.Alarm alarm) {
        PolicyCheck.Report report = (key, message, hint) -> error(rule, key, message, hint);
        alarm.realarm().ifPresent(time -> PolicyCheck.positive("alarm.realarm", time, "4h", report));
        alarm.clearAfter().ifPresent(time -> {
            PolicyCheck.positive("alarm.clear_after", time, "1h", report);
            if (rule.watch() != RuleFile.Watch.THRESHOLD && rule.watch() != RuleFile.Watch.ZONES) {
                error(
                        rule,
                        "alarm.clear_after",
                        "clear_after is for rules that compare a value with limits: threshold and zones",
                        "this kind of rule has a window of its own");
            }
        });
        for (int i = 0; i < alarm.escalate().size(); i++) {
            PolicyCheck.escalation(alarm.escalate().get(i), "alarm.escalate." + i, report);
        }
        alarm.suppress().ifPresent(suppress -> suppress(rule, suppress));
    }

    private void suppress(RuleFile rule, RuleFile.Suppress suppress) {
        String at = "alarm.suppress";
        if (suppress.when().isEmpty() && suppress.rule().isEmpty()) {
            error(rule, at, "nothing suppresses", "write when: <condition> or rule: <id of another rule>");
        }
        if (suppress.rule().isEmpty() && !suppress.equal().isEmpty()) {
            error(rule, at + ".equal", "equal without rule compares with nothing", "add rule: <id>");
        }
        suppress.rule().ifPresent(other -> {
            if (other.equals(rule.id())) {
                error(rule, at + ".rule", "a rule cannot suppress itself", "name another rule");
            } else if (!ruleIds().contains(other)) {
                error(rule, at + ".rule", "there is no rule '" + other + "'", DidYouMean.hint(other, ruleIds()));
            }
        });
        for (int i = 0; i < suppress.equal().size(); i++) {
            String field = suppress.equal().get(i);
            if (!AssetFields.isKnown(field)) {
                error(
                        rule,
                        at + ".equal." + i,
                        "'" + field + "' is no field of assets",
                        DidYouMean.hint(field, AssetFields.KNOWN));
            }
        }
    }

    private static Optional<String> suppressor(RuleFile rule) {
        return rule.alarm().flatMap(RuleFile.Alarm::suppress).flatMap(RuleFile.Suppress::rule);
    }

    /** Two alarms that suppress each other would both be silent. */
    private void cycle(RuleFile start) {
        List<String> way = new ArrayList<>(List.of(start.id()));
        Optional<String> next = suppressor(start);
        while (next.isPresent()) {
            String id = next.get();
            if (id.equals(start.id()) && way.size() > 1) {
                way.add(id);
                error(
                        start,
                        "alarm.suppress.rule",
                        "rules suppress each other: " + String.join(" by ", way),
                        "take one away, or nobody would be told");
                return;
            }
            if (way.contains(id)) {
                return; // told at the rules that form the cycle
            }
            way.add(id);
            next = rules.stream()
                    .filter(rule -> rule.id().equals(id))
                    .findFirst()
                    .flatMap(AlarmPlanner::suppressor);
        }
    }

    private List<AlarmPoint> points() {
        for (int i = 0; i < bound.size(); i++) {
            byRule.computeIfAbsent(bound.get(i).rule().id(), id -> new ArrayList<>())
                    .add(i);
        }
        List<AlarmPoint> points = new ArrayList<>();
        for (int i = 0; i < bound.size(); i++) {
            points.add(point(i, bound.get(i)));
        }
        Set<String> ruleWithMatch = new HashSet<>();
        points.stream().filter(p -> !p.suppressors().isEmpty()).forEach(p -> ruleWithMatch.add(p.rule()));
        Set<String> wrong = new HashSet<>(ruleErrors);
        for (BoundRule rule : bound) {
            Optional<String> other = suppressor(rule.rule());
            boolean known = other.filter(byRule::containsKey).isPresent();
            if (known
                    && !wrong.contains(rule.rule().id())
                    && !ruleWithMatch.contains(rule.rule().id())) {
                error(
                        rule.rule(),
                        "alarm.suppress.rule",
                        "no alarm of rule '" + other.orElse("") + "' has the same "
                                + String.join(" and ", equal(rule.rule())) + " as one of this rule",
                        "say what they have in common, e.g. equal: [area]");
            }
        }
        return points;
    }

    private AlarmPoint point(int index, BoundRule rule) {
        AlarmPolicyFile policy = policyOf(rule.asset());
        return new AlarmPoint(
                index,
                rule,
                policy,
                AssetFields.area(
                        rule.asset(),
                        policy.flood()
                                .map(flood -> flood.summarisePer().name().toLowerCase(java.util.Locale.ROOT))
                                .orElse("area")),
                policy.group().map(group -> group(rule, policy, group)).orElse(""),
                condition(rule),
                suppressors(rule),
                windows(rule, policy),
                rule.rule()
                        .alarm()
                        .map(RuleFile.Alarm::escalate)
                        .filter(own -> !own.isEmpty())
                        .orElse(policy.escalate()));
    }

    private AlarmPolicyFile policyOf(Asset asset) {
        List<AlarmPolicyFile> own = policies.stream()
                .filter(policy ->
                        policy.path().filter(path -> within(path, asset)).isPresent())
                .toList();
        if (own.size() > 1) {
            error(
                    own.get(1),
                    "path",
                    asset.id() + " is under two alarm policies: '" + own.get(0).id() + "' and '"
                            + own.get(1).id() + "'",
                    "make the paths exclude each other");
        }
        return own.isEmpty()
                ? policies.stream()
                        .filter(policy -> policy.path().isEmpty())
                        .findFirst()
                        .orElse(AlarmPlan.NO_POLICY)
                : own.getFirst();
    }

    private boolean within(String path, Asset asset) {
        return patterns.computeIfAbsent(path, PathPattern::new).matches(asset.path());
    }

    private String group(BoundRule rule, AlarmPolicyFile policy, AlarmPolicyFile.Group group) {
        List<String> parts = new ArrayList<>();
        for (String field : group.by()) {
            Optional<String> value = AssetFields.of(rule.asset(), field);
            if (value.isEmpty() && AssetFields.isKnown(field)) {
                error(
                        policy,
                        "group.by",
                        rule.asset().id() + " has no " + field + ": all assets without one would be one group",
                        hintOfField(field));
            }
            parts.add(field + "=" + value.orElse(""));
        }
        return String.join(" ", parts);
    }

    private static String hintOfField(String field) {
        return field.startsWith("cmms.")
                ? "add it under cmms: of the asset, or take it out"
                : "give the asset a path with that step (enterprise/site/area/line/asset), or take it out";
    }

    private Optional<Condition> condition(BoundRule rule) {
        Optional<String> when =
                rule.rule().alarm().flatMap(RuleFile.Alarm::suppress).flatMap(RuleFile.Suppress::when);
        if (when.isEmpty()) {
            return Optional.empty();
        }
        return switch (conditions.compile(when.get(), rule.asset())) {
            case ConditionCompiler.Result.Compiled compiled -> Optional.of(compiled.condition());
            case ConditionCompiler.Result.Refused refused -> {
                refused.faults()
                        .forEach(fault ->
                                problems.add(within(rule.rule(), fault.offset()).error(fault.message(), fault.hint())));
                yield Optional.empty();
            }
        };
    }

    private Position within(RuleFile rule, int offset) {
        String key = "alarm.suppress.when";
        return offset < 0 ? positions.of(rule, key) : positions.within(rule, key, offset);
    }

    private static List<String> equal(RuleFile rule) {
        return rule.alarm()
                .flatMap(RuleFile.Alarm::suppress)
                .map(RuleFile.Suppress::equal)
                .filter(fields -> !fields.isEmpty())
                .orElse(List.of("asset"));
    }

    private List<Integer> suppressors(BoundRule rule) {
        Optional<String> other = suppressor(rule.rule());
        List<String> fields = equal(rule.rule());
        if (other.isEmpty() || !fields.stream().allMatch(AssetFields::isKnown)) {
            return List.of();
        }
        List<Integer> found = new ArrayList<>();
        for (int i : byRule.getOrDefault(other.get(), List.of())) {
            boolean same = true;
            for (String field : fields) {
                Optional<String> mine = field(rule, rule.asset(), field);
                Optional<String> theirs = field(rule, bound.get(i).asset(), field);
                same &= mine.isPresent() && mine.equals(theirs);
            }
            if (same) {
                found.add(i);
            }
        }
        return found;
    }

    /** A field that is missing would be equal to every other that is missing: refused instead (Alertmanager's docs). */
    private Optional<String> field(BoundRule rule, Asset asset, String field) {
        Optional<String> value = AssetFields.of(asset, field);
        if (value.isEmpty()) {
            error(
                    rule.rule(),
                    "alarm.suppress.equal",
                    asset.id() + " has no " + field + ", it cannot be compared",
                    hintOfField(field));
        }
        return value;
    }

    private List<AlarmPoint.Window> windows(BoundRule rule, AlarmPolicyFile policy) {
        List<AlarmPoint.Window> windows = new ArrayList<>();
        for (AlarmPolicyFile.Maintenance window : policy.maintenance()) {
            WallCalendar calendar = calendars.get(window.calendar());
            boolean here = window.path().map(path -> within(path, rule.asset())).orElse(true);
            Collection<String> only = window.rules();
            if (calendar != null
                    && here
                    && (only.isEmpty() || only.contains(rule.rule().id()))) {
                windows.add(new AlarmPoint.Window(window.calendar(), calendar));
            }
        }
        return windows;
    }

    private void error(Record file, String key, String message, String hint) {
        problems.add(positions.of(file, key).error(message, hint));
        if (file instanceof RuleFile rule) {
            ruleErrors.add(rule.id());
        }
    }
}
