package org.millrace.why;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way of a value, step by step, as far as it came.
 *
 * @param subject what was asked
 * @param verdict one sentence: what came of it, or what stopped it
 * @param stopped whether a step stopped it
 * @param plot value, limits and state of the rule over time, when there are values
 */
public record Explanation(String subject, String verdict, boolean stopped, List<Step> steps, Optional<Plot> plot) {
    /** How a step ended. */
    public enum Outcome {
        OK,
        /** The way ends here. */
        STOPPED,
        /** It goes on later, or is being tried. */
        WAITING,
        /** What happened was not kept. */
        UNKNOWN
    }

    /**
     * @param step {@code reading}, {@code tag}, {@code rule}, {@code event}, {@code route}, {@code connector}
     * @param time µs since the epoch; 0 when it has none
     * @param text one sentence
     * @param configuration version under which the step was made; empty when that was not kept
     * @param facts name to value, for people
     */
    public record Step(
            String step, Outcome outcome, long time, String text, String configuration, Map<String, String> facts) {}

    /** @param bands how the rule stood, without gaps; {@code marks} what happened at a moment */
    public record Plot(
            String tag,
            String unit,
            long from,
            long to,
            List<Point> points,
            List<Limit> limits,
            List<Band> bands,
            List<Mark> marks) {}

    /** @param good false for a value that rules take for unknown; {@code value} NaN for none */
    public record Point(long time, double value, boolean good) {}

    public record Limit(String name, double value, boolean low) {}

    /** @param state a {@link org.millrace.rule.RuleProbe.Phase} in small letters; {@code level} empty when normal */
    public record Band(long from, long to, String state, String level) {}

    public record Mark(long time, String text) {}
}
