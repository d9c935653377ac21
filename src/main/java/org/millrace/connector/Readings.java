package org.millrace.connector;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.millrace.connector.OrderClient.Reading;
import org.millrace.signal.Micros;
import org.millrace.store.MeterReadings;
import org.millrace.store.MeterReadings.Offer;
import org.millrace.store.MeterReadings.Row;
import org.millrace.ticket.OrderAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the latest value of each meter to one system, on a thread of its own: at most once in the meter's time, at the
 * rate the connector allows, through restarts.
 *
 * <p>A reading whose answer got lost is sent again as it was, with the same time; that the system refuses it then says
 * that it has it. A refused reading is not asked for again: the next one, a period later, says the same and more.
 */
public final class Readings implements AutoCloseable {
    /** @param settle after an answer that got lost the reading is sent again no sooner */
    public record Settings(Duration firstPause, Duration longestPause, Duration settle, int maxAttempts) {}

    /**
     * @param nextTry when the system is called again, µs; 0 while it is called at will
     * @param waiting meters with a newer value than the system has, that are due
     * @param held meters whose last value is held back or was refused, with the reason of one of them
     */
    public record Status(
            String id,
            boolean up,
            int failures,
            long since,
            long nextTry,
            String lastError,
            int waiting,
            long oldest,
            int held,
            String heldWhy) {}

    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);
    private static final int ROUND = 100;

    private final OrderClient client;
    private final MeterReadings book;
    private final Circuit circuit;
    private final Settings settings;
    private final Clock clock;
    private final Rounds rounds;

    public Readings(OrderClient client, MeterReadings book, Settings settings, Clock clock) {
        this.client = client;
        this.book = book;
        this.settings = settings;
        this.clock = clock;
        this.circuit = new Circuit(settings.firstPause(), settings.longestPause(), now());
        this.rounds = new Rounds(
                "hub-readings-" + client.id(),
                this::round,
                () -> circuit.status().until(),
                this::now);
    }

    /** Starts the thread that talks to the system. */
    public void start() {
        rounds.start();
    }

    /** Durable on return; sent when it is due. */
    public void offer(List<Offer> offers) {
        if (offers.isEmpty()) {
            return;
        }
        book.offer(client.id(), offers);
        rounds.signal();
    }

    public Status status() {
        Circuit.Status s = circuit.status();
        List<Row> due = book.due(client.id(), now(), ROUND);
        List<Row> held = book.of(client.id()).stream()
                .filter(row -> !row.note().isEmpty())
                .toList();
        return new Status(
                client.id(),
                s.failures() == 0,
                s.failures(),
                s.since(),
                s.until(),
                s.lastError(),
                due.size(),
                due.stream().mapToLong(Row::time).min().orElse(0),
                held.size(),
                held.isEmpty()
                        ? ""
                        : held.getFirst().meter() + ": " + held.getFirst().note());
    }

    @Override
    public void close() throws InterruptedException {
        rounds.close();
    }

    private long round() {
        for (Row row : book.due(client.id(), now(), ROUND)) {
            if (rounds.isRunning() && circuit.allows(now())) {
                serve(row);
            }
        }
        return book.next(client.id());
    }

    private void serve(Row row) {
        boolean again = row.tryTime() > 0;
        double value = again ? row.tryValue() : row.value();
        long time = again ? row.tryTime() : row.time();
        if (!again) {
            book.trying(row.system(), row.meter(), value, time);
        }
        OrderAnswer answer = OrderCalls.answer(
                client.reading(new Reading(row.asset(), row.meter(), value, row.unit(), Micros.instant(time))),
                done -> new OrderAnswer.Done());
        saw(answer);
        book.settled(after(row, again, value, time, answer));
    }

    private Row after(Row row, boolean again, double value, long time, OrderAnswer answer) {
        long now = now();
        if (!(answer instanceof OrderAnswer.Failed failed)) {
            return settled(row, value, time, true, now + row.every(), "");
        }
        return switch (failed.kind()) {
            case UNKNOWN -> unknown(row, value, time, failed.why(), now);
            case PERMANENT ->
                again && there(failed.why())
                        ? settled(row, value, time, true, now + row.every(), "")
                        : refused(row, value, time, failed.why(), now + row.every());
            case RETRYABLE, THROTTLED, UNAUTHORIZED ->
                // not done this time; whether it was done before is still open
                new Row(
                        row.system(),
                        row.meter(),
                        row.asset(),
                        row.tag(),
                        row.unit(),
                        row.value(),
                        row.time(),
                        again ? value : 0,
                        again ? time : 0,
                        row.sentValue(),
                        row.sentTime(),
                        now + Micros.of(settings.firstPause()),
                        row.every(),
                        row.failures(),
                        row.note());
        };
    }

    /** Too early, or a conflict: the system has a reading, and it can only be this one. */
    private static boolean there(String why) {
        return why.startsWith("HTTP 406") || why.startsWith("HTTP 409");
    }

    private Row unknown(Row row, double value, long time, String why, long now) {
        int failures = row.failures() + 1;
        if (failures >= settings.maxAttempts()) {
            return refused(row, value, time, failures + " sends ended in the unknown, last: " + why, now + row.every());
        }
        long pause = Math.min(
                Micros.of(settings.settle()) << Math.min(failures - 1, 10),
                Math.max(Micros.of(settings.settle()), Micros.of(settings.longestPause())));
        return new Row(
                row.system(),
                row.meter(),
                row.asset(),
                row.tag(),
                row.unit(),
                row.value(),
                row.time(),
                value,
                time,
                row.sentValue(),
                row.sentTime(),
                now + pause,
                row.every(),
                failures,
                row.note());
    }

    /** Not the value but its time counts as done: only a newer one is sent, and not before its time. */
    private Row refused(Row row, double value, long time, String why, long next) {
        if (row.note().isEmpty()) {
            LOG.warn(
                    "{}: the reading {} {} of meter {} is refused: {}",
                    client.id(),
                    value,
                    row.unit(),
                    row.meter(),
                    why);
        }
        return settled(row, value, time, false, next, "refused: " + why);
    }

    private static Row settled(Row row, double value, long time, boolean taken, long next, String note) {
        return new Row(
                row.system(),
                row.meter(),
                row.asset(),
                row.tag(),
                row.unit(),
                row.value(),
                row.time(),
                0,
                0,
                taken ? value : row.sentValue(),
                time,
                next,
                row.every(),
                0,
                note);
    }

    private void saw(OrderAnswer answer) {
        circuit.saw(answer, now(), LOG, client.id() + ": meter readings");
    }

    private long now() {
        return Micros.of(clock.instant());
    }
}
