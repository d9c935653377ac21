package org.millrace.source.plc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.RetryPause;
import org.millrace.source.SourceBatch;

/** Against a scripted S7; {@code S7OnRealServer} is the same against Snap7's server. */
class S7SourceIT {
    private final List<List<Reading>> scans = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final byte[] memory = ByteBuffer.allocate(64)
            .putFloat(21.5f)
            .putShort((short) -7)
            .putInt(100_000)
            .put((byte) 5)
            .array();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @Test
    void valuesOfADataBlockAreReadInOneRequest() throws Exception {
        ScriptedS7 plc = plc(0);
        source(
                plc.port(),
                "%DB1.DBD0:REAL",
                "%DB1.DBW4:INT",
                "%DB1.DBD6:DINT",
                "%DB1.DBX10.0:BOOL",
                "%DB1.DBX10.1:BOOL",
                "%DB1.DBX10.2:BOOL");

        await().until(() -> !scans.isEmpty() && scans.getLast().size() == 6 && good() == 6);

        assertThat(value("%DB1.DBD0:REAL")).isEqualTo(Value.of(21.5));
        assertThat(value("%DB1.DBW4:INT")).isEqualTo(Value.of(-7L));
        assertThat(value("%DB1.DBD6:DINT")).isEqualTo(Value.of(100_000L));
        assertThat(value("%DB1.DBX10.0:BOOL")).isEqualTo(Value.of(true));
        assertThat(value("%DB1.DBX10.1:BOOL")).isEqualTo(Value.of(false));
        assertThat(value("%DB1.DBX10.2:BOOL")).isEqualTo(Value.of(true));
    }

    @Test
    void aMissingDataBlockIsBadAndTheOthersLive() throws Exception {
        ScriptedS7 plc = plc(0);
        PlcSource source = source(plc.port(), "%DB1.DBD0:REAL", "%DB9.DBW0:INT", "%DB1.DBW4:INT");

        await().until(() ->
                source.status().up() && !scans.isEmpty() && scans.getLast().size() == 3 && good() == 2);

        assertThat(value("%DB1.DBW4:INT")).isEqualTo(Value.of(-7L));
        assertThat(scans.getLast().stream().filter(r -> r.field().equals("%DB9.DBW0:INT")))
                .singleElement()
                .satisfies(r -> assertThat(r.quality()).isEqualTo(Quality.BAD_TIMEOUT));
        assertThat(scans.stream().dropWhile(scan -> scan.stream().noneMatch(r -> r.quality() == Quality.GOOD)))
                .as("once read, the others are never lost")
                .noneMatch(scan -> scan.stream().anyMatch(r -> r.quality() == Quality.BAD_NO_COMMUNICATION));
        int seen = scans.size();
        await().until(() -> scans.size() > seen + 5);
        assertThat(source.status().detail()).contains("2 of 3 addresses").contains("%DB9.DBW0:INT");
    }

    @Test
    void aPlcThatRestartsIsReadAgainAndNoThreadStays() throws Exception {
        ScriptedS7 plc = new ScriptedS7(0, memory);
        int port = plc.port();
        PlcSource source = source(port, "%DB1.DBW4:INT");
        await().until(() -> source.status().up());
        long before = threads();
        for (int i = 0; i < 10; i++) {
            plc.close();
            await().until(() -> !source.status().up());
            plc = new ScriptedS7(port, memory);
            await().until(() -> source.status().up());
        }
        open.add(plc);

        assertThat(source.status().reconnects()).isEqualTo(10);
        await().untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(before + 3));
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("plc")
                        || t.getName().startsWith("nioEventLoop")
                        || t.getName().startsWith("pool-")
                        || t.getName().contains("plc4x"))
                .count();
    }

    private long good() {
        return scans.getLast().stream().filter(r -> r.quality() == Quality.GOOD).count();
    }

    private Value value(String address) {
        return scans.getLast().stream()
                .filter(r -> r.field().equals(address))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private ScriptedS7 plc(int port) throws Exception {
        ScriptedS7 plc = new ScriptedS7(port, memory);
        open.add(plc);
        return plc;
    }

    private PlcSource source(int port, String... addresses) {
        // the type is given: PLC4X asks a PLC for it by a system list, which this one has not
        PlcSource source = new PlcSource(
                new PlcSourceFile(
                        "s7",
                        "s7://127.0.0.1:" + port + "?controller-type=S7_1500",
                        Duration.ofSeconds(1),
                        Map.of("default", Duration.ofMillis(50)),
                        Optional.empty()),
                List.of(addresses).stream()
                        .map(a -> Tags.plain("C-1", a, new Tag.Origin("s7", "", a, "default")))
                        .toList(),
                Clock.systemUTC(),
                new RetryPause(Duration.ofMillis(20), Duration.ofMillis(100), new Random(1)));
        open.add(source);
        source.start((batch, done) -> {
            scans.add(((SourceBatch.Readings) batch).readings());
            done.accept(null);
        });
        return source;
    }
}
