package org.millrace.connector;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.connector.OrderBook.Call;
import org.millrace.connector.OrderClient.Changes;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAction;
import org.millrace.ticket.OrderAnswer;
import org.millrace.ticket.OrderLedger;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.WorkUnderWay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work orders of one remote system: at most one open order per incident key, whatever the system, the network and
 * this process do.
 *
 * <p>{@link #deliver} only writes to the ledger and returns: a route never waits for a CMMS. A thread of its own then
 * does what the rows want, one call at a time, and commits before and after each; it is the only one that calls the
 * system, so there is one writer per key. After a crash at any point the rows say what to do.
 */
public final class Orders implements WorkOrderSystem, WorkUnderWay, AutoCloseable {
    /** What the configuration says of a rule. */
    public interface Rules {
        OrderPolicy policy(String rule);

        /** Whether the event's rule asks for a work order at the event's level. */
        boolean wanted(AlarmEvent event);

        /** How long the work may take, by the event's level. */
        Duration within(AlarmEvent event);
    }

    /** Where the hub keeps what a system refuses for good, and what must not happen silently. */
    public interface Records {
        void deadLetter(String system, AlarmEvent event, String why);

        void audit(String what, String detail);

        /** Work on a failure mode of an asset has begun or ended; may be said again, after a restart for instance. */
        default void working(String order, String asset, String failureMode, boolean begun) {}

        /**
         * A person has finished the order; may be said again, always with the same time.
         *
         * @param last the latest event that went into it
         * @param when µs
         */
        default void finished(String order, AlarmEvent last, long when) {}
    }

    /**
     * @param pollEvery how often the system is asked what people did to the orders
     * @param firstPause after three failures in a row; doubles up to {@code longestPause}
     */
    public record Settings(Duration pollEvery, Duration firstPause, Duration longestPause) {}

    /**
     * @param circuit {@code closed}, {@code open} or {@code trying}
     * @param unauthorized the credentials are refused: a person must look
     * @param failures in a row
     * @param since when it came up, or its present outage began, µs
     * @param nextTry when it is called again, µs; 0 while it is called at will
     * @param waiting orders that want a call the system has not taken
     * @param oldest since when the longest waiting does, µs; 0 = none
     * @param posts creations sent since the start
     * @param doubles orders found twice since the start
     * @param refused dead letters since the start
     */
    public record Status(
            String id,
            boolean up,
            String circuit,
            boolean unauthorized,
            int failures,
            long since,
            long nextTry,
            String lastError,
            long waiting,
            long oldest,
            long posts,
            long doubles,
            long refused) {}

    private static final Logger LOG = LoggerFactory.getLogger(Orders.class);
    private static final int ROUND = 50;
    private static final long BETWEEN_POLLS_MICROS = 1_000_000;

    private final OrderClient client;
    private final OrderLedger ledger;
    private final OrderCalls calls;
    private final OrderBook book;
    private final Circuit circuit;
    private final Clock clock;
    private final long pollEvery;
    private final AtomicLong posts = new AtomicLong();

    private final Rounds rounds;
    private long nextPoll;
    private long lastPoll;
    private final AtomicBoolean told = new AtomicBoolean();
    private int pollFrom;

    public Orders(
            OrderClient client,
            OrderLedger ledger,
            OrderTexts texts,
            Rules rules,
            Records records,
            Settings settings,
            Clock clock) {
        this.client = client;
        this.ledger = ledger;
        this.clock = clock;
        this.calls = new OrderCalls(client, texts);
        this.book = new OrderBook(client, ledger, rules, records, this::now);
        this.circuit = new Circuit(settings.firstPause(), settings.longestPause(), now());
        this.pollEvery = Micros.of(settings.pollEvery());
        this.rounds = new Rounds(
                "hub-orders-" + id(), this::next, () -> circuit.status().until(), this::now);
    }

    @Override
    public String id() {
        return client.id();
    }

    /** Starts the thread that talks to the system. */
    public void start() {
        rounds.start();
    }

    @Override
    public Delivery deliver(AlarmEvent event) {
        try {
            Optional<OrderRow> row = book.take(event);
            if (row.isEmpty()) {
                return new Delivery.Unchanged("event " + event.id() + " was taken before, or concerns no order here");
            }
            rounds.signal();
            String number = row.get().there().number();
            return number.isEmpty() ? new Delivery.Queued(row.get().id().reference()) : new Delivery.Updated(number);
        } catch (RuntimeException e) {
            LOG.debug("{}: event {} could not be written to the ledger", id(), event.id(), e);
            return new Delivery.Deferred("the ledger of work orders: " + e.getMessage());
        }
    }

    @Override
    public Optional<String> order(String asset, String failureMode) {
        return book.underWay(asset, failureMode);
    }

    /** The system says that something changed there: it is asked what, at once, but not more often than each second. */
    public void look() {
        told.set(true);
        rounds.signal();
    }

    public Status status() {
        Circuit.Status s = circuit.status();
        OrderLedger.Waiting waiting = ledger.waiting(id(), now());
        return new Status(
                id(),
                s.failures() == 0,
                s.state().name().toLowerCase(Locale.ROOT),
                s.unauthorized(),
                s.failures(),
                s.since(),
                s.until(),
                s.lastError(),
                waiting.orders(),
                waiting.oldest(),
                posts.get(),
                book.doubles(),
                book.refused());
    }

    @Override
    public void close() throws InterruptedException {
        rounds.close();
    }

    private long next() {
        round();
        return Math.min(nextPoll, ledger.nextWake(id()));
    }

    /** Everything that is due now. Each row goes on until it wants nothing, or the system wants a rest. */
    void round() {
        if (told.getAndSet(false)) {
            nextPoll = Math.min(nextPoll, lastPoll + BETWEEN_POLLS_MICROS);
        }
        if (now() >= nextPoll && circuit.allows(now())) {
            poll();
            lastPoll = now();
            nextPoll = lastPoll + pollEvery;
        }
        for (OrderRow row : ledger.due(id(), now(), ROUND)) {
            serve(row.id().reference());
        }
    }

    private void serve(String reference) {
        if (!circuit.allows(now())) {
            return;
        }
        Optional<Call> call = book.prepared(reference);
        // a row left in CREATING by a circuit that opens just here is looked for first, as after a crash
        while (call.isPresent()
                && circuit.allows(now())
                && !Thread.currentThread().isInterrupted()) {
            OrderAction action = call.get().action();
            if (action instanceof OrderAction.Create) {
                posts.incrementAndGet();
            }
            OrderAnswer answer = calls.perform(call.get().row(), action, now());
            saw(answer);
            call = book.booked(reference, action, answer);
        }
    }

    private void saw(OrderAnswer answer) {
        circuit.saw(answer, now(), LOG, id());
    }

    /** What people did to the orders since the last look. */
    private void poll() {
        if (!client.capabilities().changes()) {
            pollEach();
            return;
        }
        Answer<Changes> changes = client.changes(ledger.cursor(id()));
        saw(OrderCalls.answer(changes, found -> new OrderAnswer.Done()));
        if (changes instanceof Answer.Ok<Changes> ok) {
            ok.value().orders().forEach(book::seen);
            book.cursor(ok.value().cursor()); // last: a crash before it reads the same changes again
        }
    }

    /** Without a list of changes the open orders are asked for one by one, in turn. */
    private void pollEach() {
        List<OrderRow> watched = ledger.watched(id());
        for (int i = 0; i < Math.min(ROUND, watched.size()) && circuit.allows(now()); i++) {
            OrderRow row = watched.get(Math.floorMod(pollFrom++, watched.size()));
            OrderAction get = new OrderAction.Get(row.there().id());
            OrderAnswer answer = calls.perform(row, get, now());
            saw(answer);
            book.booked(row.id().reference(), get, answer);
        }
    }

    private long now() {
        return Micros.of(clock.instant());
    }
}
