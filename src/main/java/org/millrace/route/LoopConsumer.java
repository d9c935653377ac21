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
 * again for ever, with backoff and jitter: the queue keeps it meanwhile.
 */
abstract class LoopConsumer extends HubConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(LoopConsumer.class);
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private volatile boolean running;
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

    private void loop() {
        int failures = 0;
        while (running) {
            try {
                step();
                if (failures > 0) {
                    LOG.info("{}: works again after {} failed tries", hub().getEndpointUri(), failures);
                }
                failures = 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception | StackOverflowError e) {
                failures++;
                long pause = pauseMillis(failures);
                LOG.warn(
                        "{}: failed (try {}), again in {} ms: {}",
                        hub().getEndpointUri(),
                        failures,
                        pause,
                        e.toString());
                if (!pause(pause)) {
                    return;
                }
            }
        }
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
