package org.millrace.systems;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * Request Tracker 5 of the packages {@code request-tracker5 rt5-db-sqlite rt5-standalone}, on a copy of its empty database
 * and with a configuration of its own: the machine's is not touched.
 */
final class Rt5Server implements AutoCloseable {
    static final String PASSWORD = "hub-secret-1";

    private static final Path SERVER = Path.of("/usr/share/request-tracker5/libexec/rt-server");
    private static final Path DATABASE = Path.of("/var/lib/dbconfig-common/sqlite3/request-tracker5/rtdb");

    private final Path folder;
    private final Process process;
    private final String url;

    private Rt5Server(Path folder, Process process, String url) {
        this.folder = folder;
        this.process = process;
        this.url = url;
    }

    /** Whether the packages are there. */
    static boolean installed() {
        return Files.isExecutable(SERVER) && Files.isReadable(DATABASE);
    }

    static Rt5Server start(Path folder) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.copy(DATABASE, folder.resolve("rtdb"));
        Files.createDirectories(folder.resolve("conf.d"));
        Files.writeString(folder.resolve("site.pm"), """
                Set($rtname, 'hubtest');
                Set($Organization, 'hubtest');
                Set($WebDomain, '127.0.0.1');
                Set($WebPort, %1$d);
                Set($WebPath, '');
                Set($WebBaseURL, 'http://127.0.0.1:%1$d');
                Set($DatabaseType, 'SQLite');
                Set($DatabaseName, '%2$s');
                Set($MailCommand, 'testfile');
                Set($LogToSTDERR, 'error');
                Set($LogToSyslog, undef);
                Set($Timezone, 'UTC');
                1;
                """.formatted(port, folder.resolve("rtdb")));
        setPassword(folder);
        Process process = run(folder, SERVER.toString(), "--host", "127.0.0.1", "--port", Integer.toString(port));
        Rt5Server server = new Rt5Server(folder, process, "http://127.0.0.1:" + port + "/REST/2.0");
        server.awaitReady();
        return server;
    }

    /** With {@code /REST/2.0}. */
    String url() {
        return url;
    }

    private static void setPassword(Path folder) throws IOException, InterruptedException {
        Process passwd = run(folder, "/usr/sbin/rt-passwd-5", "root");
        try (var in = passwd.outputWriter(StandardCharsets.UTF_8)) {
            in.write(PASSWORD + "\n" + PASSWORD + "\n");
        }
        boolean ended = passwd.waitFor(120, TimeUnit.SECONDS);
        String said = Files.readString(folder.resolve("rt.log"));
        if (!ended || !said.contains("Successfully changed")) { // its exit code is not 0 then either
            passwd.destroyForcibly();
            throw new IOException("rt-passwd-5 failed: " + said);
        }
    }

    private static Process run(Path folder, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("rt.log").toFile()));
        builder.environment().put("RT_SITE_CONFIG", folder.resolve("site.pm").toString());
        builder.environment().put("RT_SITE_CONFIG_DIR", folder.resolve("conf.d").toString());
        return builder.start();
    }

    private void awaitReady() {
        HttpClient http = HttpClient.newHttpClient();
        String basic = Base64.getEncoder().encodeToString(("root:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/queues/all"))
                .header("Authorization", "Basic " + basic)
                .timeout(Duration.ofSeconds(30))
                .build();
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(Files.readString(folder.resolve("rt.log")));
                    }
                    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
                });
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
