package org.millrace.demo;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device that publishes at a fixed pace, QoS 1, and comes back by itself when the broker was away. */
abstract class FieldDevice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FieldDevice.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String name;
    private final Duration every;
    private final Mqtt5AsyncClient client;
    private final ScheduledExecutorService thread;
    private final AtomicLong published = new AtomicLong();
    private Future<?> pace = java.util.concurrent.CompletableFuture.completedFuture(null);

    /** @param port of a broker on 127.0.0.1 */
    FieldDevice(String name, int port, Duration every) {
        this.name = name;
        this.every = every;
        this.client = Mqtt5Client.builder()
                .identifier("demo-" + name)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .automaticReconnectWithDefaultConfig()
                .buildAsync();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread worker = new Thread(task, "demo-" + name);
            worker.setDaemon(true);
            return worker;
        });
    }

    /** Connects, then begins; returns without waiting. A broker that is away is tried again by itself. */
    public synchronized void start() {
        var unused = client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(3_600)
                .send()
                .whenComplete(
                        (connected, failure) -> begin()); // a client that never tried to connect refuses to publish
    }

    private synchronized void begin() {
        if (!thread.isShutdown()) {
            pace = thread.scheduleAtFixedRate(this::tick, 0, every.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Messages the broker has acknowledged: what a hub must be able to account for. */
    public long published() {
        return published.get();
    }

    /** Stops publishing, waits a moment for acknowledgements, disconnects. Idempotent. */
    @Override
    public synchronized void close() {
        if (thread.isShutdown()) {
            return;
        }
        stop();
        thread.shutdown();
        try {
            client.disconnect().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("{} was not connected", name, e);
        }
    }

    /** Called every period, from one thread. */
    abstract void step();

    /** Ends the pace; the connection stays. */
    final synchronized void stop() {
        pace.cancel(false);
    }

    final void publish(String topic, String json) {
        var unused = client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(json.getBytes(StandardCharsets.UTF_8))
                .contentType("application/json")
                .send()
                .whenComplete((result, failure) -> {
                    if (failure == null && result.getError().isEmpty()) {
                        published.incrementAndGet();
                    }
                });
    }

    private void tick() {
        try {
            step();
        } catch (RejectedExecutionException closing) {
            LOG.debug("{} closes", name);
        } catch (RuntimeException e) { // a scheduled task that throws is never run again
            LOG.warn("{} could not publish", name, e);
        }
    }
}
