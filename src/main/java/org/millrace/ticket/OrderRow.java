package org.millrace.ticket;

import java.util.List;
import java.util.stream.Stream;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile.Severity;

/**
 * One episode of an incident key in one system: everything the hub knows and still owes of its order. What is to be done
 * next is derived from it alone, so that a crash between any two steps repeats at most the last call.
 *
 * @param facts what the alarm says
 * @param there what the system says
 * @param told what the order has been told of the facts
 */
public record OrderRow(Id id, OrderState state, Facts facts, There there, Told told, Plan plan, Times times) {
    /**
     * @param system id of the connector
     * @param key incident key
     * @param episode from 1
     * @param repeatOf number of the former episode's order when this is a repeat failure; else empty
     */
    public record Id(String system, String key, int episode, String reference, String repeatOf) {}

    /**
     * @param last the latest event
     * @param severity highest of this episode
     * @param peak furthest value of this episode, NaN when none
     * @param events events that went into it
     * @param repeats how often the condition came back
     * @param active it is there now
     * @param changed when {@code active} last changed, µs of the hub
     */
    public record Facts(
            AlarmEvent last, Severity severity, double peak, int events, int repeats, boolean active, long changed) {}

    /**
     * @param id in its system; empty until known
     * @param number what people call it
     * @param touched a person has worked on it
     * @param seen when that was last known, µs
     */
    public record There(String id, String number, boolean touched, long seen) {
        static final There NOWHERE = new There("", "", false, 0);
    }

    /**
     * @param severity the order's priority
     * @param said severity, repeats and activity of the last comment, or of the order's own text
     * @param comments so far
     * @param commented when the last was made, µs
     * @param picture handed over, or given up
     */
    public record Told(Severity severity, Said said, int comments, long commented, boolean picture) {
        Told priority(Severity known) {
            return new Told(known, said, comments, commented, picture);
        }

        /** Which of several creations made the order is not known, so neither is its priority: it is told again. */
        Told prioritySaidAgain() {
            return priority(Severity.INFO);
        }

        Told commented(OrderAction.Comment comment, long now) {
            Said fresh = new Said(comment.severity(), comment.repeats(), comment.active());
            return new Told(severity, fresh, comments + 1, now, picture);
        }

        Told pictured() {
            return new Told(severity, said, comments, commented, true);
        }
    }

    public record Said(Severity severity, int repeats, boolean active) {}

    /**
     * @param attempts failures in a row
     * @param nextTry not before, µs
     * @param posts creations sent that may have had an effect
     * @param doubt when a creation last ended in the unknown, µs: doubles are possible; 0 = never
     * @param reopen the order is to be opened again
     * @param nextCheck when to look for doubles, µs
     * @param doubles ids still to be cancelled
     * @param handled ids of doubles that have been
     * @param trouble the last failure; empty when the last call worked
     */
    public record Plan(
            int attempts,
            long nextTry,
            int posts,
            long doubt,
            boolean reopen,
            long nextCheck,
            List<String> doubles,
            List<String> handled,
            String trouble) {
        static final Plan FRESH = new Plan(0, 0, 0, 0, false, 0, List.of(), List.of(), "");

        Plan worked() {
            return new Plan(0, 0, posts, doubt, reopen, nextCheck, doubles, handled, "");
        }

        Plan failed(String why, long next, int failures) {
            return new Plan(failures, next, posts, doubt, reopen, nextCheck, doubles, handled, why);
        }

        Plan posted(int count, long unsure) {
            return new Plan(attempts, nextTry, count, unsure, reopen, nextCheck, doubles, handled, trouble);
        }

        Plan reopening(boolean wanted) {
            return new Plan(0, 0, posts, doubt, wanted, nextCheck, doubles, handled, "");
        }

        Plan checking(long next) {
            return checking(next, doubt, doubles, handled);
        }

        Plan checking(long next, long unsure) {
            return checking(next, unsure, doubles, handled);
        }

        Plan handled(String id) {
            List<String> left =
                    doubles.stream().filter(other -> !other.equals(id)).toList();
            List<String> done =
                    Stream.concat(handled.stream(), Stream.of(id)).distinct().toList();
            return checking(nextCheck, doubt, left, done);
        }

        Plan checking(long next, long unsure, List<String> open, List<String> done) {
            return new Plan(
                    attempts, nextTry, posts, unsure, reopen, next, List.copyOf(open), List.copyOf(done), trouble);
        }
    }

    /**
     * @param closed when it was done or cancelled, µs; 0 while it is not
     * @param due µs; 0 = none
     */
    public record Times(long created, long updated, long closed, long due) {}

    OrderRow in(OrderState next, long now) {
        boolean over = next == OrderState.DONE || next == OrderState.CANCELLED || next == OrderState.DEAD;
        long closed = next == OrderState.CLOSED ? times.closed() : over ? now : 0;
        return new OrderRow(id, next, facts, there, told, plan, new Times(times.created(), now, closed, times.due()));
    }

    OrderRow with(Facts next) {
        return new OrderRow(id, state, next, there, told, plan, times);
    }

    OrderRow with(There next) {
        return new OrderRow(id, state, facts, next, told, plan, times);
    }

    OrderRow with(Told next) {
        return new OrderRow(id, state, facts, there, next, plan, times);
    }

    OrderRow with(Plan next) {
        return new OrderRow(id, state, facts, there, told, next, times);
    }

    OrderRow at(long now) {
        return new OrderRow(
                id, state, facts, there, told, plan, new Times(times.created(), now, times.closed(), times.due()));
    }

    Said now() {
        return new Said(facts.severity(), facts.repeats(), facts.active());
    }
}
