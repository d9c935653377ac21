package org.millrace.demo;

import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A compressor behind a Modbus TCP server on 127.0.0.1, unit 1, a step every 200 ms. Holding registers, 1-based:
 *
 * <ul>
 *   <li>1: state, INT, 0 = STOP, 1 = RUN, 2 = FAULT, 3 = SETUP; starts and stops on pressure
 *   <li>2: pressure × 100, INT, bar
 *   <li>3: motor temperature × 10, INT, Cel
 *   <li>10–11: energy, DINT, kW.h, counts up
 *   <li>12–13: load cycles, DINT, counts up
 * </ul>
 *
 * The others up to 40 exist and are 0.
 */
public final class CompressorServer implements AutoCloseable {
    private static final int STEP_MILLIS = 200;
    private static final int REGISTERS = 40;

    private final int port;
    private final Random random;
    private final SimpleProcessImage image = new SimpleProcessImage(1);
    private final AtomicLong written = new AtomicLong();
    private @Nullable LoopbackModbusServer server;
    private @Nullable ScheduledExecutorService machine;
    private boolean loaded = true;
    private double pressure = 7.0;
    private double motor = 60;
    private double energy = 48_211;
    private int cycles = 1_204;

    /** @param port 0 for a free one; it stays the same over {@link #stop} and {@link #start} */
    public CompressorServer(int port, long seed) throws IOException {
        this.port = port == 0 ? PressServer.freePort() : port;
        this.random = new Random(seed);
        for (int i = 0; i < REGISTERS; i++) {
            image.addRegister(new SimpleRegister(0));
        }
        show();
    }

    public int port() {
        return port;
    }

    /** Connection URL for PLC4X. */
    public String url() {
        return "modbus-tcp://127.0.0.1:" + port;
    }

    /** Registers written since construction. */
    public long written() {
        return written.get();
    }

    public synchronized void start() throws IOException {
        if (server != null) {
            return;
        }
        server = new LoopbackModbusServer(port, image);
        machine = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("demo-compressor").factory());
        machine.scheduleAtFixedRate(this::step, STEP_MILLIS, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Ends the server and its connections; the machine's counters are kept. */
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

    private synchronized void step() {
        pressure += (loaded ? 0.03 : -0.02) + random.nextGaussian() * 0.004;
        if (loaded && pressure > 7.5) {
            loaded = false;
        } else if (!loaded && pressure < 6.8) {
            loaded = true;
            cycles++;
        }
        motor += ((loaded ? 78 : 55) - motor) * 0.005 + random.nextGaussian() * 0.05;
        energy += loaded ? 0.02 : 0.004;
        show();
    }

    private void show() {
        set(1, loaded ? 1 : 0);
        set(2, (int) Math.round(pressure * 100));
        set(3, (int) Math.round(motor * 10));
        setLong(10, (int) energy);
        setLong(12, cycles);
    }

    private void set(int register, int value) {
        image.getRegister(register - 1).setValue(value);
        written.incrementAndGet();
    }

    private void setLong(int register, int value) {
        set(register, value >>> 16);
        set(register + 1, value & 0xFFFF);
    }
}
