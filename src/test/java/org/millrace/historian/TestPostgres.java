package org.millrace.historian;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.awaitility.Awaitility;
import org.tukaani.xz.XZInputStream;

/**
 * A real PostgreSQL server for tests, on a random port of 127.0.0.1, with its data in a temporary folder.
 *
 * <p>PostgreSQL refuses to run as root, and builds often do run as root. Then the server runs as {@code nobody}
 * through {@code setpriv}, or, where that is not allowed, in a user name space of its own ({@code unshare -U}); both are
 * part of util-linux, so of every Debian. The binaries are unpacked once per machine.
 */
public final class TestPostgres implements AutoCloseable {
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final String BINARIES = "millrace-test-postgres-18.6.0";
    private static final String NOBODY = "65534";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path binaries;
    private final Path folder;
    private final List<String> prefix;
    private final int port;
    private Process server;

    private TestPostgres(Path binaries, Path folder, List<String> prefix, int port) {
        this.binaries = binaries;
        this.folder = folder;
        this.prefix = prefix;
        this.port = port;
        this.server = launch();
    }

    /** Starts a server with an empty database; takes one to three seconds. */
    public static TestPostgres start() {
        try {
            Path binaries = unpacked();
            Path folder = Files.createTempDirectory("millrace-test-postgres-data-");
            List<String> prefix = prefix(folder);
            run(
                    folder,
                    prefixed(
                            prefix,
                            binaries,
                            "initdb",
                            "-D",
                            folder.resolve("data").toString(),
                            "-U",
                            "millrace",
                            "-A",
                            "trust",
                            "-E",
                            "UTF8",
                            "--locale=C",
                            "--no-sync",
                            "--no-instructions"));
            TestPostgres postgres = new TestPostgres(binaries, folder, prefix, freePort());
            postgres.awaitReady();
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JDBC URL of the database; stays the same over {@link #stop} and {@link #restart}. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public String user() {
        return "millrace";
    }

    public String password() {
        return "millrace";
    }

    public int port() {
        return port;
    }

    /** Takes the server down at once, as a crash does: connections break, committed data stays. */
    public void stop() {
        // SIGQUIT is PostgreSQL's immediate shutdown; destroyForcibly would orphan its children
        signal("QUIT");
        try {
            if (!server.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL did not stop within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while PostgreSQL stopped", e);
        }
    }

    /** Brings the server back after {@link #stop}, on the same port and data. */
    public void restart() {
        server = launch();
        awaitReady();
    }

    /** As {@link #restart} if it is down. */
    public void ensureRunning() {
        if (!server.isAlive()) {
            restart();
        }
    }

    @Override
    public void close() {
        if (server.isAlive()) {
            stop();
        }
        deleteTree(folder);
    }

    private Process launch() {
        List<String> command = prefixed(
                prefix,
                binaries,
                "postgres",
                "-D",
                folder.resolve("data").toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "shared_buffers=64MB",
                "-c",
                "max_connections=50");
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("server.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        Awaitility.await("PostgreSQL on port " + port).atMost(PATIENCE).until(() -> {
            if (!server.isAlive()) {
                throw new IllegalStateException("PostgreSQL ended: " + Files.readString(folder.resolve("server.log")));
            }
            try (var connection = DriverManager.getConnection(url(), user(), password())) {
                return connection.isValid(5);
            } catch (SQLException notYet) {
                return false;
            }
        });
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(server.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How to run a program so that it isn't root; makes the folder the user's own. */
    private static List<String> prefix(Path folder) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        List<String> setpriv =
                List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--inh-caps=-all");
        run(folder, List.of("chmod", "777", folder.toString()));
        if (works(setpriv)) {
            return setpriv;
        }
        List<String> unshare = List.of("unshare", "-U");
        if (works(unshare)) {
            return unshare;
        }
        throw new IllegalStateException(
                "PostgreSQL must not run as root, and neither setpriv nor unshare -U works here:"
                        + " run the tests as another user");
    }

    private static boolean works(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<String> prefixed(List<String> prefix, Path binaries, String program, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static void run(Path folder, List<String> command) throws IOException {
        Path log = Files.createTempFile("millrace-test-postgres-", ".log");
        try {
            int code = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code + ": " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The folder with bin, lib and share; unpacked beside it first and renamed, so that it is whole or not there. */
    private static synchronized Path unpacked() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path target = temporary.resolve(BINARIES);
        if (Files.exists(target)) {
            return target;
        }
        Path fresh = Files.createTempDirectory(temporary, BINARIES + "-");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (InputStream archive = TestPostgres.class.getResourceAsStream(ARCHIVE)) {
            if (archive == null) {
                throw new IllegalStateException(ARCHIVE + " is not on the class path: only linux-x86_64 is supported");
            }
            unpack(archive, fresh);
        }
        try {
            return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            deleteTree(fresh); // another process was faster, or the disk is full
            if (Files.exists(target)) {
                return target;
            }
            throw e;
        }
    }

    private static void unpack(InputStream archive, Path into) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = into.resolve(entry.getName()).normalize();
                if (!path.startsWith(into)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private static void deleteTree(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
