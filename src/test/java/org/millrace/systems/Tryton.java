package org.millrace.systems;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.millrace.historian.TestPostgres;

/** Tryton 6.0 with production, stock and purchase, on a PostgreSQL of its own; a minute or more to set up. */
public final class Tryton implements AutoCloseable {
    public static final String USER = "admin";
    public static final String PASSWORD = "hub-secret-1";
    public static final String DATABASE = "tryton";
    public static final String PACKAGES = "tryton-server tryton-modules-production tryton-modules-production-work"
            + " tryton-modules-production-routing tryton-modules-stock-lot tryton-modules-purchase-request"
            + " tryton-modules-stock-supply tryton-modules-company tryton-modules-product python3-psycopg2";

    private static final Path SERVER = Path.of("/usr/bin/trytond");
    private static final Path ADMIN = Path.of("/usr/bin/trytond-admin");
    private static final List<String> MODULES = List.of(
            "company", "party", "product", "stock", "stock_lot", "production", "production_routing",
            "production_work", "purchase_request", "stock_supply");

    private final TestPostgres postgres;
    private final Process server;
    private final int port;

    private Tryton(TestPostgres postgres, Process server, int port) {
        this.postgres = postgres;
        this.server = server;
        this.port = port;
    }

    /** @param folder an empty folder, for its configuration */
    public static Tryton start(Path folder) throws IOException, SQLException {
        Installed.require(SERVER, PACKAGES);
        Installed.require(ADMIN, PACKAGES);
        TestPostgres postgres = TestPostgres.start();
        try {
            return start(folder, postgres);
        } catch (IOException | SQLException | RuntimeException e) {
            postgres.close();
            throw e;
        }
    }

    private static Tryton start(Path folder, TestPostgres postgres) throws IOException, SQLException {
        try (var connection = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + DATABASE);
        }
        int port = Installed.freePort();
        Path log = folder.resolve("tryton.log");
        Path configuration = folder.resolve("trytond.conf");
        Files.writeString(configuration, """
                [web]
                listen=127.0.0.1:%d
                [database]
                uri=postgresql://%s@127.0.0.1:%d/
                """.formatted(port, postgres.user(), postgres.port()));
        Path password = folder.resolve("password");
        Files.writeString(password, PASSWORD + "\n");
        Map<String, String> environment = Map.of("TRYTONPASSFILE", password.toString());
        List<String> common = List.of("-c", configuration.toString(), "-d", DATABASE);
        List<String> install = new ArrayList<>(List.of(ADMIN.toString()));
        install.addAll(common);
        install.add("-u");
        install.addAll(MODULES);
        install.addAll(List.of("--activate-dependencies", "--email", "a@example.invalid"));
        Installed.run(environment, log, "", install);
        Process server =
                Installed.launch(environment, log, List.of(SERVER.toString(), "-c", configuration.toString()));
        Awaitility.await("Tryton on port " + port)
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> {
                    try (Socket socket = new Socket("127.0.0.1", port)) {
                        return socket.isConnected();
                    }
                });
        return new Tryton(postgres, server, port);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        Installed.end(server);
        postgres.close();
    }
}
