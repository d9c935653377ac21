package org.millrace.oracle;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/**
 * Devices that publish numbered, checksummed values at QoS 1, each with a source time of its own, and that know which of
 * them the broker has acknowledged: those must be found again. What was sent and not acknowledged may be found, once.
 *
 * <p>A stamp is (device, seq, time, checksum): {@code time = base + seq · 1 ms}, checksum = CRC-32 of the other three.
 * Beside them, assets whose limit is crossed: each is one incident and must become one work order.
 */
public final class StampedPlant implements AutoCloseable {
    private static final int WINDOW = 400;
    private static final long STEP_MICROS = 1_000;

    private final Mqtt5AsyncClient client;
    private final long base;
    private final int devices;
    private final BitSet[] acknowledged;
    private final int[] sent;
    private final Semaphore window = new Semaphore(WINDOW);
    private final Set<String> incidents = ConcurrentHashMap.newKeySet();
    private volatile boolean loading;
    private Thread load = new Thread(() -> {});

    /** @param port of a broker on 127.0.0.1 */
    public StampedPlant(int port, int devices) throws Exception {
        this.devices = devices;
        this.acknowledged = new BitSet[devices];
        this.sent = new int[devices];
        for (int d = 0; d < devices; d++) {
            acknowledged[d] = new BitSet();
        }
        client = Mqtt5Client.builder()
                .identifier("stamped-plant")
                .serverHost("127.0.0.1")
                .serverPort(port)
                .automaticReconnect()
                .initialDelay(200, TimeUnit.MILLISECONDS)
                .maxDelay(1, TimeUnit.SECONDS)
                .applyAutomaticReconnect()
                .buildAsync();
        client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(3_600)
                .send()
                .get(20, TimeUnit.SECONDS);
        base = Instant.now().minusSeconds(7_200).getEpochSecond() * 1_000_000;
    }

    static String device(int d) {
        return "dev-%03d".formatted(d);
    }

    static String alarmAsset(int a) {
        return "tank-%04d".formatted(a);
    }

    /** Path of the tag that holds a device's numbers ({@code seq}) or checksums ({@code crc}). */
    static String tag(int device, String field) {
        return "acme/oracle/stamped/line/" + device(device) + "/" + field;
    }

    /** Source time of a stamp, µs. */
    long time(int seq) {
        return base + seq * STEP_MICROS;
    }

    /** Checksum of a stamp. */
    static long checksum(int device, long seq, long time) {
        CRC32 crc = new CRC32();
        crc.update((device(device) + ":" + seq + ":" + time).getBytes(StandardCharsets.US_ASCII));
        return crc.getValue();
    }

    public int devices() {
        return devices;
    }

    /** Sends {@code count} more stamps of every device, in turn; returns when they are on their way. */
    public void send(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            for (int d = 0; d < devices; d++) {
                sendOne(d);
            }
        }
    }

    private void sendOne(int d) throws InterruptedException {
        int seq = sent[d]++;
        byte[] stamp = stamp(d, seq);
        window.acquire();
        publish(device(d), stamp).whenComplete((result, failure) -> {
            window.release();
            if (failure == null) {
                synchronized (acknowledged[d]) {
                    acknowledged[d].set(seq);
                }
            }
        });
    }

    private byte[] stamp(int d, int seq) {
        long time = time(seq);
        String json = "{\"ts\":" + time + ",\"values\":{\"seq\":" + seq + ",\"crc\":" + checksum(d, seq, time) + "}}";
        return json.getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends the stamps {@code from} to {@code to} of a device again, as a gateway that lost its memory does. */
    public void repeat(int device, int from, int to) throws Exception {
        for (int seq = from; seq < to; seq++) {
            publish(device(device), stamp(device, seq)).get(20, TimeUnit.SECONDS);
        }
    }

    /** Sends anything, as the given device, and waits for the broker. */
    public void raw(String device, byte[] payload) throws Exception {
        publish(device, payload).get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<?> publish(String device, byte[] payload) {
        return client.publishWith()
                .topic("plant/oracle/" + device + "/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send();
    }

    /** One incident of the asset: its limit is crossed and left, twice. Waits for the broker. */
    public void incident(int asset) throws Exception {
        String name = alarmAsset(asset);
        for (double level : new double[] {5, 20, 6, 21, 5}) {
            raw(
                    name,
                    ("{\"ts\":" + nowMicros() + ",\"values\":{\"level\":" + level + "}}")
                            .getBytes(StandardCharsets.US_ASCII));
        }
        incidents.add(name);
    }

    /** Assets that have had an incident the broker took in full. */
    public Set<String> incidents() {
        return new LinkedHashSet<>(incidents);
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** Sends stamps of all devices in turn at this rate until {@link #stopLoad}. */
    public void startLoad(int messagesPerSecond) {
        loading = true;
        load = Thread.ofPlatform().name("stamped-load").start(() -> {
            long pause = TimeUnit.SECONDS.toNanos(1) / messagesPerSecond;
            long next = System.nanoTime();
            int d = 0;
            try {
                while (loading) {
                    sendOne(d);
                    d = (d + 1) % devices;
                    next = Math.max(next + pause, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
                    LockSupport.parkNanos(next - System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    public void stopLoad() throws InterruptedException {
        loading = false;
        load.join(TimeUnit.SECONDS.toMillis(120));
    }

    /** Waits until the broker has answered everything sent. */
    public void settle() throws InterruptedException {
        if (!window.tryAcquire(WINDOW, 120, TimeUnit.SECONDS)) {
            throw new AssertionError("the broker did not acknowledge everything within 120 s");
        }
        window.release(WINDOW);
    }

    /** Numbers of this device which the broker has acknowledged. */
    BitSet acknowledged(int device) {
        synchronized (acknowledged[device]) {
            return (BitSet) acknowledged[device].clone();
        }
    }

    /** Stamps acknowledged, of all devices. */
    public long acknowledged() {
        long all = 0;
        for (int d = 0; d < devices; d++) {
            all += acknowledged(d).cardinality();
        }
        return all;
    }

    /** How many stamps of a device were sent, acknowledged or not. */
    int sent(int device) {
        return sent[device];
    }

    @Override
    public void close() throws InterruptedException {
        stopLoad();
        client.disconnect();
    }
}
