package org.millrace.route;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer that takes work in order from one of the hub's durable queues on a thread of its own. What fails is tried
 * again for ever, with backoff and jitter: the queue keeps it meanwhile. A route that knows that a message will never
 * go through says so itself ({@code onException} with {@code handled} and {@code hub:dead-letter}); then the queue goes
 * on. Until then the outage is told by {@link #state()}.
 */
abstract class LoopConsumer extends HubConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(LoopConsumer.class);
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    /** While an outage lasts, one line of log in this time. */
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private volatile boolean running;
    private volatile long since;
    private volatile int failures;
    private volatile String lastError = "";
    private volatile long nextTry;
    private long lastLine;
    private @Nullable Thread thread;

    LoopConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    /** Waits up to a second for work and does it. Throws when it failed and is to be tried again. */
    abstract void step() throws Exception;

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        running = true;
        since = hub().port().now();
        failures = 0;
        Thread loop = new Thread(this::loop, "hub-" + hub().step().word() + "-" + hub().path() + hub().getName());
        thread = loop;
        loop.start();
    }

    @Override
    protected void doStop() throws Exception {
        running = false;
        Thread loop = thread;
        if (loop != null) {
            loop.join(TimeUnit.SECONDS.toMillis(20));
            if (loop.isAlive()) {
                loop.interrupt();
            }
        }
        super.doStop();
    }

    /** The name of its place in its queue. */
    abstract String place();

    final LoopState state() {
        int failed = failures;
        return new LoopState(
                String.valueOf(getRouteId()),
                hub().step().word(),
                place(),
                failed == 0,
                since,
                failed,
                lastError,
                nextTry);
    }

    private void loop() {
        while (running) {
            try {
                nextTry = 0;
                step();
                if (failures > 0) {
                    worksAgain();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception | StackOverflowError e) {
                long pause = pauseMillis(failures + 1);
                failed(e, pause);
                if (!pause(pause)) {
                    return;
                }
            }
        }
    }

    private void worksAgain() {
        LOG.info("{}: works again after {} failed tries", hub().getEndpointUri(), failures);
        failures = 0;
        since = hub().port().now();
    }

    private void failed(Throwable failure, long pause) {
        long now = hub().port().now();
        if (failures == 0) {
            since = now;
        }
        String message = failure.getMessage();
        lastError = message == null || message.isBlank() ? failure.toString() : message;
        nextTry = now + pause * 1_000;
        if (failures == 0 || System.nanoTime() - lastLine > QUIET_NANOS) {
            lastLine = System.nanoTime();
            LOG.warn(
                    "{}: failed (try {}), again in {} ms: {}",
                    hub().getEndpointUri(),
                    failures + 1,
                    pause,
                    failure.toString());
        }
        failures = failures + 1;
    }

    private static long pauseMillis(int failures) {
        long base = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(10, failures - 1));
        return base / 2 + ThreadLocalRandom.current().nextLong(base / 2 + 1);
    }

    private boolean pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            while (running && System.nanoTime() < end) {
                Thread.sleep(Math.min(100, millis));
            }
            return running;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs the route and throws what it failed with. */
    final void process(Exchange exchange) throws Exception {
        getProcessor().process(exchange);
        Exception failure = exchange.getException();
        if (failure != null) {
            throw failure;
        }
    }
}
