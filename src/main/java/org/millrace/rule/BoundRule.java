package org.millrace.rule;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;

/**
 * One rule on one asset, checked and in the units of its tag: what the engine runs.
 *
 * @param input the watched tag
 * @param levels high levels by rising rank, then low levels by rising rank
 * @param gate the rule's {@code while}, when it has one
 * @param measure what is compared with the levels, when it is not the value of the input
 * @param facts goes into the evidence of every event, e.g. the edition of a standard
 */
public record BoundRule(
        RuleFile rule,
        Asset asset,
        Tag input,
        List<LimitLevel> levels,
        Optional<Condition> gate,
        Optional<MeasureSpec> measure,
        Map<String, String> facts) {
    public BoundRule {
        levels = List.copyOf(levels);
        facts = Map.copyOf(facts);
    }

    /** A rule on the value itself. */
    public BoundRule(RuleFile rule, Asset asset, Tag input, List<LimitLevel> levels, Optional<Condition> gate) {
        this(rule, asset, input, levels, gate, Optional.empty(), Map.of());
    }

    /** UCUM unit of what is compared with the limits. */
    public String unit() {
        return measure.map(MeasureSpec::unit).orElse(input.unit());
    }

    /** Key of the state row: rule and asset. What the state was made for is inside the row, see {@link #identity()}. */
    public String stateKey() {
        return rule.id() + "@" + asset.id();
    }

    /** What an incident is about: asset path / failure mode / rule. */
    public String incidentKey() {
        return asset.path() + "/" + rule.failureMode() + "/" + rule.id();
    }

    /** State made for another identity (kind, input, unit) says nothing about this rule: it starts normal. */
    String identity() {
        return rule.watch() + " " + input.name() + " [" + input.unit() + "]";
    }

    /** State made under other conditions (limits, deadband, while) keeps its times and is evaluated again. */
    String conditions() {
        return levels.stream()
                        .map(l -> l.name() + (l.low() ? "<" : ">") + l.limit() + "~" + l.release())
                        .collect(Collectors.joining(" "))
                + gate.map(g -> " while " + g.text()).orElse("");
    }
}
