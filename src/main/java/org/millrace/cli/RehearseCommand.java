package org.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.millrace.Hub;
import org.millrace.HubOptions;
import picocli.CommandLine.Command;

/**
 * One start on a small configuration of its own, for the launcher: the JVM records meanwhile which classes a start needs
 * and archives them ({@code -XX:ArchiveClassesAtExit}), so that later starts need not read and verify them. Nobody's
 * configuration is used: a second hub under the same client id would throw the first one off its broker.
 */
@Command(
        name = "rehearse",
        description =
                "Starts once on a small configuration of its own and stops: for hub archive, which makes starts quick.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {
    /** Port 1 (tcpmux) of this machine: nothing answers, at once. */
    private static final Map<String, String> FILES = Map.of(
            "connectors-config/hub.yaml", "kind: Hub\nsite: rehearsal\n",
            "connectors-config/sources/mqtt.yaml", """
                    kind: MqttSource
                    id: mqtt
                    broker: mqtt://127.0.0.1:1
                    client_id: millrace-rehearsal
                    topics:
                      - filter: "plant/+/telemetry"
                        decode: json
                        map: { device: "$topic[1]", time: .ts, readings: .values }
                    """,
            "connectors-config/sources/plc.yaml", """
                    kind: PlcSource
                    id: plc
                    connection: modbus-tcp://127.0.0.1:1
                    """,
            "connectors-config/sources/opcua.yaml", """
                    kind: OpcUaSource
                    id: opcua
                    endpoint: opc.tcp://127.0.0.1:1/rehearsal
                    security: { policy: None, allow_insecure: true }
                    """,
            "connectors-config/assets/pump.yaml", """
                    kind: Asset
                    id: P-1
                    name: Pump
                    path: rehearsal/area/line/p-1
                    class: pump
                    tags:
                      state: { from: plc, address: "holding-register:1:INT", map: { 0: STOP, 1: RUN } }
                      pressure: { from: plc, address: "holding-register:2:INT", unit: bar, scale: { factor: 0.01 } }
                      temperature: { from: mqtt, device: p-1, field: temp, unit: Cel }
                      speed: { from: opcua, node: "nsu=urn:rehearsal;s=Speed", unit: "1/min" }
                    """,
            "connectors-config/rules/hot.yaml", """
                    kind: Rule
                    id: hot
                    title: "{level} at {asset.name}"
                    for: { class: pump }
                    watch: threshold
                    input: temperature
                    limits: { H: 80 Cel }
                    while: state == 'RUN' && pressure > 1.0
                    levels:
                      H: { severity: major, on_delay: 10s }
                    failure_mode: OHE
                    work_order: { on: raised }
                    """,
            "routes/sources.camel.yaml", """
                    - route:
                        id: mqtt
                        from:
                          uri: hub:mqtt/mqtt
                          steps:
                            - to: hub:decode/auto
                            - to: hub:ingest
                    - route:
                        id: plc
                        from:
                          uri: hub:plc/plc
                          steps:
                            - to: hub:ingest
                    - route:
                        id: opcua
                        from:
                          uri: hub:opcua/opcua
                          steps:
                            - to: hub:ingest
                    """,
            "routes/sinks.camel.yaml", """
                    - route:
                        id: historian
                        from:
                          uri: hub:journal/historian
                          parameters:
                            maxSamples: 1000
                          steps:
                            - to: hub:historian
                    - route:
                        id: work-orders
                        from:
                          uri: hub:events
                          parameters:
                            name: work-orders
                          steps:
                            - to: hub:cmms/desk
                    """);

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("millrace-rehearsal");
        try {
            return start(folder);
        } finally {
            delete(folder);
        }
    }

    private static int start(Path folder) throws Exception {
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        HubOptions options = new HubOptions(folder, folder.resolve("data"), Map.of(), OptionalInt.of(0));
        try (Hub hub = Hub.start(options)) {
            HubClient client = new HubClient(hub.url());
            client.get("sources");
            client.get("ledger");
            return client.ask("health/ready", Duration.ofSeconds(10)).statusCode() == 200 ? 0 : 1;
        } catch (Hub.BadConfigurationException e) {
            throw new IllegalStateException("the rehearsal's own configuration is wrong: " + e.problems(), e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
