package org.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.security.CertificateFolders;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch;
import org.millrace.source.opcua.OpcUaSource;
import org.millrace.source.opcua.OpcUaSourceFile;

/**
 * 10,000 items that change once a second and 1,000 that change ten times: is a value missed, and what does taking them
 * cost the process, against the client of Eclipse Milo alone with the same subscription, in the same run. The server and
 * each client are processes of their own.
 *
 * <p>{@code main [seconds] [rounds]}; exit code 1 when a value is missing or the ratio exceeds {@link #TARGET}.
 */
public final class OpcUaBench {
    private static final double TARGET = 1.5;
    static final int SLOW = 10_000;
    static final int FAST = 1_000;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PUBLISH = Duration.ofMillis(250);
    private static final int QUEUE = 100;
    private static final PrintStream OUT = System.out;

    private OpcUaBench() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments.length > 0 ? arguments[0] : "") {
            case "server" -> OpcUaBenchServer.run(Integer.parseInt(arguments[1]));
            case "raw" -> new Measured(arguments[1], arguments[2]).raw();
            case "source" -> new Measured(arguments[1], arguments[2]).source();
            default -> System.exit(compare(arguments) ? 0 : 1);
        }
    }

    private static boolean compare(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Process server = start("server", Integer.toString(port));
        Map<String, Double> best = new HashMap<>();
        boolean whole = true;
        try {
            line(server); // it says when it is up
            for (int round = 0; round < rounds; round++) {
                for (String role : List.of("raw", "source")) {
                    Process client = start(role, Integer.toString(port), Integer.toString(seconds));
                    String[] figures = line(client).split(" ");
                    client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    double processor = Double.parseDouble(figures[0]);
                    long missed = Long.parseLong(figures[2]);
                    whole &= missed == 0;
                    best.merge(role, processor, Math::min);
                    OUT.printf(
                            Locale.ROOT,
                            "%-6s  %.1f %% of one processor, %s values/s, %d missed, %s doubled%n",
                            role,
                            100 * processor,
                            figures[1],
                            missed,
                            figures[3]);
                }
            }
        } finally {
            server.destroy();
            server.waitFor();
        }
        double ratio = best.get("source") / best.get("raw");
        OUT.printf(
                Locale.ROOT,
                "processor of the source against Milo alone: %.2f (target <= %.1f); every value there: %s%n",
                ratio,
                TARGET,
                whole ? "yes" : "NO");
        return whole && ratio <= TARGET;
    }

    private static Process start(String... role) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=org/millrace/logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                OpcUaBench.class.getName()));
        command.addAll(Arrays.asList(role));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The one line a process has to say. */
    private static String line(Process process) throws Exception {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        if (line == null) {
            throw new IllegalStateException(
                    "a process of the measurement ended without a word, exit code " + process.waitFor());
        }
        return line;
    }

    /** Every item counts; so what is missing and what came twice is seen without a second channel. */
    private static final class Measured {
        private final String endpoint;
        private final int seconds;
        private final long[] last = new long[SLOW + FAST];
        private volatile long received;
        private volatile long missed;
        private volatile long doubled;

        Measured(String port, String seconds) {
            this.endpoint = "opc.tcp://127.0.0.1:" + port + "/plant";
            this.seconds = Integer.parseInt(seconds);
            Arrays.fill(last, -1);
        }

        /** One thread calls this. */
        @SuppressWarnings("NonAtomicVolatileUpdate")
        private void take(int item, long value) {
            long before = last[item];
            if (before >= 0 && value != before + 1) {
                if (value <= before) {
                    doubled++;
                } else {
                    missed += value - before - 1;
                }
            }
            last[item] = Math.max(before, value);
            received++;
        }

        void raw() throws Exception {
            OpcUaClient client = OpcUaClient.create(endpoint);
            client.connect();
            OpcUaSubscription subscription = new OpcUaSubscription(client, PUBLISH.toMillis());
            subscription.setSubscriptionListener(new OpcUaSubscription.SubscriptionListener() {
                @Override
                public void onDataReceived(
                        OpcUaSubscription s, List<OpcUaMonitoredItem> items, List<DataValue> values) {
                    for (int i = 0; i < items.size(); i++) {
                        take(
                                (Integer) items.get(i).getUserObject().orElseThrow(),
                                ((Number) values.get(i).value().value()).longValue());
                    }
                }
            });
            subscription.create();
            int namespace =
                    client.readNamespaceTable().getIndex(OpcUaBenchServer.URI).intValue();
            subscription.addMonitoredItems(IntStream.range(0, SLOW + FAST)
                    .mapToObj(i -> {
                        OpcUaMonitoredItem item =
                                OpcUaMonitoredItem.newDataItem(new NodeId(namespace, OpcUaBenchServer.name(i)));
                        item.setUserObject(i);
                        item.setSamplingInterval(100);
                        item.setQueueSize(Unsigned.uint(QUEUE));
                        return item;
                    })
                    .toList());
            subscription.createMonitoredItems();
            measure();
            client.disconnect();
        }

        void source() throws Exception {
            Map<String, Integer> index = new HashMap<>();
            List<Tag> tags = new ArrayList<>();
            for (int i = 0; i < SLOW + FAST; i++) {
                String node = "nsu=" + OpcUaBenchServer.URI + ";s=" + OpcUaBenchServer.name(i);
                index.put(node, i);
                tags.add(Tags.plain("P", "t" + i, new Tag.Origin("bench", "", node, "default")));
            }
            OpcUaSourceFile file = new OpcUaSourceFile(
                    "bench",
                    endpoint,
                    Duration.ofMillis(100),
                    PUBLISH,
                    QUEUE,
                    Duration.ofSeconds(10),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(new OpcUaSourceFile.Security(
                            OpcUaSourceFile.Policy.None,
                            Optional.empty(),
                            true,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())));
            CertificateFolders folders = new CertificateFolders(Files.createTempDirectory("opcua-bench"));
            try (OpcUaSource source = new OpcUaSource(
                    file, tags, reference -> reference, folders, tag -> Reading.NO_TIME, Clock.systemUTC())) {
                source.start((batch, done) -> {
                    for (Reading reading : ((SourceBatch.Readings) batch).readings()) {
                        if (reading.value() instanceof Value.Whole whole) {
                            take(index.get(reading.field()), whole.value());
                        }
                    }
                    done.accept(null);
                });
                measure();
            }
        }

        private void measure() throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (received < SLOW + FAST && System.nanoTime() < deadline) {
                Thread.sleep(100);
            }
            Thread.sleep(WARM_UP);
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long first = received;
            long processor = system.getProcessCpuTime();
            long start = System.nanoTime();
            Thread.sleep(Duration.ofSeconds(seconds));
            double wall = System.nanoTime() - start;
            OUT.printf(
                    Locale.ROOT,
                    "%.4f %.0f %d %d%n",
                    (system.getProcessCpuTime() - processor) / wall,
                    (received - first) / wall * 1e9,
                    missed,
                    doubled);
        }
    }
}
