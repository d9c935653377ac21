package org.millrace.systems;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server written for Node.js, with packages of npm below {@code target/systems/plc}. */
public final class NodeServer implements AutoCloseable {
    private static final Path MODULES =
            Path.of("target/systems/plc/node_modules").toAbsolutePath();
    private static final Duration START = Duration.ofSeconds(30);

    private final Process process;

    private NodeServer(Process process) {
        this.process = process;
    }

    /** @param script a resource of the tests; it prints "ready" and ends with its standard input */
    public static NodeServer start(String script, Path folder, int port) throws IOException {
        if (!Files.isDirectory(MODULES)) {
            throw new IllegalStateException(MODULES + " is not there; hint: ./hub test --systems installs it");
        }
        Path log = Files.createTempFile(folder, "node", ".log");
        Process process = new ProcessBuilder(
                        "node",
                        Path.of("src/test/resources", script).toAbsolutePath().toString(),
                        MODULES.toString(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        NodeServer server = new NodeServer(process);
        long deadline = System.nanoTime() + START.toNanos();
        while (!Files.readAllLines(log, StandardCharsets.UTF_8).contains("ready")) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                server.close();
                throw new IOException(List.of(script, port) + " did not start:\n" + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return server;
    }

    public static int freePort() throws IOException {
        return Installed.freePort();
    }

    @Override
    public void close() {
        Installed.end(process);
    }
}
