package org.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Hub;
import org.millrace.HubOptions;
import org.millrace.demo.FieldBroker;
import org.millrace.demo.LoopbackModbusServer;
import org.millrace.demo.LoopbackOpcUaServer;

/**
 * Every change of every protocol is in the historian once, in order: an OPC UA counter on a subscription, a Modbus
 * register that is polled faster than it changes, and MQTT messages.
 */
class EveryValueIT {
    private static final int CHANGES = 40;
    private static final String BASE = "acme/lyon/test/bench/counters/";

    @TempDir
    Path folder;

    @Test
    void everyChangeOfEveryProtocolIsInTheHistorianOnceAndInOrder() throws Exception {
        int opcUaPort = freePort();
        int modbusPort = freePort();
        SimpleProcessImage image = new SimpleProcessImage(1);
        image.addRegister(new SimpleRegister(0));
        Path data = folder.resolve("data");
        try (FieldBroker broker = FieldBroker.start(folder.resolve("broker"), 0);
                LoopbackOpcUaServer opcUa = new LoopbackOpcUaServer(
                        opcUaPort,
                        List.of("urn:test"),
                        Map.of("Counter", new LoopbackOpcUaServer.Variable(NodeIds.Int32, value(0))));
                LoopbackModbusServer modbus = new LoopbackModbusServer(modbusPort, image)) {
            opcUa.start();
            Path home = home(broker.uri(), opcUa.endpoint(), "modbus-tcp://127.0.0.1:" + modbusPort);
            try (Hub hub = Hub.start(new HubOptions(home, data, Map.of(), OptionalInt.of(0)));
                    StampedDevice device = new StampedDevice(broker.port())) {
                await().until(() -> hub.summary(0).sources().values().stream().allMatch(source -> source.up())
                        && hub.summary(0).historian().rows() >= 2);
                device.send(0, 2_000);
                count(opcUa, image);
                device.settle();
                await().untilAsserted(() -> {
                    assertThat(stored(data, BASE + "opcua")).isEqualTo(upTo(CHANGES));
                    assertThat(distinct(stored(data, BASE + "modbus"))).isEqualTo(upTo(CHANGES));
                    assertThat(stored(data, StampedDevice.TAG)).isEqualTo(upTo(1_999));
                });
                assertThat(hub.summary(0).ledger().balanced()).isTrue();
            }
            assertThat(modbus).isNotNull();
        }
    }

    /** Both counters go up every 300 ms: three times slower than they are sampled. */
    private static void count(LoopbackOpcUaServer opcUa, SimpleProcessImage image) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(CHANGES);
        try (ScheduledExecutorService machine = Executors.newSingleThreadScheduledExecutor()) {
            machine.scheduleAtFixedRate(
                    () -> {
                        int next = CHANGES - (int) done.getCount() + 1;
                        if (next <= CHANGES) {
                            opcUa.set("Counter", value(next));
                            image.getRegister(0).setValue(next);
                            done.countDown();
                        }
                    },
                    300,
                    300,
                    TimeUnit.MILLISECONDS);
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Path home(String broker, String opcUa, String modbus) throws Exception {
        Path home = Homes.shipped(folder.resolve("home"));
        for (String folder : new String[] {"assets", "rules", "calendars", "kpi", "erp"}) {
            try (Stream<Path> files = Files.list(home.resolve("connectors-config/" + folder))) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.delete(home.resolve("connectors-config/alarms.yaml"));
        Homes.write(home, "connectors-config/assets/e2e.yaml", StampedDevice.ASSET);
        Homes.write(home, "connectors-config/assets/counters.yaml", """
                kind: Asset
                id: CNT
                name: Counters
                path: acme/lyon/test/bench/counters
                tags:
                  opcua: { from: press-line, node: "nsu=urn:test;s=Counter", sample_every: 100ms }
                  modbus: { from: plc-7, address: "holding-register:1:INT", scan: fast }
                """);
        replace(home, "connectors-config/sources/field.yaml", "mqtt://127.0.0.1:1883", broker);
        replace(home, "connectors-config/sources/press-line.yaml", "opc.tcp://127.0.0.1:4840/plant", opcUa);
        replace(home, "connectors-config/sources/plc-7.yaml", "modbus-tcp://127.0.0.1:1502", modbus);
        replace(home, "connectors-config/sources/plc-7.yaml", "fast: 250ms", "fast: 100ms");
        return home;
    }

    private static void replace(Path home, String file, String old, String now) throws Exception {
        String text = Files.readString(home.resolve(file));
        assertThat(text).contains(old);
        Files.writeString(home.resolve(file), text.replace(old, now));
    }

    private static DataValue value(int number) {
        return new DataValue(Variant.ofInt32(number), StatusCode.GOOD, DateTime.now(), DateTime.now());
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(0, last).boxed().toList();
    }

    /** A register read several times while it did not change. */
    private static List<Long> distinct(List<Long> values) {
        List<Long> changes = new ArrayList<>();
        for (long value : values) {
            if (changes.isEmpty() || changes.getLast() != value) {
                changes.add(value);
            }
        }
        return changes;
    }

    private static List<Long> stored(Path data, String tag) throws Exception {
        List<Long> values = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("historian.db"));
                PreparedStatement select = connection.prepareStatement(
                        "SELECT coalesce(s.vl, s.v) FROM tag_sample s JOIN tag t ON t.tag_id = s.tag_id"
                                + " WHERE t.path = ? AND s.q >= 0 ORDER BY s.ts")) {
            select.setString(1, tag);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    values.add(found.getLong(1));
                }
            }
        }
        return values;
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
