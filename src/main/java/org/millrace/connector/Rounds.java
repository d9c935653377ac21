package org.millrace.connector;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that talks to a system: rounds of work with waits between them, which a signal ends early, but not the
 * rest that the system needs. Times are µs.
 */
final class Rounds implements AutoCloseable {
    /** Does what is due and says when something is next. */
    interface Round {
        long run();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final long QUIET_MICROS = 60_000_000;
    private static final long LONGEST_SLEEP_MICROS = 60_000_000;
    private static final long TROUBLE_PAUSE_MICROS = 1_000_000;

    private final String name;
    private final Round round;
    private final LongSupplier restUntil;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private long signals; // guarded by lock
    private long lastLine;
    private volatile boolean running;
    private @Nullable Thread thread;

    /**
     * @param name of the thread
     * @param restUntil before this no signal ends a wait
     */
    Rounds(String name, Round round, LongSupplier restUntil, LongSupplier clock) {
        this.name = name;
        this.round = round;
        this.restUntil = restUntil;
        this.clock = clock;
    }

    void start() {
        running = true;
        Thread worker = Thread.ofPlatform().name(name).daemon().unstarted(this::loop);
        thread = worker;
        worker.start();
    }

    /** False once it is being closed: a round with much to do ends early. */
    boolean isRunning() {
        return running;
    }

    void signal() {
        lock.lock();
        try {
            signals++;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        signal();
        Thread worker = thread;
        if (worker != null) {
            worker.join(TimeUnit.SECONDS.toMillis(5));
            worker.interrupt(); // a call that hangs: its row says that it may have been sent
            worker.join(TimeUnit.SECONDS.toMillis(5)); // one writer per key: who follows must not meet this one
        }
    }

    private void loop() {
        while (running) {
            long seen = signals();
            long until;
            try {
                until = Math.max(restUntil.getAsLong(), round.run());
            } catch (RuntimeException e) {
                until = clock.getAsLong() + TROUBLE_PAUSE_MICROS;
                if (clock.getAsLong() - lastLine > QUIET_MICROS) {
                    lastLine = clock.getAsLong();
                    LOG.warn("{}: the ledger can't be kept, tried again: {}", name, e.toString());
                }
            }
            try {
                await(seen, until);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private long signals() {
        lock.lock();
        try {
            return signals;
        } finally {
            lock.unlock();
        }
    }

    private void await(long seen, long until) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (running) {
                long now = clock.getAsLong();
                long rest = restUntil.getAsLong() - now;
                long left = signals == seen ? Math.max(rest, until - now) : rest;
                if (left <= 0) {
                    return;
                }
                if (woken.awaitNanos(TimeUnit.MICROSECONDS.toNanos(Math.min(left, LONGEST_SLEEP_MICROS))) <= 0
                        && left > LONGEST_SLEEP_MICROS) {
                    return; // the clock may have been set
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
