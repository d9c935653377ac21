package org.millrace.ticket;

import java.util.Optional;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderRow.Facts;
import org.millrace.ticket.OrderRow.Id;
import org.millrace.ticket.OrderRow.Plan;
import org.millrace.ticket.OrderRow.Said;
import org.millrace.ticket.OrderRow.There;
import org.millrace.ticket.OrderRow.Times;
import org.millrace.ticket.OrderRow.Told;

/** What an alarm's event makes of the orders of its key: nothing, a fact more, an episode, a repeat failure. Pure. */
public final class OrderAlarms {
    private final String system;

    public OrderAlarms(String system) {
        this.system = system;
    }

    /**
     * @param latest episode of the event's key
     * @param wanted whether the rule asks for a work order at the event's level
     * @param now µs of the hub
     * @param due when a new order is due, µs; 0 = no date
     * @return empty when the event concerns no order
     */
    public Optional<OrderStep> take(
            Optional<OrderRow> latest, AlarmEvent event, boolean wanted, OrderPolicy policy, long now, long due) {
        boolean raised = event.type() == Type.RAISED;
        if (latest.isEmpty()) {
            return raised && wanted ? Optional.of(began(first(event, 1, "", now, due))) : Optional.empty();
        }
        OrderRow before = latest.get();
        boolean asks = raised && wanted;
        if (!asks && !before.state().isLive() && !sameIncident(before, event)) {
            return Optional.empty(); // of an incident that has no order yet: the former one has nothing to do with it
        }
        OrderRow row = before.with(after(before.facts(), event, now)).at(now);
        if (!asks) {
            return Optional.of(OrderStep.of(row));
        }
        return Optional.of(
                switch (row.state()) {
                    case INTENT, CREATING, UNKNOWN, OPEN, IN_PROGRESS, ON_HOLD -> OrderStep.of(row);
                    case DONE -> done(before, row, policy, now, due);
                    case CLOSED -> OrderStep.of(row).then(first(event, next(row), "", now, due));
                    case CANCELLED -> cancelled(before, row, now, due);
                    case DEAD -> dead(before, row, now);
                });
    }

    private OrderStep done(OrderRow before, OrderRow row, OrderPolicy policy, long now, long due) {
        return now <= verifiedAt(before, policy)
                ? back(row, policy, now, due)
                : OrderStep.of(row.in(OrderState.CLOSED, now), "The symptom stayed away: verified")
                        .then(first(row.facts().last(), next(row), "", now, due));
    }

    /** The symptom is back before the repair was verified. */
    OrderStep back(OrderRow row, OrderPolicy policy, long now, long due) {
        if (policy.onRepeat() == OrderPolicy.OnRepeat.REOPEN && policy.can().state()) {
            return OrderStep.of(
                    row.with(row.plan().reopening(true)),
                    "Repeat failure: " + row.there().number() + " is to be opened again");
        }
        return follow(row, now, due);
    }

    /** The symptom is back, and the order that was done can't be opened again, or is not to be. */
    OrderStep follow(OrderRow row, long now, long due) {
        String number = row.there().number();
        return OrderStep.of(row.in(OrderState.CLOSED, now), "Repeat failure: a new order follows " + number)
                .then(first(row.facts().last(), next(row), number, now, due));
    }

    /** A person has said no to this; only something new, or something worse, asks again. */
    private OrderStep cancelled(OrderRow before, OrderRow row, long now, long due) {
        boolean worse = row.facts().severity().compareTo(before.facts().severity()) > 0;
        return sameIncident(before, row.facts().last()) && !worse
                ? OrderStep.of(row)
                : OrderStep.of(row)
                        .then(first(row.facts().last(), next(row), row.there().number(), now, due));
    }

    private static OrderStep dead(OrderRow before, OrderRow row, long now) {
        return sameIncident(before, row.facts().last())
                ? OrderStep.of(row)
                : OrderStep.of(
                        row.with(row.plan()
                                        .reopening(false)
                                        .posted(0, row.plan().doubt()))
                                .in(OrderState.INTENT, now),
                        "Another incident: the system is asked again");
    }

    OrderRow first(AlarmEvent event, int episode, String repeatOf, long now, long due) {
        Facts facts = new Facts(
                event, event.severity(), event.peak(), 1, 0, !event.level().isEmpty(), now);
        Said said = new Said(event.severity(), 0, facts.active());
        return new OrderRow(
                new Id(system, event.key(), episode, OrderReference.of(event.key(), episode), repeatOf),
                OrderState.INTENT,
                facts,
                There.NOWHERE,
                new Told(Severity.INFO, said, 0, 0, false),
                Plan.FRESH,
                new Times(now, now, 0, due));
    }

    private static OrderStep began(OrderRow row) {
        return OrderStep.of(row, "Wanted: " + row.facts().last().title());
    }

    private static boolean sameIncident(OrderRow row, AlarmEvent event) {
        return row.facts().last().incident().equals(event.incident());
    }

    private static int next(OrderRow row) {
        return row.id().episode() + 1;
    }

    static long verifiedAt(OrderRow row, OrderPolicy policy) {
        return row.times().closed() + Micros.of(policy.reopenWithin());
    }

    private static Facts after(Facts before, AlarmEvent event, long now) {
        boolean active = !event.level().isEmpty();
        boolean raised = event.type() == Type.RAISED;
        boolean back = raised
                && (!before.active() || !event.incident().equals(before.last().incident()));
        boolean worse = raised && event.severity().compareTo(before.severity()) > 0;
        return new Facts(
                event,
                worse ? event.severity() : before.severity(),
                furthest(before.peak(), event),
                before.events() + 1,
                before.repeats() + (back ? 1 : 0),
                active,
                active == before.active() ? before.changed() : now);
    }

    /** Of the value before and the event's, either of which may be NaN. */
    public static double furthest(double before, AlarmEvent event) {
        if (Double.isNaN(before) || Double.isNaN(event.peak())) {
            return Double.isNaN(before) ? event.peak() : before;
        }
        return event.low() ? Math.min(before, event.peak()) : Math.max(before, event.peak());
    }
}
