package org.millrace.ticket;

import org.millrace.signal.Micros;
import org.millrace.ticket.OrderRow.Plan;

/** What an order needs next, and when. Pure: the same row, policy and time always want the same. */
public sealed interface OrderNext {
    /** This, now. */
    record Do(OrderAction action) implements OrderNext {}

    /** Nothing before then, µs; {@link #NEVER} = until something happens. */
    record Wait(long until) implements OrderNext {}

    long NEVER = Long.MAX_VALUE;

    static OrderNext of(OrderRow row, OrderPolicy policy, long now) {
        if (row.plan().nextTry() > now) {
            return new Wait(row.plan().nextTry());
        }
        return switch (row.state()) {
            case INTENT, UNKNOWN -> new Do(new OrderAction.Find(row.id().reference()));
            case CREATING ->
                new Do(new OrderAction.Create(row.id().reference(), row.told().severity()));
            case OPEN, IN_PROGRESS, ON_HOLD -> live(row, policy, now);
            case DONE ->
                row.plan().reopen()
                        ? new Do(new OrderAction.Reopen(row.there().id()))
                        : over(row, OrderAlarms.verifiedAt(row, policy), now);
            case CLOSED, CANCELLED, DEAD -> over(row, NEVER, now);
        };
    }

    /** Its own work is over; doubles of it may still turn up. */
    private static OrderNext over(OrderRow row, long until, long now) {
        Plan plan = row.plan();
        if (!plan.doubles().isEmpty()) {
            return new Do(new OrderAction.CancelDouble(
                    plan.doubles().getFirst(), row.there().number()));
        }
        if (plan.doubt() == 0) {
            return new Wait(until);
        }
        return plan.nextCheck() <= now
                ? new Do(new OrderAction.Find(row.id().reference()))
                : new Wait(Math.min(until, plan.nextCheck()));
    }

    /** When the row is to be looked at again: now when something is due. */
    static long wake(OrderRow row, OrderPolicy policy, long now) {
        return switch (of(row, policy, now)) {
            case Do due -> now;
            case Wait wait -> wait.until();
        };
    }

    private static OrderNext live(OrderRow row, OrderPolicy policy, long now) {
        String id = row.there().id();
        Plan plan = row.plan();
        if (!plan.doubles().isEmpty()) {
            return new Do(new OrderAction.CancelDouble(
                    plan.doubles().getFirst(), row.there().number()));
        }
        if (plan.nextCheck() <= now) {
            return new Do(new OrderAction.Find(row.id().reference()));
        }
        if (policy.can().update() && row.facts().severity().compareTo(row.told().severity()) > 0) {
            return new Do(new OrderAction.Update(id, row.facts().severity()));
        }
        if (policy.can().attach() && !row.told().picture()) {
            return new Do(new OrderAction.Attach(id));
        }
        long comment = commentAt(row, policy);
        if (comment <= now) {
            return new Do(new OrderAction.Comment(
                    id,
                    row.facts().severity(),
                    row.facts().repeats(),
                    row.facts().active()));
        }
        long close = closeAt(row, policy);
        if (close <= now) {
            return row.there().seen() >= close
                    ? new Do(new OrderAction.Close(id))
                    : new Do(new OrderAction.Get(id)); // whether anybody has touched it in the meantime
        }
        return new Wait(Math.min(plan.nextCheck(), Math.min(comment, close)));
    }

    /** A higher severity is said at once; the rest at intervals that double, so that an order never drowns in comments. */
    private static long commentAt(OrderRow row, OrderPolicy policy) {
        OrderRow.Said said = row.told().said();
        if (!policy.can().comment() || said.equals(row.now())) {
            return NEVER;
        }
        boolean worse = row.facts().severity().compareTo(said.severity()) > 0;
        int comments = row.told().comments();
        if (worse || comments == 0) {
            return 0;
        }
        long gap = Micros.of(policy.commentEvery()) << Math.min(comments - 1, 20);
        return row.told().commented() + Math.min(gap, Math.max(LONGEST_GAP, Micros.of(policy.commentEvery())));
    }

    long LONGEST_GAP = 24 * 3_600_000_000L;

    private static long closeAt(OrderRow row, OrderPolicy policy) {
        boolean may = policy.closeWhenCleared()
                && policy.can().state()
                && row.state() == OrderState.OPEN
                && !row.facts().active()
                && !row.there().touched();
        return may ? row.facts().changed() + Micros.of(policy.closeAfter()) : NEVER;
    }
}
