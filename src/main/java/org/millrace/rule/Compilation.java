package org.millrace.rule;

import java.util.List;

/**
 * What became of the rule files: one {@link BoundRule} for every rule without error and every asset it watches, in
 * the order of files and assets, and everything that was found wrong.
 */
public record Compilation(List<BoundRule> rules, List<RuleProblem> problems) {
    public Compilation {
        rules = List.copyOf(rules);
        problems = List.copyOf(problems);
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(RuleProblem::isError);
    }
}
