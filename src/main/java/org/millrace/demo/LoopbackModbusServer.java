package org.millrace.demo;

import com.ghgande.j2mod.modbus.ModbusException;
import com.ghgande.j2mod.modbus.procimg.ProcessImage;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A Modbus TCP server (j2mod) on 127.0.0.1, up to five connections. Started by its constructor. */
public final class LoopbackModbusServer implements AutoCloseable {
    private static final int CONNECTIONS = 5;

    private final ModbusSlave slave;
    /** j2mod's close interrupts its handlers once, and one that misses it goes on serving: we interrupt until they end. */
    private final ThreadGroup threads;

    /** Unit 1 only. */
    public LoopbackModbusServer(int port, ProcessImage image) throws IOException {
        this(port, Map.of(1, image));
    }

    /** @param images by unit id */
    public LoopbackModbusServer(int port, Map<Integer, ? extends ProcessImage> images) throws IOException {
        this(port, images, false);
    }

    /** @param rtu frames as on a serial line, with a check sum, as many gateways send them over TCP */
    public LoopbackModbusServer(int port, Map<Integer, ? extends ProcessImage> images, boolean rtu) throws IOException {
        threads = new ThreadGroup("demo-modbus-" + port);
        CompletableFuture<ModbusSlave> opened = new CompletableFuture<>();
        Thread opener = new Thread(
                threads,
                () -> {
                    try {
                        ModbusSlave created = ModbusSlaveFactory.createTCPSlave(
                                InetAddress.getByName("127.0.0.1"), port, CONNECTIONS, rtu, 0);
                        images.forEach(created::addProcessImage);
                        created.open();
                        opened.complete(created);
                    } catch (ModbusException | IOException | RuntimeException e) {
                        opened.completeExceptionally(e);
                    }
                },
                "demo-modbus-open");
        opener.setDaemon(true);
        opener.start();
        try {
            slave = opened.get();
        } catch (ExecutionException e) {
            throw new IOException("the Modbus server cannot listen on port " + port, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the Modbus server on port " + port + " started", e);
        }
    }

    /** Ends the server and its connections. */
    @Override
    public void close() {
        ModbusSlaveFactory.close(slave);
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (threads.activeCount() > 0 && System.nanoTime() < limit) {
            threads.interrupt();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
