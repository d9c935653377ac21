package org.millrace.rule;

import java.util.List;
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
 */
public record BoundRule(RuleFile rule, Asset asset, Tag input, List<LimitLevel> levels, Optional<Condition> gate) {
    public BoundRule {
        levels = List.copyOf(levels);
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
