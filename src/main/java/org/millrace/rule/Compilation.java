package org.millrace.rule;

import java.util.List;

/**
 * What became of the rule files: one {@link BoundRule} for every rule without error and every asset it watches, in
 * the order of files and assets, and everything that was found wrong.
 *
 * @param derived the plant's derived tags without error, each after those it is computed from
 */
public record Compilation(
        List<BoundRule> rules, List<RuleProblem> problems, List<DerivedTag> derived, List<DeriveProblem> deriveProblems) {
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

    public boolean hasErrors() {
        return problems.stream().anyMatch(RuleProblem::isError) || !deriveProblems.isEmpty();
    }
}
