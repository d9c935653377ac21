package org.millrace.rule;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.plant.Tag;

/**
 * What became of the rule files: one {@link BoundRule} for every rule without error and every asset it watches, in
 * the order of files and assets, and everything that was found wrong.
 *
 * @param derived the plant's derived tags without error, each after those it is computed from
 */
public record Compilation(
        List<BoundRule> rules,
        List<RuleProblem> problems,
        List<DerivedTag> derived,
        List<DeriveProblem> deriveProblems) {
    /**
     * Something wrong in the {@code derive} of a tag.
     *
     * @param offset 0-based offset in characters within the expression; -1 when all of it is meant
     */
    public record DeriveProblem(String asset, String tag, int offset, String message, String hint) {}

    public Compilation {
        rules = List.copyOf(rules);
        problems = List.copyOf(problems);
        derived = List.copyOf(derived);
        deriveProblems = List.copyOf(deriveProblems);
    }

    public Compilation(List<BoundRule> rules, List<RuleProblem> problems) {
        this(rules, problems, List.of(), List.of());
    }

    /**
     * Every tag whose recorded values the rules need: what they look at, and for a derived tag what it is computed from,
     * because its own recorded values are passed over.
     */
    public Set<Tag> inputs() {
        return inputs(List.of());
    }

    /** As above, with those that others need: the conditions of an alarm plan, for instance. */
    public Set<Tag> inputs(Collection<Tag> others) {
        Map<String, DerivedTag> byPath = new HashMap<>();
        derived.forEach(tag -> byPath.put(tag.tag().path(), tag));
        Set<Tag> inputs = new LinkedHashSet<>();
        rules.forEach(rule -> rule.tags().forEach(tag -> add(tag, byPath, inputs)));
        others.forEach(tag -> add(tag, byPath, inputs));
        return inputs;
    }

    private static void add(Tag tag, Map<String, DerivedTag> byPath, Set<Tag> inputs) {
        DerivedTag derived = byPath.get(tag.path());
        if (derived == null) {
            inputs.add(tag);
        } else {
            derived.inputs().forEach(input -> add(input, byPath, inputs));
        }
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(RuleProblem::isError) || !deriveProblems.isEmpty();
    }
}
