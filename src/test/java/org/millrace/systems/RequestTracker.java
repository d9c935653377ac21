package org.millrace.systems;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Request Tracker 5 with an empty SQLite database in a folder of the test; about five seconds to start. */
public final class RequestTracker implements AutoCloseable {
    public static final String USER = "root";
    public static final String PASSWORD = "hub-secret-1";
    public static final String PACKAGES = "request-tracker5 rt5-db-sqlite rt5-standalone";

    private static final Path SERVER = Path.of("/usr/share/request-tracker5/libexec/rt-server");
    private static final Path SET_UP = Path.of("/usr/sbin/rt-setup-database-5");
    private static final Path SET_PASSWORD = Path.of("/usr/sbin/rt-passwd-5");

    private final Process server;
    private final int port;

    private RequestTracker(Process server, int port) {
        this.server = server;
        this.port = port;
    }

    /** @param folder an empty folder, for its configuration and database */
    public static RequestTracker start(Path folder) throws IOException {
        Installed.require(SERVER, PACKAGES);
        Installed.require(SET_UP, PACKAGES);
        int port = Installed.freePort();
        Path configuration = Files.createDirectories(folder.resolve("conf")).resolve("99-test.pm");
        Path log = folder.resolve("rt.log");
        Files.writeString(configuration, """
                Set($rtname, 'hubtest'); Set($Organization, 'hubtest');
                Set($WebDomain, '127.0.0.1'); Set($WebPort, %1$d); Set($WebPath, '');
                Set($WebBaseURL, 'http://127.0.0.1:%1$d'); Set($Timezone, 'UTC');
                Set($MailCommand, 'testfile');
                Set($DatabaseType, 'SQLite'); Set($DatabaseName, '%2$s');
                Set($LogToSyslog, undef); Set($LogToSTDERR, 'warning'); Set($LogToFile, undef);
                1;
                """.formatted(port, folder.resolve("rtdb")));
        Map<String, String> environment = Map.of(
                "RT_SITE_CONFIG", configuration.toString(),
                "RT_SITE_CONFIG_DIR", configuration.getParent().toString());
        Installed.run(environment, log, "", List.of(SET_UP.toString(), "--action", "init"));
        Installed.run(
                environment, log, PASSWORD + "\n" + PASSWORD + "\n", List.of(SET_PASSWORD.toString(), USER));
        Process server = Installed.launch(
                environment,
                log,
                List.of(SERVER.toString(), "--host", "127.0.0.1", "--port", Integer.toString(port)));
        RequestTracker tracker = new RequestTracker(server, port);
        Awaitility.await("Request Tracker on port " + port)
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> tracker.get("/REST/2.0/queue/1").statusCode() == 200);
        return tracker;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Past every connector: what a person would see. @param path with its leading slash */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        String login = Base64.getEncoder()
                .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "Basic " + login)
                .timeout(Duration.ofSeconds(30))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Override
    public void close() {
        Installed.end(server);
    }
}
