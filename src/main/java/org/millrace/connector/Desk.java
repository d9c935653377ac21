package org.millrace.connector;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;
import org.millrace.signal.Micros;
import org.millrace.store.StoreException;
import org.millrace.store.WorkOrders;
import org.millrace.store.WorkOrders.LogLine;
import org.millrace.store.WorkOrders.State;
import org.millrace.store.WorkOrders.WorkOrder;
import org.millrace.ticket.Numbers;
import org.millrace.ticket.OrderAlarms;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.Ticket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in work-order desk, for plants without a CMMS. At most one order per incident key is open; what the alarm
 * does afterwards is written on it, and only a person closes it. The same event twice changes nothing.
 */
public final class Desk implements WorkOrderSystem {
    /** What became of something a person wanted. */
    public sealed interface Change {
        record Changed(WorkOrder order) implements Change {}

        record NotFound(String number) implements Change {}

        /** Against the rules of the desk; the sentence says which. */
        record Refused(String why) implements Change {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
    private static final String HUB = "hub";

    private final WorkOrders orders;
    private final Ticket.Writer writer;
    private final Function<String, Optional<RuleFile.WorkOrder>> wanted;
    private final Clock clock;

    /**
     * @param wanted what a rule (by id) says of work orders; empty when it asks for none, or is no longer there
     */
    public Desk(
            WorkOrders orders,
            Ticket.Writer writer,
            Function<String, Optional<RuleFile.WorkOrder>> wanted,
            Clock clock) {
        this.orders = orders;
        this.writer = writer;
        this.wanted = wanted;
        this.clock = clock;
    }

    @Override
    public String id() {
        return "desk";
    }

    @Override
    public Delivery deliver(AlarmEvent event) {
        Ticket ticket = write(event);
        long now = now();
        Optional<RuleFile.WorkOrder> settings = wanted.apply(event.rule());
        try {
            return orders.transact(tx -> take(tx, event, ticket, settings, now));
        } catch (StoreException e) {
            return new Delivery.Deferred(String.valueOf(e.getMessage()));
        }
    }

    /** The latest change first. */
    public List<WorkOrder> list(int limit) {
        return orders.list(limit);
    }

    /** Those of one state, the latest change first. */
    public List<WorkOrder> list(State state, int limit) {
        return orders.list(state, limit);
    }

    public Optional<WorkOrder> get(String number) {
        return orders.get(number);
    }

    /** Events, comments and changes of an order, oldest first. */
    public List<LogLine> log(String number) {
        return orders.log(number);
    }

    /** Moves an order on by a person's hand. Reopening is refused while the same condition has another open order. */
    public Change setState(String number, State state, String who) {
        long now = now();
        return orders.transact(tx -> {
            Optional<WorkOrder> found = tx.get(number);
            if (found.isEmpty()) {
                return new Change.NotFound(number);
            }
            WorkOrder order = found.get();
            if (order.state() == state) {
                return new Change.Changed(order);
            }
            Optional<WorkOrder> other = tx.open(order.key());
            if (state.isOpen() && other.isPresent() && !other.get().number().equals(number)) {
                return new Change.Refused(
                        other.get().number() + " is already open for the same condition; go on with that one");
            }
            WorkOrder changed = withState(order, state, now);
            tx.save(changed);
            tx.log(number, now, who, "State changed from " + order.state().code() + " to " + state.code());
            return new Change.Changed(changed);
        });
    }

    /** Adds a person's words to the order's log. */
    public Change comment(String number, String text, String who) {
        if (text.isBlank()) {
            return new Change.Refused("the comment is empty");
        }
        long now = now();
        return orders.transact(tx -> {
            Optional<WorkOrder> found = tx.get(number);
            if (found.isEmpty()) {
                return new Change.NotFound(number);
            }
            WorkOrder changed = withState(found.get(), found.get().state(), now);
            tx.save(changed);
            tx.log(number, now, who, text.strip());
            return new Change.Changed(changed);
        });
    }

    private static Delivery take(
            WorkOrders.Tx tx, AlarmEvent event, Ticket ticket, Optional<RuleFile.WorkOrder> settings, long now) {
        long due = now + Micros.of(OrderPolicy.within(event, settings));
        OptionalInt taken = tx.step(event.incident());
        if (taken.isPresent() && taken.getAsInt() >= event.step()) {
            return new Delivery.Unchanged("event " + event.id() + " was taken before");
        }
        if (!event.handling().announced()) {
            return new Delivery.Unchanged("event " + event.id() + " is only recorded: the alarm is silenced");
        }
        Optional<WorkOrder> open = tx.open(event.key());
        if (open.isPresent()) {
            WorkOrder order = update(open.get(), event, ticket, now, due);
            tx.save(order);
            return updated(tx, event, order, now);
        }
        Optional<WorkOrder> parent = parent(tx, event);
        if (event.type() == AlarmEvent.Type.RAISED && parent.isPresent()) {
            tx.log(parent.get().number(), now, HUB, "Also: " + event.title() + " (" + line(event) + ")");
            tx.took(event.incident(), parent.get().number(), event.step());
            return new Delivery.Updated(parent.get().number());
        }
        if (event.type() == AlarmEvent.Type.RAISED && settings.isEmpty()) {
            return new Delivery.Unchanged("rule " + event.rule() + " asks for no work order");
        }
        if (event.type() == AlarmEvent.Type.RAISED
                && settings.filter(order -> !order.wantedAt(event.level())).isPresent()) {
            return new Delivery.Unchanged("rule " + event.rule() + " asks for a work order when it is due");
        }
        if (event.type() == AlarmEvent.Type.RAISED) {
            WorkOrder order = create(tx.newNumber(), event, ticket, now, due);
            tx.save(order);
            tx.log(order.number(), now, HUB, "Opened: " + line(event));
            tx.took(event.incident(), order.number(), event.step());
            return new Delivery.Created(order.number());
        }
        Optional<WorkOrder> closed = tx.ofIncident(event.incident());
        if (closed.isPresent()) { // by a person before the condition was over: the record goes on, the work does not
            return updated(tx, event, closed.get(), now);
        }
        return new Delivery.Unchanged("no work order was opened for incident " + event.incident());
    }

    /** The open order of what this alarm came with: it covers both. */
    private static Optional<WorkOrder> parent(WorkOrders.Tx tx, AlarmEvent event) {
        String parent = event.handling().parent();
        return parent.isEmpty()
                ? Optional.empty()
                : tx.ofIncident(parent).filter(order -> order.state().isOpen());
    }

    private static Delivery updated(WorkOrders.Tx tx, AlarmEvent event, WorkOrder order, long now) {
        tx.log(order.number(), now, HUB, line(event));
        tx.took(event.incident(), order.number(), event.step());
        return new Delivery.Updated(order.number());
    }

    private static WorkOrder create(String number, AlarmEvent event, Ticket ticket, long now, long due) {
        return new WorkOrder(
                number,
                event.incident(),
                event.key(),
                event.rule(),
                event.asset(),
                event.assetName(),
                event.assetPath(),
                event.failureMode(),
                State.OPEN,
                event.severity(),
                ticket.title(),
                ticket.text(),
                ticket.trendSvg(),
                event.limit(),
                event.value(),
                event.peak(),
                event.unit(),
                event.since(),
                now,
                now,
                due,
                1);
    }

    private static WorkOrder update(WorkOrder order, AlarmEvent event, Ticket ticket, long now, long due) {
        boolean rises = event.severity().compareTo(order.severity()) > 0;
        return new WorkOrder(
                order.number(),
                event.incident(),
                order.key(),
                event.rule(),
                event.asset(),
                event.assetName(),
                event.assetPath(),
                event.failureMode(),
                order.state(),
                rises ? event.severity() : order.severity(),
                ticket.title(),
                ticket.text(),
                ticket.trendSvg(),
                event.limit(),
                event.value(),
                OrderAlarms.furthest(order.peak(), event),
                event.unit(),
                Math.min(order.since(), event.since()),
                order.created(),
                now,
                event.type() == AlarmEvent.Type.RAISED ? Math.min(order.due(), due) : order.due(),
                order.events() + 1);
    }

    private static WorkOrder withState(WorkOrder o, State state, long now) {
        return new WorkOrder(
                o.number(),
                o.incident(),
                o.key(),
                o.rule(),
                o.asset(),
                o.assetName(),
                o.assetPath(),
                o.failureMode(),
                state,
                o.severity(),
                o.title(),
                o.text(),
                o.trendSvg(),
                o.limit(),
                o.value(),
                o.peak(),
                o.unit(),
                o.since(),
                o.created(),
                now,
                o.due(),
                o.events());
    }

    private static String line(AlarmEvent event) {
        String value = Double.isNaN(event.value())
                ? "no good value"
                : Numbers.quantity(event.value(), event.unit(), Locale.ENGLISH);
        String level = event.level().isEmpty() ? "" : " level " + event.level();
        return switch (event.type()) {
            case RAISED -> "Raised to" + level + " (" + severity(event) + ") at " + value;
            case LOWERED -> "Lowered to" + level + " (" + severity(event) + ") at " + value;
            case RTN_UNACK -> "Back to normal after " + lasted(event);
            case ACKED -> "Alarm acknowledged" + by(event);
            case CONFIRMED -> "Alarm confirmed" + by(event);
            case REALARMED -> "Still active: to be acknowledged again";
            case ESCALATED -> "Escalated to " + event.handling().recipient();
            case SHELVED -> "Alarm shelved" + by(event);
            case UNSHELVED -> "Alarm no longer shelved" + by(event);
            case SUPPRESSED -> "Alarm suppressed" + by(event);
            case UNSUPPRESSED -> "Alarm no longer suppressed" + by(event);
            case OUT_OF_SERVICE -> "Alarm taken out of service" + by(event);
            case IN_SERVICE -> "Alarm back in service" + by(event);
            case SUMMARY -> "Flood: " + event.handling().comment();
            case NORMAL -> over(event);
        };
    }

    private static String by(AlarmEvent event) {
        String who = event.handling().who();
        String why = event.handling().comment();
        return (who.isEmpty() ? "" : " by " + who) + (why.isEmpty() ? "" : ": " + why);
    }

    private static String over(AlarmEvent event) {
        String why = event.inputs().get("closed"); // the rule itself is gone
        return why == null ? "Incident over: back to normal and acknowledged" : "Incident closed by the hub: " + why;
    }

    private static String severity(AlarmEvent event) {
        return event.severity().name().toLowerCase(Locale.ROOT);
    }

    private static String lasted(AlarmEvent event) {
        long seconds = Math.max(0, (event.time() - event.since() + 500_000) / 1_000_000);
        Duration duration = Duration.ofSeconds(seconds);
        String words = "";
        if (duration.toDays() > 0) {
            words += duration.toDays() + " d ";
        }
        if (duration.toHours() > 0) {
            words += duration.toHoursPart() + " h ";
        }
        if (duration.toMinutes() > 0) {
            words += duration.toMinutesPart() + " min ";
        }
        return duration.toHours() > 0 ? words.strip() : words + duration.toSecondsPart() + " s";
    }

    /** An order without text or picture is better than none. */
    private Ticket write(AlarmEvent event) {
        try {
            return writer.write(event);
        } catch (RuntimeException e) {
            LOG.warn("no ticket text for event {}; the work order gets the rule's title only", event.id(), e);
            return new Ticket(event.title(), event.title() + "\n" + line(event), "");
        }
    }

    private long now() {
        return Micros.of(clock.instant());
    }
}
