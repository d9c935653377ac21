package org.millrace.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Replays the recording of a real machine that failed on 2013-12-16 (Numenta Anomaly Benchmark), each row with its own
 * time, on {@value #TOPIC}: {@code temperature} (degF). Plays once, then is silent; see {@link #finished()}.
 */
public final class RecordingReplay extends FieldDevice {
    public static final String TOPIC = "plant/lyon/furnace-1/telemetry";

    private static final String RESOURCE = "nab/machine_temperature_system_failure.csv";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /** One reading of the recording; the value as written there. */
    record Row(Instant time, String temperature) {}

    private final List<Row> rows;
    private volatile int next;

    /** 50 rows a second: the five days in half a minute. */
    public RecordingReplay(int port) {
        this(port, Duration.ofMillis(20));
    }

    /** @param every pause between two rows, which are five minutes apart in the recording */
    public RecordingReplay(int port, Duration every) {
        super("furnace-1", port, every);
        this.rows = rows();
    }

    /** Rows in the recording. */
    public int size() {
        return rows.size();
    }

    /** Whether the last row has been sent. */
    public boolean finished() {
        return next >= rows.size();
    }

    @Override
    void step() {
        if (finished()) {
            stop();
            return;
        }
        Row row = rows.get(next);
        publish(TOPIC, "{\"ts\":\"" + row.time() + "\",\"values\":{\"temperature\":" + row.temperature() + "}}");
        next = next + 1;
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(RecordingReplay.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.readLine(); // timestamp,value
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int comma = line.indexOf(',');
                Instant time =
                        LocalDateTime.parse(line.substring(0, comma), TIME).toInstant(ZoneOffset.UTC);
                rows.add(new Row(time, line.substring(comma + 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return List.copyOf(rows);
    }
}
