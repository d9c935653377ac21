package org.millrace.rule;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.Program;
import java.util.List;
import org.millrace.plant.Tag;

/** A checked CEL condition over the tags of one asset. Immutable and safe to share. */
public final class Condition {
    private final String text;
    private final List<Tag> tags;
    private final java.util.Set<String> names;
    private final Program program;

    Condition(String text, List<Tag> tags, Program program) {
        this.text = text;
        this.tags = List.copyOf(tags);
        this.names = tags.stream().map(Tag::name).collect(java.util.stream.Collectors.toUnmodifiableSet());
        this.program = program;
    }

    public String text() {
        return text;
    }

    /** The tags that the checked expression refers to, by name in alphabetical order. */
    public List<Tag> tags() {
        return tags;
    }

    /** Whether the expression refers to this tag of its asset. */
    boolean reads(Tag tag) {
        return names.contains(tag.name());
    }

    /** The number it comes to, 1 and 0 for true and false; NaN after a run-time error. */
    double number(CelVariableResolver values) {
        try {
            Object result = program.eval(values);
            if (result instanceof Boolean truth) {
                return truth ? 1 : 0;
            }
            return result instanceof Number number ? number.doubleValue() : Double.NaN;
        } catch (CelEvaluationException e) {
            return Double.NaN;
        }
    }

    /**
     * Evaluates it; the resolver answers for every tag in {@link #tags()}, by name. A run-time error (a text that is
     * no number, an index out of range) means that the truth is not known.
     */
    Truth evaluate(CelVariableResolver values) {
        try {
            return Boolean.TRUE.equals(program.eval(values)) ? Truth.TRUE : Truth.FALSE;
        } catch (CelEvaluationException e) {
            return Truth.UNKNOWN;
        }
    }
}
