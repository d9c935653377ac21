package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millrace.demo.FieldBroker;
import org.millrace.historian.TestPostgres;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub in a process of its own with real counterparts: a broker and, if wished, PostgreSQL, each behind a
 * {@link FaultProxy}; a {@link StampedPlant} that publishes past the proxy; the {@link Oracle} over it all.
 */
public final class Rig implements AutoCloseable {
    /** How long a hub may take to catch up once everything is well again. */
    public static final Duration DRAIN = Duration.ofSeconds(120);

    /**
     * A start that hangs is found by this. What a start takes is a figure, not a test ({@code hub bench start}, and the
     * soak for restarts): the machine of a test run may be busy with anything.
     */
    public static final Duration READY = Duration.ofSeconds(90);

    private static final Logger LOG = LoggerFactory.getLogger(Rig.class);

    private final Path folder;
    private final Path data;
    private final int brokerPort;
    private final FaultProxy brokerProxy;
    private final @Nullable TestPostgres postgres;
    private final @Nullable FaultProxy databaseProxy;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> options = new ArrayList<>(List.of("-Xmx384m"));
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final StampedPlant plant;
    private final Oracle oracle;
    private FieldBroker broker;
    private @Nullable HubProcess hub;

    /** With {@link #withPostgres} or {@link #withSqlite}. */
    private Rig(Path folder, Path data, int devices, int alarmAssets, boolean postgreSql) throws Exception {
        this.folder = folder;
        this.data = data;
        OracleHome.write(home(), devices, alarmAssets);
        this.brokerPort = freePort();
        this.broker = FieldBroker.start(folder.resolve("broker"), brokerPort);
        opened.push(() -> broker.close());
        this.brokerProxy = open(FaultProxy.to(brokerPort));
        environment.put("PLANT_MQTT", "mqtt://127.0.0.1:" + brokerProxy.port());
        if (postgreSql) {
            TestPostgres server = open(TestPostgres.start());
            FaultProxy proxy = open(FaultProxy.to(server.port()));
            postgres = server;
            databaseProxy = proxy;
            environment.put(
                    "MILLRACE_HISTORIAN_URL",
                    "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?user=" + server.user() + "&password="
                            + server.password()
                            + "&prepareThreshold=0"); // COMMIT is sent as text, where a ReplyLost can see it
        } else {
            postgres = null;
            databaseProxy = null;
            environment.put("MILLRACE_HISTORIAN_URL", "");
        }
        this.plant = open(new StampedPlant(brokerPort, devices));
        this.oracle = new Oracle(plant, database(), data);
    }

    public static Rig withSqlite(Path folder, int devices, int alarmAssets) throws Exception {
        return new Rig(folder, folder.resolve("data"), devices, alarmAssets, false);
    }

    /** The data folder is elsewhere, on a disk that is to be hurt. */
    public static Rig withSqlite(Path folder, Path data, int devices, int alarmAssets) throws Exception {
        return new Rig(folder, data, devices, alarmAssets, false);
    }

    public static Rig withPostgres(Path folder, int devices, int alarmAssets) throws Exception {
        return new Rig(folder, folder.resolve("data"), devices, alarmAssets, true);
    }

    /** The seed of a run: the given one, or that of {@code -Dmillrace.seed}; printed, so that it can be replayed. */
    public static long seed(long normal) {
        long seed = Long.getLong("millrace.seed", normal);
        LOG.warn("seed {}; replay with -Dmillrace.seed={}", seed, seed);
        return seed;
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    private Oracle.Database database() {
        TestPostgres server = postgres;
        if (server == null) {
            String url = "jdbc:sqlite:" + data.resolve("historian.db");
            return () -> DriverManager.getConnection(url);
        }
        return () -> DriverManager.getConnection(server.url(), server.user(), server.password());
    }

    public Path home() {
        return folder.resolve("home");
    }

    public Path data() {
        return data;
    }

    public StampedPlant plant() {
        return plant;
    }

    public Oracle oracle() {
        return oracle;
    }

    public Map<String, String> environment() {
        return environment;
    }

    /** Between the hub and the broker; the plant goes past it. */
    public FaultProxy brokerProxy() {
        return brokerProxy;
    }

    /** Between the hub and PostgreSQL; the oracle goes past it. */
    public FaultProxy databaseProxy() {
        if (databaseProxy == null) {
            throw new IllegalStateException("this rig has no PostgreSQL");
        }
        return databaseProxy;
    }

    public TestPostgres postgres() {
        if (postgres == null) {
            throw new IllegalStateException("this rig has no PostgreSQL");
        }
        return postgres;
    }

    /** Starts the hub and waits until it is subscribed, so that the broker keeps what it acknowledges. */
    public HubProcess startHub() throws IOException {
        HubProcess started = restartHub();
        awaitConnected(Duration.ofSeconds(40));
        return started;
    }

    /** Starts the hub and returns when its routes run, wherever its counterparts are. */
    public HubProcess restartHub() throws IOException {
        HubProcess started = HubProcess.start(home(), data, environment, options);
        hub = started;
        return started;
    }

    /** JVM options from the next start on. */
    public void options(String... next) {
        options.clear();
        options.addAll(List.of(next));
    }

    public HubProcess hub() {
        HubProcess running = hub;
        if (running == null) {
            throw new IllegalStateException("the hub was not started");
        }
        return running;
    }

    /** Waits until the hub has its session with the broker. */
    public void awaitConnected(Duration patience) {
        await("source field is up")
                .atMost(patience)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(this::connected);
    }

    public boolean connected() {
        return hub().get("sources").path("items").path(0).path("up").asBoolean();
    }

    public void stopBroker() {
        broker.close();
    }

    /** On the same port, with the sessions and messages it had. */
    public void restartBroker() {
        broker = FieldBroker.start(folder.resolve("broker"), brokerPort);
    }

    /** Everything the oracle asks for holds. */
    public Oracle.Report verify(long refused) throws Exception {
        return verify(refused, Oracle.Bounds.NORMAL);
    }

    public Oracle.Report verify(long refused, Oracle.Bounds bounds) throws Exception {
        Oracle.Report report = oracle.check(hub(), DRAIN, refused, bounds);
        LOG.warn("{}", report);
        assertThat(report.violations()).as("%s", report).isEmpty();
        return report;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** A fresh, empty folder within the rig's. */
    public Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    @Override
    public void close() throws Exception {
        HubProcess running = hub;
        try {
            if (running != null) {
                running.close();
            }
        } finally {
            while (!opened.isEmpty()) {
                opened.pop().close();
            }
        }
    }
}
