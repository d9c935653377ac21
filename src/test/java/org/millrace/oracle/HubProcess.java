package org.millrace.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code hub run} in a process of its own, so that it can be killed without a goodbye and looked at from outside. */
public final class HubProcess implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> NORMAL = List.of("-Xmx384m");

    /**
     * What the operating system says of the process.
     *
     * @param residentKib memory, KiB
     * @param files open file descriptors
     */
    public record Resources(long residentKib, long threads, long files) {}

    private final Process process;
    private final String url;
    private final Path log;
    private final Duration startedIn;
    private final Duration startedWith;

    private HubProcess(Process process, String url, Path log, Duration startedIn) {
        this.process = process;
        this.url = url;
        this.log = log;
        this.startedIn = startedIn;
        this.startedWith = process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Starts and waits until the console's address is printed: routes are running then. */
    public static HubProcess start(Path home, Path data, Map<String, String> environment) throws IOException {
        return start(home, data, environment, NORMAL);
    }

    /** As {@link #start(Path, Path, Map)}, with options of the JVM, such as its heap. */
    public static HubProcess start(Path home, Path data, Map<String, String> environment, List<String> options)
            throws IOException {
        long begin = System.nanoTime();
        // beside the data folder, which may be full or read-only
        Path log = data.resolveSibling(data.getFileName() + "-hub.log");
        Process process = launch(home, data, environment, options, log);
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("console ")) {
                return new HubProcess(
                        process, line.substring("console ".length()), log, Duration.ofNanos(System.nanoTime() - begin));
            }
        }
        throw new IOException("the hub did not start, exit code " + exitCode(process) + ":\n" + Files.readString(log));
    }

    private static int exitCode(Process process) throws IOException {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Process launch(Path home, Path data, Map<String, String> environment, List<String> options, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=org/millrace/logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "org.millrace.cli.HubCommand",
                "run",
                "--home",
                home.toString(),
                "--data",
                data.toString(),
                "--port",
                "0"));
        Files.createDirectories(data);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return builder.start();
    }

    /** From the start of the process to running routes. */
    public Duration startedIn() {
        return startedIn;
    }

    /** Processor time of all threads from the start of the process to running routes: what a busy machine hardly changes. */
    public Duration startedWith() {
        return startedWith;
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(20, TimeUnit.SECONDS);
    }

    /** Sends SIGTERM and returns at once. */
    public void signalTerm() {
        process.destroy();
    }

    /** SIGTERM; the exit code. */
    public int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit(Duration.ofSeconds(40));
    }

    /** Whether it ends by itself in this time, for want of memory ({@code ExitOnOutOfMemoryError} has exit code 3). */
    public boolean endsOutOfMemory(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 3;
    }

    /** The exit code. Kills and fails when the process has not ended in time. */
    public int awaitExit(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new AssertionError("the hub did not end within " + patience + "\n" + log());
        }
        return process.exitValue();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** The answer of {@code GET /api/v1/<path>}. */
    public JsonNode get(String path) {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(url + "/api/v1/" + path)).build());
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return json(answer.body());
    }

    /** The answer of {@code POST /api/v1/<path>}, whatever its status. */
    public HttpResponse<String> post(String path, String json) {
        return send(HttpRequest.newBuilder(URI.create(url + "/api/v1/" + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    /** The answer of a path at the root, whatever its status, such as {@code health/ready}. */
    public HttpResponse<String> raw(String path) {
        return send(HttpRequest.newBuilder(URI.create(url + "/" + path)).build());
    }

    /** The newest value the hub knows of a tag. */
    public JsonNode last(String tag) {
        return get("tags/" + URLEncoder.encode(tag, StandardCharsets.UTF_8) + "/last");
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(request, (name, value) -> true)
                            .timeout(Duration.ofSeconds(60))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(request.uri() + " failed: " + e + "\n" + tail(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    public String url() {
        return url;
    }

    /** All the hub has logged in this data folder, earlier processes too. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    private String tail() {
        String all = log();
        return all.substring(Math.max(0, all.length() - 4_000));
    }

    public Resources resources() {
        try {
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            long resident = 0;
            long threads = 0;
            for (String line : Files.readAllLines(proc.resolve("status"))) {
                if (line.startsWith("VmRSS:")) {
                    resident = Long.parseLong(line.replaceAll("\\D", ""));
                } else if (line.startsWith("Threads:")) {
                    threads = Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
                return new Resources(resident, threads, files.count());
            }
        } catch (IOException e) {
            throw new AssertionError("/proc of the hub can't be read", e);
        }
    }

    /** Bytes of living objects, after a full collection. */
    public long liveHeapBytes() throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String total = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(histogram.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("Total ")) {
                    total = line;
                }
            }
        }
        histogram.waitFor();
        String[] words = total.trim().split("\\s+");
        if (words.length < 3) {
            throw new IOException("jcmd gave no histogram of the hub");
        }
        return Long.parseLong(words[2]);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
