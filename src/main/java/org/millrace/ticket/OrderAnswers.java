package org.millrace.ticket;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAnswer.Failed;
import org.millrace.ticket.OrderAnswer.Found;
import org.millrace.ticket.OrderAnswer.Made;
import org.millrace.ticket.OrderAnswer.Stands;
import org.millrace.ticket.OrderAnswer.There;
import org.millrace.ticket.OrderRow.Plan;
import org.millrace.ticket.OrderRow.Told;

/** What the answer to a call makes of the order it was made for. Pure. */
public final class OrderAnswers {
    /** How long after a creation of unknown outcome an order that is over is still looked for doubles, µs. */
    static final long DOUBT = 24 * 3_600_000_000L;

    private final OrderAlarms alarms;

    public OrderAnswers(OrderAlarms alarms) {
        this.alarms = alarms;
    }

    /**
     * @param row as it is now: events may have come since the call began
     * @param now µs of the hub
     * @param due when a new order is due, µs; 0 = no date
     */
    public OrderStep apply(
            OrderRow row, OrderAction action, OrderAnswer answer, OrderPolicy policy, long now, long due) {
        return switch (answer) {
            case Failed failed -> OrderFailures.of(alarms, row, action, failed, policy, now, due);
            case Found found -> found(row, found.orders(), policy, now);
            case Made made -> made(row, made.order(), policy, now);
            case Stands stands -> OrderWatch.seen(row.with(row.plan().worked()), stands.order(), policy, now);
            case OrderAnswer.Done done -> done(row.with(row.plan().worked()), action, now);
        };
    }

    private OrderStep found(OrderRow row, List<There> orders, OrderPolicy policy, long now) {
        List<There> open =
                orders.stream().filter(there -> there.state().isOpenThere()).toList();
        return switch (row.state()) {
            case INTENT, UNKNOWN -> {
                if (!open.isEmpty()) {
                    OrderStep step = OrderWatch.adopt(row, open.getFirst(), policy, now);
                    yield doubles(step.row(), open, policy, now, step.log());
                }
                if (!orders.isEmpty()) {
                    yield onlyClosed(row, orders.getLast(), policy, now);
                }
                yield none(row, policy, now);
            }
            case OPEN, IN_PROGRESS, ON_HOLD -> doubles(row.with(row.plan().worked()), open, policy, now, List.of());
            case DONE, CLOSED, CANCELLED, DEAD -> late(row, open, policy, now);
            case CREATING -> OrderStep.of(row);
        };
    }

    /** Ours is over; whatever else is open under its reference was carried out too late. */
    private static OrderStep late(OrderRow row, List<There> open, OrderPolicy policy, long now) {
        Plan plan = row.plan().worked();
        List<String> fresh = open.stream()
                .map(There::id)
                .filter(id -> !id.equals(row.there().id())
                        && !plan.handled().contains(id)
                        && !plan.doubles().contains(id))
                .toList();
        boolean doubtful = now - plan.doubt() < DOUBT;
        long check = now + checkPause(plan, policy, now);
        List<String> all =
                Stream.concat(plan.doubles().stream(), fresh.stream()).toList();
        OrderStep step = OrderStep.of(row.with(plan.checking(check, doubtful ? plan.doubt() : 0, all, plan.handled())));
        return fresh.isEmpty()
                ? step
                : new OrderStep(
                        step.row(),
                        Optional.empty(),
                        List.of(fresh.size() + " more of " + row.there().number() + " came late"),
                        List.of(),
                        fresh.size());
    }

    /** Now, and only now, an order may be created. */
    private static OrderStep none(OrderRow row, OrderPolicy policy, long now) {
        int posts = row.plan().posts();
        if (posts >= policy.maxAttempts()) {
            String why = posts + " creations ended in the unknown and none is to be found; last: "
                    + row.plan().trouble();
            return OrderStep.of(row.in(OrderState.DEAD, now), why).refused(why);
        }
        Told told = new Told(row.facts().severity(), row.now(), 0, 0, false);
        // the failures before stay counted until an order is there: pauses go on growing
        Plan plan = row.plan().posted(posts + 1, row.plan().doubt());
        return OrderStep.of(row.with(told).with(plan).in(OrderState.CREATING, now));
    }

    /** Either what we sent was closed before we found it, or this ledger is younger than the system's orders. */
    private OrderStep onlyClosed(OrderRow row, There last, OrderPolicy policy, long now) {
        OrderStep adopted = OrderWatch.adopt(row, last, policy, now);
        return row.plan().posts() > 0 || !row.facts().active()
                ? adopted
                : adopted.then(alarms.first(
                        row.facts().last(),
                        row.id().episode() + 1,
                        last.number(),
                        now,
                        row.times().due()));
    }

    private static OrderStep doubles(OrderRow row, List<There> open, OrderPolicy policy, long now, List<String> log) {
        Plan plan = row.plan();
        List<There> ours = open.stream()
                .filter(there -> !plan.handled().contains(there.id()))
                .toList();
        List<String> said = new ArrayList<>(log);
        OrderRow kept = row;
        if (!ours.isEmpty() && !ours.getFirst().id().equals(row.there().id())) {
            There lowest = ours.getFirst();
            kept = row.with(new OrderRow.There(lowest.id(), lowest.number(), lowest.touched(), now))
                    .with(row.told().prioritySaidAgain())
                    .in(lowest.state(), now);
            said.add(lowest.number() + " is older and goes on instead of "
                    + row.there().number());
        }
        String id = kept.there().id();
        List<String> others =
                ours.stream().map(There::id).filter(other -> !other.equals(id)).toList();
        List<String> all = Stream.concat(plan.doubles().stream(), others.stream())
                .distinct()
                .toList();
        int fresh = (int)
                others.stream().filter(other -> !plan.doubles().contains(other)).count();
        if (fresh > 0) {
            said.add(fresh + " double" + (fresh == 1 ? "" : "s") + " of "
                    + kept.there().number() + " found");
        }
        long check = now + checkPause(plan, policy, now);
        OrderRow next = kept.with(plan.checking(check, plan.doubt(), all, plan.handled()));
        return new OrderStep(next, Optional.empty(), List.copyOf(said), List.of(), fresh);
    }

    /** After a creation of unknown outcome soon and then less and less often: a slow server may still carry it out. */
    private static long checkPause(Plan plan, OrderPolicy policy, long now) {
        long normal = Micros.of(policy.checkEvery());
        return plan.doubt() > 0 ? Math.min(normal, Math.max(Micros.of(policy.settle()), now - plan.doubt())) : normal;
    }

    private static OrderStep made(OrderRow row, There order, OrderPolicy policy, long now) {
        long doubt = row.plan().doubt();
        long check = now + Micros.of(doubt > 0 ? policy.settle() : policy.checkEvery());
        OrderRow there = row.with(new OrderRow.There(order.id(), order.number(), order.touched(), now))
                .with(row.plan().worked().checking(check))
                .in(order.state(), now);
        return OrderStep.of(there, "Created as " + order.number());
    }

    private static OrderStep done(OrderRow row, OrderAction action, long now) {
        Told told = row.told();
        String number = row.there().number();
        return switch (action) {
            case OrderAction.Update update ->
                OrderStep.of(
                        row.with(told.priority(update.severity())).at(now),
                        "Priority of " + number + " raised to "
                                + update.severity().name().toLowerCase(java.util.Locale.ROOT));
            case OrderAction.Comment comment ->
                OrderStep.of(row.with(told.commented(comment, now)).at(now), "Comment on " + number);
            case OrderAction.Reopen reopen ->
                OrderStep.of(
                        row.with(new Told(told.severity(), row.now(), told.comments(), told.commented(), true))
                                .with(row.plan().reopening(false).checking(now))
                                .in(OrderState.OPEN, now),
                        number + " opened again");
            case OrderAction.Close close ->
                OrderStep.of(
                        row.in(OrderState.DONE, now), number + " closed: its condition is over and nobody touched it");
            case OrderAction.Attach attach -> OrderStep.of(row.with(told.pictured()));
            case OrderAction.CancelDouble gone ->
                OrderStep.of(row.with(row.plan().handled(gone.id())).at(now), "Double " + gone.id() + " cancelled");
            case OrderAction.Find f -> OrderStep.of(row);
            case OrderAction.Create c -> OrderStep.of(row);
            case OrderAction.Get g -> OrderStep.of(row);
        };
    }
}
