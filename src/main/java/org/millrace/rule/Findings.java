package org.millrace.rule;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the problems of one rule; the same problem of several assets is told once. */
final class Findings {
    private final String ruleId;
    private final Set<RuleProblem> problems = new LinkedHashSet<>();
    private int errors;

    Findings(String ruleId) {
        this.ruleId = ruleId;
    }

    void error(String key, String message, String hint) {
        error(key, -1, message, hint);
    }

    void error(String key, int offset, String message, String hint) {
        problems.add(new RuleProblem(ruleId, key, offset, message, hint, true));
        errors++;
    }

    void warning(String key, String message, String hint) {
        problems.add(new RuleProblem(ruleId, key, -1, message, hint, false));
    }

    /** Errors so far, repeated ones included: compare before and after a check. */
    int errors() {
        return errors;
    }

    List<RuleProblem> problems() {
        return new ArrayList<>(problems);
    }
}
