package org.millrace.oracle;

import java.io.IOException;
import java.nio.file.Path;
import org.millrace.e2e.Homes;

/** The configuration the oracle's hub runs: one MQTT source, stamped devices, and assets whose limit is crossed. */
public final class OracleHome {
    /** The MQTT keep-alive of the hub, seconds. */
    public static final int KEEP_ALIVE_SECONDS = 4;

    private OracleHome() {}

    /**
     * Writes {@code routes/} and {@code connectors-config/}. The broker comes from {@code PLANT_MQTT}, the historian
     * from {@code MILLRACE_HISTORIAN_URL} of the environment.
     *
     * @param devices how many stamped devices
     * @param alarmAssets how many assets that can have an incident
     */
    public static Path write(Path home, int devices, int alarmAssets) throws IOException {
        Homes.write(home, "connectors-config/hub.yaml", """
                kind: Hub
                site: oracle
                time_zone: UTC
                journal: { max_size: 2 GB }
                """);
        Homes.write(home, "connectors-config/historian.yaml", """
                kind: Historian
                url: "{{env:MILLRACE_HISTORIAN_URL:}}"
                """);
        Homes.write(home, "connectors-config/sources/field.yaml", """
                kind: MqttSource
                id: field
                broker: "{{env:PLANT_MQTT:mqtt://127.0.0.1:1883}}"
                client_id: millrace-oracle
                session: 7d
                keep_alive: %ds
                topics:
                  - filter: "plant/+/+/telemetry"
                    decode: json
                    map: { device: "$topic[2]", time: .ts, readings: .values }
                """.formatted(KEEP_ALIVE_SECONDS));
        Homes.write(home, "connectors-config/rules/level-high.yaml", """
                kind: Rule
                id: level-high
                title: "Level {level} at {asset.name}"
                for: { class: stamped-tank }
                watch: threshold
                input: level
                limits: { H: 10 Cel }
                levels:
                  H: { severity: major }
                failure_mode: OHE
                work_order: { on: raised }
                """);
        for (int d = 0; d < devices; d++) {
            String device = StampedPlant.device(d);
            Homes.write(home, "connectors-config/assets/" + device + ".yaml", """
                    kind: Asset
                    id: %1$s
                    name: Stamped device %1$s
                    path: acme/oracle/stamped/line/%1$s
                    tags:
                      seq: { from: field, device: %1$s, field: seq }
                      crc: { from: field, device: %1$s, field: crc }
                    """.formatted(device));
        }
        for (int a = 0; a < alarmAssets; a++) {
            String asset = StampedPlant.alarmAsset(a);
            Homes.write(home, "connectors-config/assets/" + asset + ".yaml", """
                    kind: Asset
                    id: %1$s
                    name: Stamped tank %1$s
                    path: acme/oracle/alarms/line/%1$s
                    class: stamped-tank
                    tags:
                      level: { from: field, device: %1$s, field: level, unit: Cel }
                    """.formatted(asset));
        }
        Homes.write(home, "routes/sources/field.camel.yaml", """
                - route:
                    id: field
                    from:
                      uri: hub:mqtt/field
                      steps:
                        - to: hub:decode/auto
                        - to: hub:ingest
                """);
        Homes.write(home, "routes/pipeline/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters:
                        maxSamples: 10000
                        flushEvery: 500
                      steps:
                        - to: hub:historian
                """);
        Homes.write(home, "routes/sinks/work-orders.camel.yaml", """
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters:
                        name: work-orders
                      steps:
                        - to: hub:cmms/desk
                """);
        return home;
    }
}
