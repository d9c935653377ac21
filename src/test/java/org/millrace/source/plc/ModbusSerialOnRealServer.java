package org.millrace.source.plc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;
import org.millrace.systems.NodeServer;

/** Against modbus-serial, a Modbus server of another make than the tests' own. */
class ModbusSerialOnRealServer {
    @TempDir
    Path folder;

    @Test
    void unitsAreasAndABadAddress() throws Exception {
        int port = NodeServer.freePort();
        try (NodeServer server = NodeServer.start("plc/modbus-server.js", folder, port);
                RealPlc plc = new RealPlc(
                        "modbus-tcp://127.0.0.1:" + port,
                        "holding-register:3",
                        "holding-register:3{unit-id: 7}",
                        "holding-register:10.1",
                        "input-register:12:UDINT",
                        "coil:1",
                        "coil:2",
                        "discrete-input:1",
                        "holding-register:199",
                        "holding-register:201")) {
            assertThat(server).isNotNull();
            assertThat(plc.good("holding-register:3").value()).isEqualTo(Value.of(1003L));
            assertThat(plc.good("holding-register:3{unit-id: 7}").value()).isEqualTo(Value.of(7003L));
            assertThat(plc.good("holding-register:10.1").value()).isEqualTo(Value.of((1010 >> 1 & 1) == 1));
            assertThat(plc.good("input-register:12:UDINT").value()).isEqualTo(Value.of(1012L << 16 | 1013));
            assertThat(plc.good("coil:1").value()).isEqualTo(Value.of(false));
            assertThat(plc.good("coil:2").value()).isEqualTo(Value.of(true));
            assertThat(plc.good("discrete-input:1").value()).isEqualTo(Value.of(true));
            assertThat(plc.good("holding-register:199").value()).isEqualTo(Value.of(1199L));
            await().until(() -> !plc.of("holding-register:201").isEmpty());
            assertThat(plc.of("holding-register:201")).allMatch(r -> r.quality() == Quality.BAD_NODE_ID_UNKNOWN);
        }
    }
}
