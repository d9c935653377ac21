package org.millrace.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The whole simulated plant: an OPC UA press, a Modbus compressor, and an MQTT broker with a LoRaWAN pump, a silo and a
 * machine that replays a real recording. Real servers on 127.0.0.1; the configuration finds them by {@link
 * #environment()}.
 */
public final class DemoPlant implements AutoCloseable {
    /** Ports on 127.0.0.1; 0 = any free one. */
    public record Ports(int mqtt, int opcUa, int modbus) {
        public static final Ports FREE = new Ports(0, 0, 0);
    }

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final FieldBroker broker;
    private final PressServer press;
    private final CompressorServer compressor;
    private final List<FieldDevice> devices;

    /**
     * Starts the servers; the field devices wait for {@link #play()}.
     *
     * @param folder for the broker's sessions and queues
     * @param seed same seed, same noise
     */
    public static DemoPlant start(Path folder, Ports ports, long seed, Clock clock) throws IOException {
        return new DemoPlant(folder, ports, seed, clock);
    }

    private DemoPlant(Path folder, Ports ports, long seed, Clock clock) throws IOException {
        try {
            broker = FieldBroker.start(folder, ports.mqtt());
            parts.push(broker);
            press = new PressServer(ports.opcUa(), seed, clock);
            parts.push(press);
            press.start();
            compressor = new CompressorServer(ports.modbus(), seed);
            parts.push(compressor);
            compressor.start();
            devices = List.of(
                    new LoRaWanPump(broker.port(), clock, new Random(seed)),
                    new SiloSensor(broker.port(), clock, new Random(seed + 1)),
                    new RecordingReplay(broker.port()));
            devices.forEach(parts::push);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Lets the field devices speak: the pump's incident runs within the next minute. */
    public void play() {
        devices.forEach(FieldDevice::start);
    }

    /** The variables that the shipped sources read their addresses from. */
    public Map<String, String> environment() {
        return Map.of(
                "PLANT_MQTT", broker.uri(),
                "PLANT_OPCUA", press.endpoint(),
                "PLANT_MODBUS", compressor.url());
    }

    /** Stops the devices, then the servers. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(DemoPlant.class)
                        .warn("a part of the plant did not stop cleanly: {}", e.toString());
            }
        }
    }
}
