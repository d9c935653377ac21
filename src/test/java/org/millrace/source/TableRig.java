package org.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.millrace.config.ConfigFolder;
import org.millrace.config.Placeholders;
import org.millrace.signal.Micros;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** What a source that keeps a place needs around it: a memory, a journal that counts, and something that takes in. */
public final class TableRig {
    public final MapMemory memory = new MapMemory();
    public final List<Reading> readings = Collections.synchronizedList(new ArrayList<>());
    public final List<SourceBatch.Undecodable> letters = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong received = new AtomicLong();
    private volatile Optional<String> refuses = Optional.empty();
    private volatile int batches;

    /** A document of a configuration file. */
    public static <T extends Record> T config(Class<T> kind, Path folder, String yaml) throws IOException {
        Path home = Files.createTempDirectory(folder, "home-");
        Path file = Files.createDirectories(home.resolve("connectors-config")).resolve("case.yaml");
        Files.writeString(file, yaml);
        ConfigFolder.Config config = new ConfigFolder(List.of(kind), Placeholders.of(Map.of(), Map.of()))
                .read(home, home.resolve("connectors-config"));
        assertThat(config.problems()).isEmpty();
        return config.all(kind).getFirst();
    }

    public Places places() {
        return new Places("rig", memory, () -> new Places.Counted(received.get(), 0));
    }

    /** Refuses everything from now on, as a full journal does. */
    public void refuse(String why) {
        refuses = Optional.of(why);
    }

    public void acceptAgain() {
        refuses = Optional.empty();
    }

    public int batches() {
        return batches;
    }

    public void receive(SourceBatch batch, Consumer<@Nullable Throwable> done) {
        if (refuses.isPresent()) {
            done.accept(new IOException(refuses.get()));
            return;
        }
        SourceBatch.Readings rows = (SourceBatch.Readings) batch;
        readings.addAll(rows.readings());
        letters.addAll(rows.undecodable());
        received.addAndGet(rows.readings().size() + (long) rows.undecodable().size());
        batches++;
        done.accept(null);
    }

    /** {@code device.field=value@time}, in the order they came. */
    public List<String> told() {
        return List.copyOf(readings).stream()
                .map(r -> (r.device().isEmpty() ? "" : r.device() + ".") + r.field() + "=" + text(r.value()) + "@"
                        + Micros.iso(r.sourceTime()))
                .toList();
    }

    public List<String> values() {
        return List.copyOf(readings).stream().map(r -> text(r.value())).toList();
    }

    private static String text(Value value) {
        return switch (value) {
            case Value.Real v -> Double.toString(v.value());
            case Value.Whole v -> Long.toString(v.value());
            case Value.Flag v -> Boolean.toString(v.value());
            case Value.Text v -> v.value();
            case Value.None v -> "none";
        };
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
