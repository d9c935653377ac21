package org.millrace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.awaitility.Awaitility;

/** How fast a backlog drains into PostgreSQL and what live values feel of it: {@code main [samples]}. Not a test. */
public final class DrainBench {
    private DrainBench() {}

    public static void main(String[] arguments) throws Exception {
        long samples = arguments.length > 0 ? Long.parseLong(arguments[0]) : 2_000_000;
        Path folder = Files.createTempDirectory("millrace-drain-");
        try (SinkDrain drain = new SinkDrain(folder)) {
            drain.postgres().stop();
            drain.load(samples);
            drain.postgres().restart();
            Awaitility.await().until(() -> drain.queued() < samples - 10_000);
            SinkDrain.Measured m = drain.drain(20, 20);
            System.out.printf(
                    Locale.ROOT,
                    "backlog %,d samples drained in %.1f s: %,.0f samples/s; live %,.0f samples/s,"
                            + " p50 %.1f ms, p99 %.1f ms, worst %.1f ms%n",
                    m.backlog(),
                    m.seconds(),
                    m.samplesPerSecond(),
                    m.livePerSecond(),
                    m.percentile(0.5) / 1e3,
                    m.percentile(0.99) / 1e3,
                    m.live().getLast() / 1e3);
        }
    }
}
