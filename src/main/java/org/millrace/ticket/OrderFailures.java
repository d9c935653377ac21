package org.millrace.ticket;

import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAnswer.Failed;
import org.millrace.ticket.OrderAnswer.Kind;
import org.millrace.ticket.OrderRow.Plan;
import org.millrace.ticket.OrderRow.Told;

/** What a failed call makes of its order: another try later, a look first, or a dead letter. Pure. */
final class OrderFailures {
    private OrderFailures() {}

    static OrderStep of(
            OrderAlarms alarms,
            OrderRow row,
            OrderAction action,
            Failed failed,
            OrderPolicy policy,
            long now,
            long due) {
        return switch (action) {
            case OrderAction.Find find -> find(row, failed, policy, now);
            case OrderAction.Create create -> create(row, failed, policy, now);
            case OrderAction.Get get -> OrderStep.of(later(row, failed, policy, now));
            case OrderAction.Update a -> call(alarms, row, action, failed, policy, now, due);
            case OrderAction.Comment a -> call(alarms, row, action, failed, policy, now, due);
            case OrderAction.Reopen a -> call(alarms, row, action, failed, policy, now, due);
            case OrderAction.Close a -> call(alarms, row, action, failed, policy, now, due);
            case OrderAction.Attach a -> call(alarms, row, action, failed, policy, now, due);
            case OrderAction.CancelDouble a -> call(alarms, row, action, failed, policy, now, due);
        };
    }

    /** Looking changes nothing, so it may be tried for ever; refused for good, nothing can be created either. */
    private static OrderStep find(OrderRow row, Failed failed, OrderPolicy policy, long now) {
        if (failed.kind() != Kind.PERMANENT) {
            return OrderStep.of(later(row, failed, policy, now));
        }
        if (row.state().isOpenThere()) {
            long check = now + Micros.of(policy.checkEvery());
            return OrderStep.of(row.with(row.plan().checking(check)))
                    .refused("looking for doubles of " + row.there().number() + ": " + failed.why());
        }
        return dead(row, failed.why(), now);
    }

    private static OrderStep create(OrderRow row, Failed failed, OrderPolicy policy, long now) {
        return switch (failed.kind()) {
            case RETRYABLE, THROTTLED, UNAUTHORIZED -> {
                OrderRow intent = row.with(
                        row.plan().posted(row.plan().posts() - 1, row.plan().doubt()));
                yield OrderStep.of(later(intent, failed, policy, now)
                        .in(intent.plan().doubt() > 0 ? OrderState.UNKNOWN : OrderState.INTENT, now));
            }
            case PERMANENT -> dead(row, failed.why(), now);
            case UNKNOWN -> {
                int attempts = row.plan().attempts() + 1;
                long settle = Micros.of(policy.settle());
                long longest = Math.max(settle, Micros.of(policy.longestPause()));
                long pause = Math.min(longest, settle << Math.min(attempts - 1, 20));
                Plan plan = row.plan()
                        .posted(row.plan().posts(), now)
                        .failed(failed.why(), now + Math.max(pause, failed.after()), attempts);
                yield OrderStep.of(
                        row.with(plan).in(OrderState.UNKNOWN, now),
                        "Sent, and not known whether done (" + failed.why() + "): it is looked for first");
            }
        };
    }

    /** Telling an order something twice does no harm, so what may have been done is done again, but not for ever. */
    private static OrderStep call(
            OrderAlarms alarms,
            OrderRow row,
            OrderAction action,
            Failed failed,
            OrderPolicy policy,
            long now,
            long due) {
        boolean spent = failed.kind() == Kind.UNKNOWN && row.plan().attempts() + 1 >= policy.maxAttempts();
        if (failed.kind() != Kind.PERMANENT && !spent) {
            return OrderStep.of(later(row, failed, policy, now));
        }
        String why = action.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT) + " of "
                + row.there().number() + ": " + failed.why();
        return giveUp(alarms, row.with(row.plan().worked()), action, now, due).refused(why);
    }

    /** What can't be told counts as told; the dead letter keeps it. */
    private static OrderStep giveUp(OrderAlarms alarms, OrderRow row, OrderAction action, long now, long due) {
        Told told = row.told();
        return switch (action) {
            case OrderAction.Update u -> OrderStep.of(row.with(told.priority(u.severity())));
            case OrderAction.Comment c -> OrderStep.of(row.with(told.commented(c, now)));
            case OrderAction.Reopen r -> alarms.follow(row.with(row.plan().reopening(false)), now, due);
            case OrderAction.Close c ->
                OrderStep.of(row.with(
                        new OrderRow.There(row.there().id(), row.there().number(), true, now))); // left to people
            case OrderAction.Attach a -> OrderStep.of(row.with(told.pictured()));
            case OrderAction.CancelDouble d -> OrderStep.of(row.with(row.plan().handled(d.id())));
            case OrderAction.Find f -> OrderStep.of(row);
            case OrderAction.Create c -> OrderStep.of(row);
            case OrderAction.Get g -> OrderStep.of(row);
        };
    }

    private static OrderStep dead(OrderRow row, String why, long now) {
        Plan plan = row.plan();
        return OrderStep.of(
                        row.with(plan.failed(why, 0, plan.attempts() + 1)).in(OrderState.DEAD, now), "Refused: " + why)
                .refused(why);
    }

    private static OrderRow later(OrderRow row, Failed failed, OrderPolicy policy, long now) {
        int attempts = row.plan().attempts() + 1;
        long pause = Math.max(pause(policy, row.id().reference(), attempts), failed.after());
        return row.with(row.plan().failed(failed.why(), now + pause, attempts));
    }

    /** Half to all of a pause that doubles; the share is drawn from the reference, so that the core stays pure. */
    static long pause(OrderPolicy policy, String reference, int attempts) {
        long doubled = Micros.of(policy.firstPause()) << Math.min(attempts - 1, 30);
        long base = Math.min(Micros.of(policy.longestPause()), doubled);
        int share = (reference + attempts).hashCode() & 0x3ff;
        return base / 2 + base / 2 * share / 0x3ff;
    }
}
