package org.millrace.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.millrace.journal.BatchCodecTest;
import org.millrace.journal.Journal;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.SqliteJournal;
import org.millrace.runtime.RuleLoop;
import org.millrace.signal.SampleBatch;
import org.millrace.store.OperationalStore;

/**
 * From {@code ./hub run} to {@code /health/ready}: on an empty data folder, then with a large journal whose historian is
 * away, killed before each start. A hub of the shipped configuration, whose sources and database are away.
 *
 * <p>{@code main [starts per figure] [backlog in MB] [folder]}; exit code 1 when a median exceeds {@link #TARGET}.
 */
public final class StartBench {
    private static final Duration TARGET = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final PrintStream OUT = System.out;

    /** Port 1 of this machine: nothing answers. */
    private static final Map<String, String> AWAY = Map.of(
            "PLANT_MQTT", "mqtt://127.0.0.1:1",
            "PLANT_OPCUA", "opc.tcp://127.0.0.1:1/plant",
            "PLANT_MODBUS", "modbus-tcp://127.0.0.1:1");

    /**
     * @param wall from the start of the launcher to the first 200
     * @param processor time of all threads until then
     * @param read bytes the process has read until then, by whatever call, from cache or disk
     */
    private record Start(Duration wall, Duration processor, long read) {}

    private final Path root;
    private final Path folder;
    private final int port;

    private StartBench(Path root, Path folder, int port) {
        this.root = root;
        this.folder = folder;
        this.port = port;
    }

    public static void main(String[] arguments) throws Exception {
        int starts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        int backlog = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1024;
        Path parent = arguments.length > 2 ? Path.of(arguments[2]) : Path.of("target");
        Path root = Path.of(System.getProperty("millrace.root", "."));
        Path folder = Files.createTempDirectory(Files.createDirectories(parent), "start-bench");
        int port;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        boolean good;
        try {
            good = new StartBench(root, folder, port).run(starts, backlog);
        } finally {
            delete(folder);
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run(int starts, int megabytes) throws Exception {
        start(folder.resolve("warm-up"), ""); // the page cache, and the launcher's archive of classes
        List<Start> empty = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            empty.add(start(folder.resolve("empty-" + i), ""));
        }
        boolean good = say("empty data folder", empty);
        Path data = folder.resolve("backlog");
        backlog(data, megabytes);
        List<Start> behind = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            behind.add(start(data, "jdbc:postgresql://127.0.0.1:1/away?connectTimeout=1"));
        }
        return say(String.format(Locale.ROOT, "%,d MB waiting, after kill -9", megabytes), behind) && good;
    }

    private Start start(Path data, String historian) throws Exception {
        long begin = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(
                        root.resolve("hub").toString(), "run", "--data", data.toString(), "--port", "" + port)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("log").toFile());
        builder.environment().putAll(AWAY);
        builder.environment().put("MILLRACE_HISTORIAN_URL", historian);
        Process process = builder.start();
        try {
            awaitReady(process, begin);
            Duration wall = Duration.ofNanos(System.nanoTime() - begin);
            return new Start(wall, process.info().totalCpuDuration().orElse(Duration.ZERO), bytesRead(process.pid()));
        } finally {
            process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }

    private void awaitReady(Process process, long begin) throws Exception {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            while (!answers(http, ready)) {
                if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw new IOException("the hub did not get ready:\n" + Files.readString(folder.resolve("log")));
                }
                Thread.sleep(20);
            }
        }
    }

    private static boolean answers(HttpClient http, HttpRequest ready) throws InterruptedException {
        try {
            return http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private static long bytesRead(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "io"))) {
            return lines.filter(line -> line.startsWith("rchar:"))
                    .mapToLong(line -> Long.parseLong(line.substring(6).trim()))
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Values that the historian has not read; the rules have. */
    private static void backlog(Path data, int megabytes) throws Exception {
        long target = megabytes * 1_000_000L;
        Random random = new Random(1);
        try (SqliteJournal journal = SqliteJournal.open(data, JournalLimits.DEFAULT.withMaxBytes(2 * target))) {
            for (int tag = 0; tag < 400; tag++) {
                journal.tagNumber("bench/start/backlog/line/device/" + tag);
            }
            journal.register("historian");
            journal.register(RuleLoop.CURSOR);
            while (journal.usage().bytes() < target) {
                SampleBatch batch = BatchCodecTest.mixed(1000, random);
                CompletableFuture<Long> last = new CompletableFuture<>();
                for (int i = 0; i < 500; i++) {
                    last = journal.append(new Journal.Intake("field", 0, 1000, batch, Map.of(), List.of()));
                }
                last.join();
            }
            journal.advance(RuleLoop.CURSOR, journal.head(), Map.of(), List.of());
            try (OperationalStore store = OperationalStore.open(data)) {
                store.commit(journal.head(), Map.of(), Set.of(), List.of());
            }
        }
    }

    private static boolean say(String what, List<Start> starts) {
        Duration median = median(starts.stream().map(Start::wall).toList());
        OUT.println(String.format(
                Locale.ROOT,
                "%-28s to ready: median %5.2f s, slowest %5.2f s   processor: median %5.2f s   read: %,d KiB",
                what,
                seconds(median),
                seconds(starts.stream()
                        .map(Start::wall)
                        .max(Comparator.naturalOrder())
                        .orElseThrow()),
                seconds(median(starts.stream().map(Start::processor).toList())),
                starts.stream().mapToLong(Start::read).max().orElse(0) / 1024));
        return median.compareTo(TARGET) <= 0;
    }

    private static Duration median(List<Duration> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
