package org.millrace.source.plc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;
import org.millrace.systems.NodeServer;

/** Against Snap7's S7 server. */
class S7OnRealServer {
    @TempDir
    Path folder;

    @Test
    void everyKindOfValueIsReadAlsoAfterTheServerCameBack() throws Exception {
        int port = NodeServer.freePort();
        NodeServer server = NodeServer.start("plc/s7-server.js", folder, port);
        try (RealPlc plc = new RealPlc(
                "s7://127.0.0.1:" + port,
                "%DB1.DBD0:REAL",
                "%DB1.DBW4:INT",
                "%DB1.DBD6:DINT",
                "%DB1.DBX10.2:BOOL",
                "%DB1.DBX10.1:BOOL",
                "%DB1:20:STRING(10)",
                "%DB1.DBW30:INT[8][0]",
                "%DB1.DBW30:INT[8][7]")) {
            assertThat(plc.good("%DB1.DBD0:REAL").value()).isEqualTo(Value.of(21.5));
            assertThat(plc.good("%DB1.DBW4:INT").value()).isEqualTo(Value.of(-7L));
            assertThat(plc.good("%DB1.DBD6:DINT").value()).isEqualTo(Value.of(100_000L));
            assertThat(plc.good("%DB1.DBX10.2:BOOL").value()).isEqualTo(Value.of(true));
            assertThat(plc.good("%DB1.DBX10.1:BOOL").value()).isEqualTo(Value.of(false));
            assertThat(plc.good("%DB1:20:STRING(10)").value()).isEqualTo(Value.of("pump"));
            assertThat(plc.good("%DB1.DBW30:INT[8][0]").value()).isEqualTo(Value.of(100L));
            assertThat(plc.good("%DB1.DBW30:INT[8][7]").value()).isEqualTo(Value.of(107L));

            server.close();
            await().until(() -> !plc.source.status().up());
            int before = plc.of("%DB1.DBW4:INT").size();
            server = NodeServer.start("plc/s7-server.js", folder, port);
            await().until(() -> plc.of("%DB1.DBW4:INT").size() > before
                    && plc.of("%DB1.DBW4:INT").getLast().quality() == Quality.GOOD);
        } finally {
            server.close();
        }
    }

    @Test
    void whatIsMissingOrTooLongForTheDriverIsBadAndTheOthersLive() throws Exception {
        int port = NodeServer.freePort();
        try (NodeServer server = NodeServer.start("plc/s7-server.js", folder, port);
                RealPlc plc = new RealPlc(
                        "s7://127.0.0.1:" + port,
                        "%DB1.DBW4:INT",
                        "%DB9.DBW0:INT",
                        "%DB1.DBW200:INT",
                        "%DB1.DBB20:STRING(10)",
                        "%DB1.DBD0:REAL")) {
            assertThat(server).isNotNull();
            assertThat(plc.good("%DB1.DBW4:INT").value()).isEqualTo(Value.of(-7L));
            assertThat(plc.good("%DB1.DBD0:REAL").value()).isEqualTo(Value.of(21.5));
            await().until(() -> plc.source.status().detail().contains("2 of 5 addresses"));
            int seen = plc.of("%DB1.DBW4:INT").size();
            await().until(() -> plc.of("%DB1.DBW4:INT").size() > seen + 10);

            assertThat(plc.of("%DB9.DBW0:INT").getLast().quality()).isEqualTo(Quality.BAD_TIMEOUT);
            assertThat(plc.of("%DB1.DBW200:INT").getLast().quality()).isEqualTo(Quality.BAD_TIMEOUT);
            assertThat(plc.of("%DB1.DBB20:STRING(10)").getLast().quality()).isNotEqualTo(Quality.GOOD);
            assertThat(plc.of("%DB1.DBW4:INT").getLast().quality()).isEqualTo(Quality.GOOD);
        }
    }
}
