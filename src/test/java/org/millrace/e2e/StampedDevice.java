package org.millrace.e2e;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Publishes numbered values at QoS 1, each with a source time of its own, and knows which of them the broker has
 * acknowledged: those must be found again.
 */
final class StampedDevice implements AutoCloseable {
    static final String ASSET = """
            kind: Asset
            id: E2E
            name: Stamped device
            path: acme/lyon/test/bench/e2e
            tags:
              seq: { from: field, device: stamped, field: seq }
            """;
    static final String TAG = "acme/lyon/test/bench/e2e/seq";

    private final Mqtt5AsyncClient client;
    private final long start;
    private final Map<Long, Long> acknowledged = new ConcurrentSkipListMap<>();
    private final Semaphore window = new Semaphore(200);

    StampedDevice(int port) throws Exception {
        client = Mqtt5Client.builder()
                .identifier("stamped")
                .serverHost("127.0.0.1")
                .serverPort(port)
                .automaticReconnectWithDefaultConfig()
                .buildAsync();
        client.connectWith().cleanStart(false).sessionExpiryInterval(600).send().get(20, TimeUnit.SECONDS);
        start = Instant.now().minusSeconds(3_600).getEpochSecond() * 1_000_000;
    }

    /** Sends numbers {@code from} (inclusive) to {@code to} (exclusive), at most 200 on their way at once. */
    void send(int from, int to) throws InterruptedException {
        for (int i = from; i < to; i++) {
            long seq = i;
            long micros = start + seq * 1_000;
            String json = "{\"ts\":" + micros + ",\"values\":{\"seq\":" + seq + "}}";
            window.acquire();
            client.publishWith()
                    .topic("plant/e2e/stamped/telemetry")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(json.getBytes(StandardCharsets.UTF_8))
                    .send()
                    .whenComplete((result, failure) -> {
                        window.release();
                        if (failure == null) {
                            acknowledged.put(micros, seq);
                        }
                    });
        }
    }

    /** Waits until the broker has answered everything sent. */
    void settle() throws InterruptedException {
        if (!window.tryAcquire(200, 60, TimeUnit.SECONDS)) {
            throw new AssertionError("the broker did not acknowledge everything within 60 s");
        }
        window.release(200);
    }

    /** Source time (µs) to value, of what the broker took. */
    Map<Long, Long> acknowledged() {
        return acknowledged;
    }

    @Override
    public void close() {
        client.disconnect();
    }
}
