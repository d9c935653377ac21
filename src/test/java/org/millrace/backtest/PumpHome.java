package org.millrace.backtest;

import java.io.IOException;
import java.nio.file.Path;
import org.millrace.e2e.Homes;

/** A home folder with one pump, its vibration and its state, and folders of rules to try. */
public final class PumpHome {
    public static final String VIBRATION = "acme/lyon/p-101/vibration";
    public static final String STATE = "acme/lyon/p-101/state";

    private PumpHome() {}

    public static Path make(Path home) throws IOException {
        Homes.write(home, "connectors-config/assets/p-101.yaml", """
                kind: Asset
                id: P-101
                name: Pump
                path: acme/lyon/p-101
                class: pump
                tags:
                  vibration: { from: field, device: p, field: v, unit: mm/s, stale_after: 10m }
                  state: { from: field, device: p, field: s, map: { 0: STOP, 1: RUN } }
                """);
        Homes.field(home);
        Homes.write(home, "connectors-config/hub.yaml", "kind: Hub\nsite: lyon\ntime_zone: Europe/Paris\n");
        rule(home, "connectors-config/rules", "7.1 mm/s", "30s");
        return home;
    }

    /** The rule {@code vib} in a folder of its own. */
    public static Path rule(Path home, String folder, String limit, String delay) throws IOException {
        Homes.write(home, folder + "/vib.yaml", """
                kind: Rule
                id: vib
                title: "Vibration {level} on {asset.name}"
                for: { class: pump }
                watch: zones
                input: vibration
                limits: { D: %s }
                while: state == 'RUN'
                deadband: 0.2 mm/s
                levels:
                  D: { severity: major, on_delay: %s, off_delay: 10s }
                failure_mode: VIB
                work_order: { on: raised }
                """.formatted(limit, delay));
        return home.resolve(folder);
    }
}
