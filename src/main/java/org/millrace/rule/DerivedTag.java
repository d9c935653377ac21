package org.millrace.rule;

import java.util.List;
import org.millrace.plant.Tag;

/**
 * A tag whose values are computed from others of its asset, checked.
 *
 * @param tag the derived tag
 * @param kind what is computed
 * @param expression the condition to accumulate, or the expression; for rate and delta the input alone
 * @param factor from what is computed (seconds, input unit, input unit per second) to the tag's unit
 * @param modulus range of a counted input in its unit; 0 when it is no counter of known width
 * @param counter whether the input only ever counts up
 */
public record DerivedTag(Tag tag, Kind kind, Condition expression, double factor, double modulus, boolean counter) {
    public enum Kind {
        /** Time for which a condition was true. */
        ACCUMULATE,
        /** Change per second from one value to the next. */
        RATE,
        /** Change from one value to the next. */
        DELTA,
        /** A number or truth of CEL. */
        EXPRESSION
    }

    List<Tag> inputs() {
        return expression.tags();
    }

    /** Key of its state row; no rule's key has a colon. */
    String stateKey() {
        return "derive:" + tag.path();
    }

    String shape() {
        return kind + " " + expression.text() + " [" + tag.unit() + "]";
    }
}
