package org.millrace.systems;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Eclipse Mosquitto from Debian's package, unpacked by {@code ./hub test --systems}; sessions on disk. */
final class Mosquitto implements AutoCloseable {
    static final String USER = "hub";
    static final String PASSWORD = "hub-secret-1";

    private static final Path UNPACKED = Path.of("target/systems/mosquitto").toAbsolutePath();

    private final Path folder;
    private final int port;
    private Process server;

    private Mosquitto(Path folder, int port, Process server) {
        this.folder = folder;
        this.port = port;
        this.server = server;
    }

    /**
     * With one user.
     *
     * @param folder an empty folder, for configuration and sessions
     * @param inFlight most messages under way to a client; 0 = without a limit, the harshest for MQTT 3.1.1. From a session in MQTT 5
     *     Mosquitto 2.0.11 then passes over the client's receive maximum, against the specification
     */
    static Mosquitto start(Path folder, int inFlight) throws IOException {
        Path program = UNPACKED.resolve("usr/sbin/mosquitto");
        Installed.require(program, "mosquitto");
        int port = Installed.freePort();
        Files.createDirectories(folder);
        Path passwords = folder.resolve("passwords");
        Installed.run(
                libraries(),
                folder.resolve("passwd.log"),
                "",
                List.of(
                        UNPACKED.resolve("usr/bin/mosquitto_passwd").toString(),
                        "-c",
                        "-b",
                        passwords.toString(),
                        USER,
                        PASSWORD));
        Files.writeString(folder.resolve("mosquitto.conf"), """
                listener %d 127.0.0.1
                user %s
                allow_anonymous false
                password_file %s
                persistence true
                persistence_location %s/
                max_inflight_messages %d
                max_queued_messages 0
                """.formatted(
                        port, System.getProperty("user.name"), passwords, folder, inFlight));
        return new Mosquitto(folder, port, launch(folder, port));
    }

    private static Map<String, String> libraries() {
        return Map.of(
                "LD_LIBRARY_PATH",
                UNPACKED.resolve("usr/lib/x86_64-linux-gnu") + ":" + UNPACKED.resolve("lib/x86_64-linux-gnu"));
    }

    private static Process launch(Path folder, int port) throws IOException {
        Process server = Installed.launch(
                libraries(),
                folder.resolve("mosquitto.log"),
                List.of(
                        UNPACKED.resolve("usr/sbin/mosquitto").toString(),
                        "-c",
                        folder.resolve("mosquitto.conf").toString()));
        Awaitility.await("mosquitto on port " + port)
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return socket.isConnected();
                    }
                });
        return server;
    }

    int port() {
        return port;
    }

    String uri() {
        return "mqtt://127.0.0.1:" + port;
    }

    /** Ends it in order, so that it writes its sessions to disk. */
    void stop() {
        Installed.end(server);
    }

    /** As it was, on the same port. */
    void again() throws IOException {
        server = launch(folder, port);
    }

    @Override
    public void close() {
        stop();
    }
}
