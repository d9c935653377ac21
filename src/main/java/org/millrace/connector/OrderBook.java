package org.millrace.connector;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.millrace.connector.OrderClient.RemoteOrder;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAction;
import org.millrace.ticket.OrderAlarms;
import org.millrace.ticket.OrderAnswer;
import org.millrace.ticket.OrderAnswers;
import org.millrace.ticket.OrderLedger;
import org.millrace.ticket.OrderNext;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.OrderState;
import org.millrace.ticket.OrderStep;
import org.millrace.ticket.OrderWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of one system as its two users see it: the route that brings events, and the thread that calls the system.
 * Every step reads the row, decides by the pure core and commits, under one lock that is never held during a call.
 */
final class OrderBook {
    /** What a row wants of the system, with the row as it was committed. */
    record Call(OrderRow row, OrderAction action) {}

    /** An order somebody works on. */
    private record Work(String number, String asset, String failureMode) {}

    private static final Logger LOG = LoggerFactory.getLogger(OrderBook.class);

    private final String system;
    private final OrderClient client;
    private final OrderLedger ledger;
    private final OrderAlarms alarms;
    private final OrderAnswers answers;
    private final Orders.Rules rules;
    private final Orders.Records records;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Work> underWay = new ConcurrentHashMap<>(); // by reference
    private final Set<String> finished = ConcurrentHashMap.newKeySet();
    private final AtomicLong doubles = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    OrderBook(OrderClient client, OrderLedger ledger, Orders.Rules rules, Orders.Records records, LongSupplier clock) {
        this.system = client.id();
        this.client = client;
        this.ledger = ledger;
        this.alarms = new OrderAlarms(system);
        this.answers = new OrderAnswers(alarms);
        this.rules = rules;
        this.records = records;
        this.clock = clock;
        ledger.watched(system).forEach(this::annunciate);
    }

    /** Notes an event; the row it concerns, or empty when it was noted before or concerns no order. */
    Optional<OrderRow> take(AlarmEvent event) {
        return locked(() -> {
            if (ledger.step(system, event.incident()) >= event.step()) {
                return Optional.empty();
            }
            long now = clock.getAsLong();
            Optional<OrderStep> step = alarms.take(
                    ledger.latest(system, event.key()),
                    event,
                    rules.wanted(event),
                    policy(event),
                    now,
                    due(event, now));
            step.ifPresent(made -> commit(
                    made, event, Optional.of(new OrderLedger.Took(system, event.incident(), event.step())), now));
            return step.map(made -> made.successor().orElse(made.row()));
        });
    }

    /** A row found in CREATING was left so by a process that died: only here, never between find and create. */
    Optional<Call> prepared(String reference) {
        return locked(() -> {
            OrderRow row = row(reference);
            long now = clock.getAsLong();
            OrderPolicy policy = policy(row.facts().last());
            OrderStep step = row.state() == OrderState.CREATING
                    ? OrderWatch.recover(row, policy, now)
                    : OrderWatch.tick(row, alarms, policy, now, due(row.facts().last(), now));
            return next(row, step, now);
        });
    }

    /** Books an answer on the row as it is now: events may have come during the call. */
    Optional<Call> booked(String reference, OrderAction action, OrderAnswer answer) {
        return locked(() -> {
            OrderRow row = row(reference);
            long now = clock.getAsLong();
            AlarmEvent last = row.facts().last();
            return next(row, answers.apply(row, action, answer, policy(last), now, due(last, now)), now);
        });
    }

    /** An order as polling brought it. Those of people, without our reference, are none of our business. */
    void seen(RemoteOrder order) {
        locked(() -> {
            Optional<OrderRow> known = ledger.byRemoteId(system, order.id())
                    .or(() -> order.reference().flatMap(reference -> ledger.byReference(system, reference)));
            known.filter(row -> !overtaken(row, order)).ifPresent(row -> {
                long now = clock.getAsLong();
                OrderStep step = OrderWatch.seen(
                        row,
                        Optional.of(OrderCalls.there(order)),
                        policy(row.facts().last()),
                        now);
                if (!step.row().equals(row)) {
                    commit(step, row.facts().last(), Optional.empty(), now);
                }
            });
            return true;
        });
    }

    void cursor(String value) {
        ledger.commit(new OrderLedger.Change(
                List.of(), List.of(), Optional.empty(), List.of(), Optional.of(new OrderLedger.Cursor(system, value))));
    }

    Optional<String> underWay(String asset, String failureMode) {
        return underWay.values().stream()
                .filter(work -> work.asset().equals(asset) && work.failureMode().equals(failureMode))
                .map(Work::number)
                .min(Comparator.naturalOrder());
    }

    long doubles() {
        return doubles.get();
    }

    long refused() {
        return refused.get();
    }

    /** The order of a former episode that a person opened again beside the present one stays that person's. */
    private boolean overtaken(OrderRow row, RemoteOrder order) {
        boolean over = !row.state().isLive() && row.state() != OrderState.DONE;
        return over
                && row.there().id().equals(order.id())
                && ledger.latest(system, row.id().key())
                        .filter(last -> !last.id().equals(row.id()))
                        .isPresent();
    }

    private Optional<Call> next(OrderRow before, OrderStep step, long now) {
        AlarmEvent event = step.row().facts().last();
        if (!step.row().equals(before)) {
            commit(step, event, Optional.empty(), now);
        }
        OrderNext next = OrderNext.of(step.row(), policy(event), now);
        if (next instanceof OrderNext.Do due) {
            return Optional.of(new Call(step.row(), due.action()));
        }
        if (step.row().equals(before)) {
            commit(step, event, Optional.empty(), now); // nothing to do after all: when to look again is kept
        }
        return Optional.empty();
    }

    private void commit(OrderStep step, AlarmEvent event, Optional<OrderLedger.Took> took, long now) {
        String reference = step.row().id().reference();
        // before the row stops asking: a crash in between says it twice, never not at all
        for (String why : step.refused()) {
            refused.incrementAndGet();
            LOG.warn("{}: {} is refused for good: {}", system, reference, why);
            records.deadLetter(system, event, why);
        }
        List<OrderRow> rows = new ArrayList<>(List.of(step.row()));
        step.successor().ifPresent(rows::add);
        List<Long> wakes = rows.stream()
                .map(row -> OrderNext.wake(row, policy(row.facts().last()), now))
                .toList();
        List<OrderLedger.Line> log = step.log().stream()
                .map(text -> new OrderLedger.Line(system, reference, now, text))
                .toList();
        ledger.commit(new OrderLedger.Change(rows, wakes, took, log, Optional.empty()));
        rows.forEach(this::annunciate);
        if (step.doubles() > 0) {
            doubles.addAndGet(step.doubles());
            records.audit("work-order.double", system + " " + reference + ": " + String.join("; ", step.log()));
        }
    }

    private void annunciate(OrderRow row) {
        AlarmEvent last = row.facts().last();
        String reference = row.id().reference();
        Work work = new Work(row.there().number(), last.asset(), last.failureMode());
        boolean working = row.state() == OrderState.IN_PROGRESS;
        Work before = working ? underWay.put(reference, work) : underWay.remove(reference);
        if (before != null && !(working && before.equals(work))) {
            records.working(before.number(), before.asset(), before.failureMode(), false);
        }
        if (working && !work.equals(before)) {
            records.working(work.number(), work.asset(), work.failureMode(), true);
        }
        if (row.state() != OrderState.DONE) {
            finished.remove(reference);
        } else if (!row.plan().reopen() && finished.add(reference)) { // its last event is of the alarm that came back
            records.finished(work.number(), last, row.times().closed());
        }
    }

    private OrderPolicy policy(AlarmEvent event) {
        OrderClient.Capabilities can = client.capabilities();
        return rules.policy(event.rule())
                .withCan(new OrderPolicy.Can(can.update(), can.state(), can.comments(), can.attachments()));
    }

    private long due(AlarmEvent event, long now) {
        return now + Micros.of(rules.within(event));
    }

    private OrderRow row(String reference) {
        return ledger.byReference(system, reference)
                .orElseThrow(() -> new IllegalStateException("no order " + reference + " in the ledger"));
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }
}
