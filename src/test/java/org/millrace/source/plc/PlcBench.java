package org.millrace.source.plc;

import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.millrace.bench.Restarts;
import org.millrace.demo.LoopbackModbusServer;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.RetryPause;
import org.millrace.source.SourceBatch;

/**
 * {@code modbus [SECONDS]}: 1,000 registers that change once a second, read twice a second; none of their values may be
 * missed. {@code reconnect [RESTARTS]}: a Modbus server that goes and comes back.
 */
public final class PlcBench {
    private static final int REGISTERS = 1_000;

    private PlcBench() {}

    public static void main(String[] args) throws Exception {
        boolean good = switch (args.length == 0 ? "" : args[0]) {
            case "modbus" -> modbus(number(args, 60));
            case "reconnect" -> reconnect(number(args, 1_000));
            default -> throw new IllegalArgumentException("modbus [SECONDS] or reconnect [RESTARTS]");
        };
        System.exit(good ? 0 : 1);
    }

    private static int number(String[] args, int otherwise) {
        return args.length > 1 ? Integer.parseInt(args[1]) : otherwise;
    }

    private static boolean modbus(int seconds) throws Exception {
        SimpleProcessImage image = image(REGISTERS);
        int port = freePort();
        // one thread delivers; main reads after the source is closed
        Map<String, Long> last = new HashMap<>();
        AtomicLong values = new AtomicLong();
        AtomicLong missed = new AtomicLong();
        AtomicLong changes = new AtomicLong();
        try (LoopbackModbusServer server = new LoopbackModbusServer(port, image);
                PlcSource source = source(port, REGISTERS, Duration.ofMillis(500))) {
            source.start((batch, done) -> {
                for (Reading reading : ((SourceBatch.Readings) batch).readings()) {
                    values.incrementAndGet();
                    long value = reading.value() instanceof Value.Whole whole ? whole.value() : -1;
                    Long before = last.put(reading.field(), value);
                    if (before != null && before != value) {
                        changes.incrementAndGet();
                        missed.addAndGet(value - before - 1);
                    }
                    if (reading.quality() != Quality.GOOD) {
                        missed.incrementAndGet();
                    }
                }
                done.accept(null);
            });
            while (values.get() < REGISTERS) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            change(image, 0, 10); // the compiler's work is not the figure
            long cpu = cpu();
            long start = System.nanoTime();
            long counted = values.get();
            change(image, 10, seconds);
            double took = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "modbus: %,d registers changing once a second, read twice, %.0f s: %,.0f values/s, %,d changes seen,"
                            + " %d missed, %s; CPU of reading %.1f %% of one core%n",
                    REGISTERS,
                    took,
                    (values.get() - counted) / took,
                    changes.get(),
                    missed.get(),
                    source.status().detail(),
                    100.0 * (cpu() - cpu) / 1e9 / took);
            if (server == null) {
                throw new IllegalStateException();
            }
        }
        return missed.get() == 0;
    }

    /** Every register counts seconds. */
    private static void change(SimpleProcessImage image, int from, int seconds) throws InterruptedException {
        for (int second = from + 1; second <= from + seconds; second++) {
            TimeUnit.SECONDS.sleep(1);
            for (int i = 0; i < REGISTERS; i++) {
                image.getRegister(i).setValue(second);
            }
        }
    }

    /** Nanoseconds of the source's and the driver's threads; the server's are not counted. */
    private static long cpu() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("plc")
                        || t.getName().startsWith("nioEventLoop")
                        || t.getName().startsWith("pool-"))
                .mapToLong(t -> Math.max(0, threads.getThreadCpuTime(t.threadId())))
                .sum();
    }

    private static boolean reconnect(int restarts) throws Exception {
        SimpleProcessImage image = image(100);
        int port = freePort();
        AtomicLong good = new AtomicLong();
        LoopbackModbusServer[] server = {new LoopbackModbusServer(port, image)};
        try (PlcSource source = source(port, 100, Duration.ofMillis(50))) {
            source.start((batch, done) -> {
                good.addAndGet(((SourceBatch.Readings) batch)
                        .readings().stream()
                                .filter(r -> r.quality() == Quality.GOOD)
                                .count());
                done.accept(null);
            });
            return Restarts.run(
                    "modbus",
                    restarts,
                    new Restarts.Counterpart() {
                        @Override
                        public void stop() throws InterruptedException {
                            server[0].close();
                            while (source.status().up()) {
                                TimeUnit.MILLISECONDS.sleep(2);
                            }
                        }

                        @Override
                        public void start() throws Exception {
                            server[0] = new LoopbackModbusServer(port, image);
                        }
                    },
                    good::get);
        } finally {
            server[0].close();
        }
    }

    private static SimpleProcessImage image(int registers) {
        SimpleProcessImage image = new SimpleProcessImage(1);
        for (int i = 0; i < registers; i++) {
            image.addRegister(new SimpleRegister(0));
        }
        return image;
    }

    private static PlcSource source(int port, int registers, Duration every) {
        List<Tag> tags = IntStream.rangeClosed(1, registers)
                .mapToObj(i -> "holding-register:" + i + ":UINT")
                .map(a -> Tags.plain("C-1", a, new Tag.Origin("plc", "", a, "default")))
                .toList();
        return new PlcSource(
                new PlcSourceFile(
                        "plc",
                        "modbus-tcp://127.0.0.1:" + port,
                        Duration.ofSeconds(2),
                        Map.of("default", every),
                        Optional.empty()),
                tags,
                Clock.systemUTC(),
                new RetryPause(Duration.ofMillis(50), Duration.ofSeconds(1), new Random(1)));
    }

    private static int freePort() throws java.io.IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
