package org.millrace.ticket;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAnswer.There;

/** What a look at the system, the passing of time, or a restart makes of an order. Pure. */
public final class OrderWatch {
    private OrderWatch() {}

    /**
     * The order as its system shows it now.
     *
     * @param shown empty when it is gone
     */
    public static OrderStep seen(OrderRow row, Optional<There> shown, OrderPolicy policy, long now) {
        if (shown.isEmpty()) {
            return gone(row, now);
        }
        There there = shown.get();
        String known = row.there().id();
        if (known.isEmpty()) {
            return adopt(row, there, policy, now);
        }
        if (!known.equals(there.id())) {
            return there.state().isOpenThere() ? twin(row, there, now) : OrderStep.of(row);
        }
        OrderRow looked = row.with(new OrderRow.There(known, there.number(), there.touched(), now));
        return stands(looked, there, now);
    }

    /** Another open order with our reference. While ours is open, a find decides which of them goes on. */
    private static OrderStep twin(OrderRow row, There there, long now) {
        OrderRow.Plan plan = row.plan();
        if (row.state().isOpenThere()) {
            return OrderStep.of(row.with(plan.checking(now, now)));
        }
        if (plan.handled().contains(there.id()) || plan.doubles().contains(there.id())) {
            return OrderStep.of(row);
        }
        List<String> doubles =
                Stream.concat(plan.doubles().stream(), Stream.of(there.id())).toList();
        return OrderStep.of(
                        row.with(plan.checking(plan.nextCheck(), now, doubles, plan.handled())),
                        there.number() + " is a double of " + row.there().number())
                .doubled(1);
    }

    private static OrderStep stands(OrderRow row, There there, long now) {
        OrderState next = there.state();
        String number = there.number();
        return switch (row.state()) {
            case OPEN, IN_PROGRESS, ON_HOLD ->
                next == row.state() ? OrderStep.of(row) : OrderStep.of(row.in(next, now), became(number, next));
            case DONE -> {
                if (next == OrderState.DONE) {
                    yield OrderStep.of(row);
                }
                OrderRow settled = row.with(row.plan().reopening(false)).in(next, now);
                yield OrderStep.of(settled, became(number, next));
            }
            case CLOSED, CANCELLED, DEAD ->
                next.isOpenThere()
                        ? OrderStep.of(row.in(next, now), number + " was opened again by a person")
                        : OrderStep.of(row);
            case INTENT, CREATING, UNKNOWN -> OrderStep.of(row); // they have no id yet
        };
    }

    private static OrderStep gone(OrderRow row, long now) {
        String number = row.there().number();
        return switch (row.state()) {
            case OPEN, IN_PROGRESS, ON_HOLD ->
                OrderStep.of(row.in(OrderState.CANCELLED, now), number + " is gone from its system");
            case DONE -> OrderStep.of(row.in(OrderState.CLOSED, now), number + " is gone from its system");
            case INTENT, CREATING, UNKNOWN, CLOSED, CANCELLED, DEAD -> OrderStep.of(row);
        };
    }

    /** The order of this row turned up. */
    static OrderStep adopt(OrderRow row, There there, OrderPolicy policy, long now) {
        boolean own = row.plan().posts() > 0;
        long check = now + Micros.of(own ? policy.settle() : policy.checkEvery());
        OrderRow.Told told = own
                ? row.plan().posts() > 1 ? row.told().prioritySaidAgain() : row.told()
                : new OrderRow.Told(row.facts().severity(), row.now(), 0, 0, true); // of a former life of the ledger
        OrderRow found = row.with(new OrderRow.There(there.id(), there.number(), there.touched(), now))
                .with(told)
                .with(row.plan().worked().checking(check, own ? now : 0))
                .in(there.state(), now);
        return OrderStep.of(
                found, "Found as " + there.number() + " (" + there.state().code() + ")");
    }

    /** Ends the verification when its time has come. */
    public static OrderStep tick(OrderRow row, OrderAlarms alarms, OrderPolicy policy, long now, long due) {
        if (row.state() != OrderState.DONE || row.plan().reopen() || now < OrderAlarms.verifiedAt(row, policy)) {
            return OrderStep.of(row);
        }
        return row.facts().active()
                ? alarms.back(row, policy, now, due) // done, they said, but it never went back to normal
                : OrderStep.of(row.in(OrderState.CLOSED, now), "The symptom stayed away: verified");
    }

    /** A row as a process that died may have left it. */
    public static OrderStep recover(OrderRow row, OrderPolicy policy, long now) {
        if (row.state() != OrderState.CREATING) {
            return OrderStep.of(row);
        }
        OrderRow unsure = row.in(OrderState.UNKNOWN, now)
                .with(row.plan()
                        .posted(row.plan().posts(), now)
                        .failed(
                                "the hub stopped while it created the order",
                                now + Micros.of(policy.settle()),
                                row.plan().attempts() + 1));
        return OrderStep.of(unsure, "The hub stopped while it created the order: it is looked for first");
    }

    private static String became(String number, OrderState state) {
        return number + " is " + state.code().replace('_', ' ') + " now";
    }
}
