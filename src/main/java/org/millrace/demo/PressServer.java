package org.millrace.demo;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.jspecify.annotations.Nullable;

/**
 * A press behind an OPC UA server on 127.0.0.1, namespace {@value #NAMESPACE}, a step every 250 ms:
 *
 * <ul>
 *   <li>{@code P1.TBear}, {@code P1.TOil}: temperatures in [degF], Double, slow drift and noise
 *   <li>{@code P1.State}: Int32, 1 = RUN mostly, 3 = SETUP now and then, 0 = STOP for 4 s of every 31 s, 2 = FAULT for
 *       12 s of every 75 s
 *   <li>{@code P1.Cycles}, {@code P1.Scrap}: UInt32 counters that run while it runs
 *   <li>{@code P1.Sensor3}: Double, Bad_SensorFailure for 5 s of every 20 s
 *   <li>{@code P1.Setpoint}: Double that never changes
 * </ul>
 */
public final class PressServer implements AutoCloseable {
    public static final String NAMESPACE = "urn:acme:press";

    private static final int STEP_MILLIS = 250;
    private static final int STEPS_PER_SECOND = 1000 / STEP_MILLIS;
    private static final int STOP = 0;
    private static final int RUN = 1;
    private static final int FAULT = 2;
    private static final int SETUP = 3;

    private final int port;
    private final Random random;
    private final Clock clock;
    private final AtomicLong written = new AtomicLong();
    private @Nullable LoopbackOpcUaServer server;
    private @Nullable ScheduledExecutorService machine;
    private long step;
    private long cycles;
    private long scrap;
    private double bearing = 140;
    private double oil = 120;
    private int setupLeft;

    /** @param port 0 for a free one; it stays the same over {@link #stop} and {@link #start} */
    public PressServer(int port, long seed, Clock clock) throws IOException {
        this.port = port == 0 ? freePort() : port;
        this.random = new Random(seed);
        this.clock = clock;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public String endpoint() {
        return "opc.tcp://127.0.0.1:" + port + "/plant";
    }

    /** Values given to the server's nodes since the first start, bad ones included. */
    public long written() {
        return written.get();
    }

    /** Switches the press and its server on. */
    public synchronized void start() throws IOException {
        if (server != null) {
            return;
        }
        LoopbackOpcUaServer started = new LoopbackOpcUaServer(port, List.of(NAMESPACE), variables());
        started.start();
        server = started;
        machine = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("demo-press").factory());
        machine.scheduleAtFixedRate(this::step, STEP_MILLIS, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Switches both off; counters are kept. */
    public synchronized void stop() {
        if (machine != null) {
            machine.shutdownNow();
            machine = null;
        }
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    private Map<String, LoopbackOpcUaServer.Variable> variables() {
        Map<String, LoopbackOpcUaServer.Variable> variables = new LinkedHashMap<>();
        add(variables, "P1.TBear", NodeIds.Double, new Variant(bearing));
        add(variables, "P1.TOil", NodeIds.Double, new Variant(oil));
        add(variables, "P1.State", NodeIds.Int32, new Variant(RUN));
        add(variables, "P1.Cycles", NodeIds.UInt32, new Variant(uint(cycles)));
        add(variables, "P1.Scrap", NodeIds.UInt32, new Variant(uint(scrap)));
        add(variables, "P1.Sensor3", NodeIds.Double, new Variant(5.0));
        add(variables, "P1.Setpoint", NodeIds.Double, new Variant(150.0));
        return variables;
    }

    private void add(Map<String, LoopbackOpcUaServer.Variable> variables, String name, NodeId type, Variant value) {
        written.incrementAndGet();
        variables.put(name, new LoopbackOpcUaServer.Variable(type, good(value)));
    }

    private synchronized void step() {
        if (server == null) {
            return;
        }
        step++;
        if (setupLeft > 0) {
            setupLeft--;
        } else if (random.nextDouble() < 0.004) {
            setupLeft = 5 * STEPS_PER_SECOND;
        }
        int state = state();
        boolean runs = state == RUN;
        double target = runs ? 148 : 132;
        bearing += (target - bearing) * 0.01 + random.nextGaussian() * 0.15;
        oil += (target - 20 - oil) * 0.008 + random.nextGaussian() * 0.1;
        set("P1.TBear", good(new Variant(bearing)));
        set("P1.TOil", good(new Variant(oil)));
        set("P1.State", good(new Variant(state)));
        if (runs && step % (2 * STEPS_PER_SECOND) == 0) {
            set("P1.Cycles", good(new Variant(uint(++cycles))));
            if (random.nextDouble() < 0.03) {
                set("P1.Scrap", good(new Variant(uint(++scrap))));
            }
        }
        boolean broken = step % (20L * STEPS_PER_SECOND) >= 15L * STEPS_PER_SECOND;
        set(
                "P1.Sensor3",
                broken
                        ? new DataValue(Variant.ofNull(), new StatusCode(StatusCodes.Bad_SensorFailure), now(), now())
                        : good(new Variant(5 + random.nextGaussian() * 0.02)));
    }

    private int state() {
        boolean fault = step % (75L * STEPS_PER_SECOND) >= 63L * STEPS_PER_SECOND;
        boolean stop = step % (31L * STEPS_PER_SECOND) >= 27L * STEPS_PER_SECOND;
        return setupLeft > 0 ? SETUP : fault ? FAULT : stop ? STOP : RUN;
    }

    private void set(String name, DataValue value) {
        LoopbackOpcUaServer running = server;
        if (running != null) {
            running.set(name, value);
            written.incrementAndGet();
        }
    }

    private DataValue good(Variant value) {
        return new DataValue(value, StatusCode.GOOD, now(), now());
    }

    private DateTime now() {
        return new DateTime(clock.instant());
    }
}
