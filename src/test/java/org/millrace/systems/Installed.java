package org.millrace.systems;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the programs of installed packages. */
final class Installed {
    private static final long MINUTES = 15;

    private Installed() {}

    /** @throws IllegalStateException when the program is not there, with what to install */
    static void require(Path program, String packages) {
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(program + " is not installed; hint: apt-get install -y"
                    + " --no-install-recommends " + packages + ", or ./hub test --systems as root, which does that");
        }
    }

    /** Runs a program to its end. @throws IOException when it fails, with what it printed */
    static void run(Map<String, String> environment, Path log, String input, List<String> command) throws IOException {
        Process process = builder(environment, log, command).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end within " + MINUTES + " minutes; see " + log);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command, e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(command + " ended with " + process.exitValue() + ":\n" + Files.readString(log));
        }
    }

    static Process launch(Map<String, String> environment, Path log, List<String> command) throws IOException {
        return builder(environment, log, command).start();
    }

    private static ProcessBuilder builder(Map<String, String> environment, Path log, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder;
    }

    /** Ends a server and its workers. */
    static void end(Process process) {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        workers.forEach(ProcessHandle::destroyForcibly);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
