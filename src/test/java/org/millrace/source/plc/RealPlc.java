package org.millrace.source.plc;

import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.source.RetryPause;
import org.millrace.source.SourceBatch;

/** A source on a server of other people, and what it read. */
final class RealPlc implements AutoCloseable {
    final PlcSource source;
    private final List<Reading> got = new CopyOnWriteArrayList<>();

    RealPlc(String connection, String... addresses) {
        source = new PlcSource(
                new PlcSourceFile(
                        "plc",
                        connection,
                        Duration.ofSeconds(2),
                        Map.of("default", Duration.ofMillis(100)),
                        Optional.empty()),
                List.of(addresses).stream()
                        .map(a -> Tags.plain("C-1", a, new Tag.Origin("plc", "", a, "default")))
                        .toList(),
                Clock.systemUTC(),
                new RetryPause(Duration.ofMillis(50), Duration.ofMillis(200), new Random(1)));
        source.start((batch, done) -> {
            got.addAll(((SourceBatch.Readings) batch).readings());
            done.accept(null);
        });
    }

    /** The first good value of the address. */
    Reading good(String address) {
        await(address)
                .until(() -> got.stream().anyMatch(r -> r.field().equals(address) && r.quality() == Quality.GOOD));
        return got.stream()
                .filter(r -> r.field().equals(address) && r.quality() == Quality.GOOD)
                .findFirst()
                .orElseThrow();
    }

    List<Reading> of(String address) {
        return got.stream().filter(r -> r.field().equals(address)).toList();
    }

    @Override
    public void close() {
        source.close();
    }
}
