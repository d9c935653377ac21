package org.millrace.source.plc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ghgande.j2mod.modbus.procimg.SimpleDigitalIn;
import com.ghgande.j2mod.modbus.procimg.SimpleDigitalOut;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.demo.LoopbackModbusServer;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.RetryPause;
import org.millrace.source.SourceBatch;

/** Against a real Modbus TCP server (j2mod). */
class PlcSourceIT {
    private static final int REGISTERS = 40;

    private final SimpleProcessImage image = new SimpleProcessImage(1);
    private final List<List<Reading>> scans = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private @Nullable LoopbackModbusServer slave;
    private int port;
    private String scheme = "modbus-tcp";

    @BeforeEach
    void device() throws Exception {
        port = freePort();
        for (int i = 0; i < REGISTERS; i++) {
            image.addRegister(new SimpleRegister(0));
        }
        image.addDigitalOut(new SimpleDigitalOut(true));
        image.addDigitalOut(new SimpleDigitalOut(false));
        image.addDigitalOut(new SimpleDigitalOut(true));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
        off();
    }

    @Test
    void groupedReadsGiveEveryTypeItsValue() throws Exception {
        set(1, 0xFFFF);
        set(2, 0xFFFE);
        set(3, 0x7FFF);
        set(10, 0x0001, 0x86A0, 0xFFFF, 0xFFFF);
        int bits = Float.floatToIntBits(21.5f);
        set(20, bits >>> 16, bits & 0xFFFF);
        int more = Float.floatToIntBits(-3.25f);
        set(24, more >>> 16, more & 0xFFFF);
        on();
        source(
                List.of(
                        "holding-register:1:INT",
                        "holding-register:2:INT",
                        "holding-register:3:INT",
                        "holding-register:1:UINT",
                        "holding-register:2:UINT",
                        "holding-register:10:DINT",
                        "holding-register:12:DINT",
                        "holding-register:12:UDINT",
                        "holding-register:20:REAL",
                        "holding-register:24:REAL",
                        "coil:1",
                        "coil:2",
                        "coil:3"),
                Duration.ofMillis(200));

        await().until(() -> !scans.isEmpty());

        List<Reading> scan = scans.getFirst();
        assertThat(scan).allMatch(r -> r.quality() == Quality.GOOD).hasSize(13);
        assertThat(value(scan, "holding-register:1:INT")).isEqualTo(Value.of(-1L));
        assertThat(value(scan, "holding-register:2:INT")).isEqualTo(Value.of(-2L));
        assertThat(value(scan, "holding-register:3:INT")).isEqualTo(Value.of(32767L));
        assertThat(value(scan, "holding-register:1:UINT")).isEqualTo(Value.of(65535L));
        assertThat(value(scan, "holding-register:2:UINT")).isEqualTo(Value.of(65534L));
        assertThat(value(scan, "holding-register:10:DINT")).isEqualTo(Value.of(100000L));
        assertThat(value(scan, "holding-register:12:DINT")).isEqualTo(Value.of(-1L));
        assertThat(value(scan, "holding-register:12:UDINT")).isEqualTo(Value.of(4294967295L));
        assertThat(value(scan, "holding-register:20:REAL")).isEqualTo(Value.of(21.5));
        assertThat(value(scan, "holding-register:24:REAL")).isEqualTo(Value.of(-3.25));
        assertThat(value(scan, "coil:1")).isEqualTo(Value.of(true));
        assertThat(value(scan, "coil:2")).isEqualTo(Value.of(false));
        assertThat(value(scan, "coil:3")).isEqualTo(Value.of(true));
    }

    /** PLC4X itself asks the connection's default unit instead, without a word. */
    @Test
    void everyUnitGivesItsOwnValues() throws Exception {
        SimpleProcessImage other = new SimpleProcessImage(2);
        other.addRegister(new SimpleRegister(222));
        other.addInputRegister(new SimpleInputRegister(333));
        other.addDigitalOut(new SimpleDigitalOut(false));
        other.addDigitalIn(new SimpleDigitalIn(true));
        set(1, 111);
        slave = new LoopbackModbusServer(port, Map.of(1, image, 2, other));
        source(
                List.of(
                        "holding-register:1",
                        "holding-register:1{unit-id: 2}",
                        "input-register:1{unit-id: 2}",
                        "coil:1",
                        "coil:1{unit-id: 2}",
                        "discrete-input:1{unit-id: 2}"),
                Duration.ofMillis(200));

        await().until(() -> !scans.isEmpty());

        List<Reading> scan = scans.getFirst();
        assertThat(value(scan, "holding-register:1")).isEqualTo(Value.of(111L));
        assertThat(value(scan, "holding-register:1{unit-id: 2}")).isEqualTo(Value.of(222L));
        assertThat(value(scan, "input-register:1{unit-id: 2}")).isEqualTo(Value.of(333L));
        assertThat(value(scan, "coil:1")).isEqualTo(Value.of(true));
        assertThat(value(scan, "coil:1{unit-id: 2}")).isEqualTo(Value.of(false));
        assertThat(value(scan, "discrete-input:1{unit-id: 2}")).isEqualTo(Value.of(true));
    }

    @Test
    void bitsElementsAndTextsOfOneRequest() throws Exception {
        set(1, 0xA5F1, 10, 20, 30);
        set(5, 'P' << 8 | 'u', 'm' << 8 | 'p', ' ' << 8 | '7', 0);
        for (int i = 3; i < 20; i++) {
            image.addDigitalOut(new SimpleDigitalOut(i % 3 == 0));
        }
        on();
        source(
                List.of(
                        "holding-register:1.0",
                        "holding-register:1.1",
                        "holding-register:1.4-7",
                        "holding-register:2:INT[3][0]",
                        "holding-register:2:INT[3][2]",
                        "holding-register:5:STRING(8)",
                        "coil:1[16][15]",
                        "coil:19"),
                Duration.ofMillis(200));

        await().until(() -> !scans.isEmpty());

        List<Reading> scan = scans.getFirst();
        assertThat(value(scan, "holding-register:1.0")).isEqualTo(Value.of(true));
        assertThat(value(scan, "holding-register:1.1")).isEqualTo(Value.of(false));
        assertThat(value(scan, "holding-register:1.4-7")).isEqualTo(Value.of(15L));
        assertThat(value(scan, "holding-register:2:INT[3][0]")).isEqualTo(Value.of(10L));
        assertThat(value(scan, "holding-register:2:INT[3][2]")).isEqualTo(Value.of(30L));
        assertThat(value(scan, "holding-register:5:STRING(8)")).isEqualTo(Value.of("Pump 7"));
        assertThat(value(scan, "coil:1[16][15]")).isEqualTo(Value.of(true));
        assertThat(value(scan, "coil:19")).isEqualTo(Value.of(true));
    }

    @Test
    void rtuFramesOverTcpAreReadToo() throws Exception {
        set(1, 7, 8);
        scheme = "modbus-rtu:tcp";
        slave = new LoopbackModbusServer(port, Map.of(1, image), true);
        source(List.of("holding-register:1", "holding-register:2", "coil:3"), Duration.ofMillis(200));

        await().until(() ->
                !scans.isEmpty() && reading(scans.getLast(), "coil:3").quality() == Quality.GOOD);

        assertThat(value(scans.getLast(), "holding-register:2")).isEqualTo(Value.of(8L));
        assertThat(value(scans.getLast(), "coil:3")).isEqualTo(Value.of(true));
    }

    /** 0x41AC8001 is 21.5625… as a float: no two bytes are alike, so that every order gives another value. */
    @Test
    void everyByteAndWordOrderIsReadAlsoWhereNeighboursAreReadTogether() throws Exception {
        float real = Float.intBitsToFloat(0x41AC8001);
        float next = Float.intBitsToFloat(0x42C81002);
        set(1, 0x41AC, 0x8001, 0x42C8, 0x1002);
        set(11, 0x0180, 0xAC41, 0x0210, 0xC842);
        set(21, 0xAC41, 0x0180, 0xC842, 0x0210);
        set(31, 0x8001, 0x41AC, 0x1002, 0x42C8);
        on();
        List<String> addresses = List.of(
                "holding-register:1:REAL",
                "holding-register:3:REAL",
                "holding-register:11:REAL{byte-order: 'LITTLE_ENDIAN'}",
                "holding-register:13:REAL{byte-order: 'LITTLE_ENDIAN'}",
                "holding-register:21:REAL{byte-order: 'BIG_ENDIAN_BYTE_SWAP'}",
                "holding-register:23:REAL{byte-order: 'BIG_ENDIAN_BYTE_SWAP'}",
                "holding-register:31:REAL{byte-order: 'LITTLE_ENDIAN_BYTE_SWAP'}",
                "holding-register:33:REAL{byte-order: 'LITTLE_ENDIAN_BYTE_SWAP'}");
        source(addresses, Duration.ofMillis(200));

        await().until(() -> !scans.isEmpty());

        for (int i = 0; i < addresses.size(); i++) {
            assertThat(value(scans.getFirst(), addresses.get(i)))
                    .as(addresses.get(i))
                    .isEqualTo(Value.of((double) (i % 2 == 0 ? real : next)));
        }
    }

    @Test
    void oneAddressThatDoesNotExistIsBadAndItsNeighboursAreGood() throws Exception {
        set(39, 390);
        on();
        PlcSource source = source(
                List.of(
                        "holding-register:37:INT",
                        "holding-register:38:INT",
                        "holding-register:39:INT",
                        "holding-register:41:INT",
                        "nonsense"),
                Duration.ofMillis(50));

        await().until(() -> scans.size() >= 3);

        for (List<Reading> scan : scans.subList(0, 3)) {
            assertThat(value(scan, "holding-register:39:INT")).isEqualTo(Value.of(390L));
            assertThat(scan.stream().filter(r -> r.quality() == Quality.GOOD)).hasSize(3);
            assertThat(reading(scan, "holding-register:41:INT").quality()).isEqualTo(Quality.BAD_NODE_ID_UNKNOWN);
        }
        assertThat(reading(scans.getFirst(), "nonsense").quality()).isEqualTo(Quality.BAD_CONFIGURATION_ERROR);
        assertThat(source.status().up()).isTrue();
        assertThat(source.status().detail())
                .contains("3 of 5 addresses")
                .contains("holding-register:41:INT")
                .contains("nonsense");
    }

    @Test
    void aDeviceThatGoesAndComesBackIsReadAgain() throws Exception {
        PlcSource source = source(List.of("holding-register:1:INT"), Duration.ofMillis(50));
        await().until(() -> scans.size() == 1 && source.status().detail().contains("cannot connect"));
        assertThat(scans.getFirst())
                .singleElement()
                .satisfies(r -> assertThat(r.quality()).isEqualTo(Quality.BAD_NO_COMMUNICATION));

        on();
        await().until(() -> source.status().up() && scans.size() > 5);
        off();
        await().until(() -> !source.status().up());
        await().until(() -> scans.getLast().getFirst().quality() == Quality.BAD_NO_COMMUNICATION);
        long losses = losses();
        set(1, 77);
        on();

        await().until(() -> scans.getLast().getFirst().value().equals(Value.of(77L)));
        assertThat(losses).isEqualTo(2);
        assertThat(source.status().reconnects()).isEqualTo(1);
    }

    @Test
    void aDeviceThatAcceptsButNeverAnswersIsGivenUpOnAfterTheTimeLimit() throws Exception {
        try (ServerSocket mute = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
            List<Socket> accepted = new CopyOnWriteArrayList<>();
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        accepted.add(mute.accept());
                    }
                } catch (IOException e) {
                    // closed at the end of the test
                }
            });
            PlcSource source = source(List.of("holding-register:1:INT"), Duration.ofMillis(50));

            await().until(() -> source.status().detail().contains("no answer within 500 ms"));
            assertThat(source.status().up()).isFalse();
            assertThat(losses()).isEqualTo(1);
        }
    }

    @Test
    void aSlowReceiverHoldsScansBackAndTheyAreCountedAsSkipped() throws Exception {
        on();
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicBoolean refusedOnce = new AtomicBoolean();
        PlcSource source = newSource(List.of("holding-register:1:INT"), Duration.ofMillis(20));
        source.start((batch, done) -> Thread.ofVirtual().start(() -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
            inFlight.decrementAndGet();
            if (refusedOnce.compareAndSet(false, true)) {
                done.accept(new IllegalStateException("journal full"));
            } else {
                scans.add(((SourceBatch.Readings) batch).readings());
                done.accept(null);
            }
        }));

        await().until(() -> scans.size() >= 5);

        assertThat(most.get()).isEqualTo(1);
        assertThat(source.status().detail()).contains("scans skipped");
        List<Long> times = scans.stream().map(s -> s.getFirst().sourceTime()).toList();
        assertThat(times).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void scanClassesRunAtTheirOwnRate() throws Exception {
        on();
        PlcSourceFile file = new PlcSourceFile(
                "plc",
                "modbus-tcp://127.0.0.1:" + port,
                Duration.ofMillis(500),
                Map.of("fast", Duration.ofMillis(50), "slow", Duration.ofMillis(500)),
                Optional.empty());
        PlcSource source = new PlcSource(
                file,
                List.of(tag("holding-register:1:INT", "fast"), tag("holding-register:2:INT", "slow")),
                Clock.systemUTC());
        open.add(source);
        source.start(collect(scans::add));

        await().until(() -> count("holding-register:2:INT") >= 5);

        assertThat(count("holding-register:1:INT")).isBetween(12L, 60L);
    }

    @Test
    void fortyReconnectsLeaveNoThreadAndNoSocketBehind() throws Exception {
        on();
        PlcSource source = source(List.of("holding-register:1:INT"), Duration.ofMillis(5));
        await().until(() -> source.status().up());
        long before = threads();
        for (int i = 1; i <= 40; i++) {
            off();
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> !source.status().up());
            on();
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> source.status().up());
        }

        assertThat(source.status().reconnects()).isEqualTo(40);
        await().untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(before + 3));
        await().untilAsserted(() -> assertThat(sockets()).isLessThanOrEqualTo(1));
    }

    /** All but the server's: PLC4X has its timers in threads without a name. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> !t.getName().startsWith("Modbus")
                        && !t.getName().startsWith("demo-modbus")
                        && !t.getName().startsWith("awaitility"))
                .count();
    }

    private long sockets() throws IOException {
        String hex = ":%04X".formatted(port);
        long count = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            java.nio.file.Path path = java.nio.file.Path.of(table);
            if (java.nio.file.Files.exists(path)) {
                count += java.nio.file.Files.readAllLines(path).stream()
                        .map(line -> line.strip().split("\\s+"))
                        .filter(f -> f.length > 3 && f[2].endsWith(hex) && !f[3].equals("06"))
                        .count();
            }
        }
        return count;
    }

    private long losses() {
        return scans.stream()
                .filter(s -> s.stream().allMatch(r -> r.quality() == Quality.BAD_NO_COMMUNICATION))
                .count();
    }

    private long count(String address) {
        return scans.stream()
                .flatMap(List::stream)
                .filter(r -> r.field().equals(address))
                .count();
    }

    private static Reading reading(List<Reading> scan, String address) {
        return scan.stream().filter(r -> r.field().equals(address)).findFirst().orElseThrow();
    }

    private static Value value(List<Reading> scan, String address) {
        return reading(scan, address).value();
    }

    private void set(int register, int... values) {
        for (int i = 0; i < values.length; i++) {
            image.getRegister(register - 1 + i).setValue(values[i]);
        }
    }

    private void on() throws Exception {
        slave = new LoopbackModbusServer(port, image);
    }

    private void off() {
        if (slave != null) {
            slave.close();
            slave = null;
        }
    }

    private PlcSource source(List<String> addresses, Duration every) {
        PlcSource source = newSource(addresses, every);
        source.start(collect(scans::add));
        return source;
    }

    private static org.millrace.source.Source.Receiver collect(Consumer<List<Reading>> to) {
        return (batch, done) -> {
            to.accept(((SourceBatch.Readings) batch).readings());
            done.accept(null);
        };
    }

    private PlcSource newSource(List<String> addresses, Duration every) {
        PlcSourceFile file = new PlcSourceFile(
                "plc",
                scheme + "://127.0.0.1:" + port,
                Duration.ofMillis(500),
                Map.of("default", every),
                Optional.empty());
        PlcSource source = new PlcSource(
                file,
                addresses.stream().map(a -> tag(a, "default")).toList(),
                Clock.systemUTC(),
                new RetryPause(Duration.ofMillis(20), Duration.ofMillis(100), new Random(1)));
        open.add(source);
        return source;
    }

    private static Tag tag(String address, String scan) {
        return Tags.plain("C-1", address, new Tag.Origin("plc", "", address, scan));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
