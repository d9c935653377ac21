package org.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.security.CertificateFolders;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch;
import org.millrace.source.opcua.OpcUaSource;
import org.millrace.source.opcua.OpcUaSourceFile;
import org.millrace.source.plc.PlcSource;
import org.millrace.source.plc.PlcSourceFile;

/** The demo's machines, read by the hub's own sources. */
class PlantServersIT {
    private final List<Reading> got = new CopyOnWriteArrayList<>();

    @TempDir
    Path pki;

    @Test
    void thePressShowsEveryNodeAndASensorThatFails() throws Exception {
        try (PressServer press = new PressServer(0, 42, Clock.systemUTC())) {
            press.start();
            OpcUaSourceFile file = new OpcUaSourceFile(
                    "press-line",
                    press.endpoint(),
                    Duration.ofMillis(250),
                    Duration.ofMillis(250),
                    10,
                    Duration.ofSeconds(5),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(new OpcUaSourceFile.Security(
                            OpcUaSourceFile.Policy.None,
                            Optional.empty(),
                            true,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())));
            List<Tag> tags = Stream.of("TBear", "TOil", "State", "Cycles", "Scrap", "Sensor3", "Setpoint")
                    .map(n -> tag("press-line", "nsu=urn:acme:press;s=P1." + n))
                    .toList();
            try (OpcUaSource source = new OpcUaSource(
                    file, tags, r -> r, new CertificateFolders(pki), tag -> Reading.NO_TIME, Clock.systemUTC())) {
                source.start(this::receive);

                await().until(() -> of("TBear").size() > 4);
                assertThat(tags)
                        .allSatisfy(t -> assertThat(got)
                                .anyMatch(r -> r.field().equals(t.origin().field())));
                assertThat(((Value.Real) of("TBear").getLast().value()).value()).isBetween(125.0, 160.0);
                assertThat(of("State").getFirst().value()).isEqualTo(Value.of(1L));
                assertThat(of("Setpoint")).hasSize(1);
                await().until(() -> of("Sensor3").stream().anyMatch(r -> r.quality() == Quality.BAD_SENSOR_FAILURE));
                assertThat(press.written()).isGreaterThan(20);
            }
        }
    }

    @Test
    void theCompressorShowsItsRegistersAlsoAfterARestartOnTheSamePort() throws Exception {
        try (CompressorServer compressor = new CompressorServer(0, 42)) {
            compressor.start();
            PlcSourceFile file = new PlcSourceFile(
                    "plc-7",
                    compressor.url(),
                    Duration.ofSeconds(1),
                    Map.of("fast", Duration.ofMillis(200)),
                    Optional.empty());
            List<Tag> tags = Stream.of("1:INT", "2:INT", "3:INT", "10:DINT", "12:DINT")
                    .map(a -> tag("plc-7", "holding-register:" + a))
                    .toList();
            try (PlcSource source = new PlcSource(file, tags, Clock.systemUTC())) {
                source.start(this::receive);

                await().until(() -> got.size() >= 5);
                assertThat(last("2:INT")).isBetween(600L, 800L);
                assertThat(last("3:INT")).isBetween(500L, 900L);
                assertThat(last("10:DINT")).isBetween(48_211L, 48_300L);
                assertThat(last("12:DINT")).isEqualTo(1204L);

                compressor.stop();
                await().until(() -> !source.status().up());
                compressor.start();
                await().until(() -> source.status().up());
                assertThat(source.status().reconnects()).isEqualTo(1);
            }
        }
    }

    private void receive(
            SourceBatch batch, java.util.function.Consumer<@org.jspecify.annotations.Nullable Throwable> done) {
        got.addAll(((SourceBatch.Readings) batch).readings());
        done.accept(null);
    }

    private List<Reading> of(String node) {
        return got.stream().filter(r -> r.field().endsWith("P1." + node)).toList();
    }

    private long last(String register) {
        return got.reversed().stream()
                .filter(r -> r.field().equals("holding-register:" + register) && r.value() instanceof Value.Whole)
                .map(r -> ((Value.Whole) r.value()).value())
                .findFirst()
                .orElseThrow();
    }

    private static Tag tag(String source, String field) {
        return Tags.plain("PR-3", field, new Tag.Origin(source, "", field, "fast"));
    }
}
