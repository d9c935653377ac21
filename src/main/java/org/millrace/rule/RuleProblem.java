package org.millrace.rule;

/**
 * Something wrong in a rule, placed so that the loader can add file, line and column.
 *
 * @param ruleId id of the rule
 * @param key path of the key within the rule's file, e.g. {@code while}, {@code limits.C}, {@code levels.D.on_delay}
 * @param offset 0-based offset in characters within the scalar at {@code key}; -1 when the whole value is meant
 * @param message what is wrong
 * @param hint what to do; empty when there is nothing to add
 * @param isError false for a warning: the rule is loaded all the same
 */
public record RuleProblem(String ruleId, String key, int offset, String message, String hint, boolean isError) {}
