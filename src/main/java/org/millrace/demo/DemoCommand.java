package org.millrace.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.millrace.Hub;
import org.millrace.HubOptions;
import org.millrace.HubSummary;
import org.millrace.cli.HomeOptions;
import org.millrace.config.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "demo",
        description =
                "Runs the hub on a simulated plant that speaks OPC UA, Modbus TCP and MQTT; nothing is installed.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:ended as asked (with --for: the summary is ok)", "1:failed", "2:usage"})
final class DemoCommand implements Callable<Integer> {
    /** When the pump's incident is over, counted from the moment the devices speak. */
    private static final long INCIDENT_SECONDS = 60;

    private static final int DEFAULT_PORT = 8080;

    @Mixin
    HomeOptions home = new HomeOptions();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "End by itself after this time, e.g. 90s, and print the summary.")
    @Nullable
    Duration time;

    @Option(names = "--json", description = "The summary as one JSON object, last line of the output.")
    boolean json;

    @Option(names = "--port", description = "Console port (default: 8080, or a free one when that is taken); 0 = any.")
    @Nullable
    Integer port;

    @Option(names = "--seed", defaultValue = "1", description = "Same seed, same noise (default: ${DEFAULT-VALUE}).")
    long seed;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("millrace-demo");
        say("starting the plant ...");
        try (DemoPlant plant = DemoPlant.start(folder.resolve("plant"), DemoPlant.Ports.FREE, seed, Clock.systemUTC());
                Hub hub = start(folder.resolve("data"), plant)) {
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("demo-shutdown").unstarted(() -> {
                        hub.close();
                        plant.close();
                        Folders.delete(folder);
                    }));
            plant.play();
            say("console: " + hub.url());
            say("data: " + folder.resolve("data"));
            Duration limit = time;
            if (limit == null) {
                say("the pump's vibration rises within the minute; Ctrl-C ends the demo");
                new CountDownLatch(1).await();
                return 0;
            }
            return timed(hub, limit);
        } catch (Hub.BadConfigurationException e) {
            for (Problem problem : e.problems()) {
                spec.commandLine().getErr().println(problem);
            }
            throw e;
        } finally {
            Folders.delete(folder);
        }
    }

    private Hub start(Path data, DemoPlant plant) throws IOException, Hub.BadConfigurationException {
        Integer asked = port;
        int wanted = asked == null ? DEFAULT_PORT : asked;
        if (asked == null && taken(wanted)) {
            say("port " + wanted + " is taken, the console gets another");
            wanted = 0;
        }
        return Hub.start(new HubOptions(home.resolve(), data, plant.environment(), OptionalInt.of(wanted)));
    }

    private static boolean taken(int port) {
        try (java.net.ServerSocket probe =
                new java.net.ServerSocket(port, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            return !probe.isBound();
        } catch (IOException e) {
            return true;
        }
    }

    private int timed(Hub hub, Duration limit) throws Exception {
        long begin = System.nanoTime();
        long end = begin + limit.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        while (System.nanoTime() < end) {
            long left = Math.min(end - System.nanoTime(), TimeUnit.SECONDS.toNanos(10));
            if (never.await(Math.max(1, left), TimeUnit.NANOSECONDS)) {
                break;
            }
            progress(hub, Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        }
        HubSummary summary = hub.summary(limit.toSeconds());
        boolean incident = limit.toSeconds() < INCIDENT_SECONDS
                || summary.workOrders().stream()
                                .filter(order -> order.asset().equals("P-101")
                                        && order.rule().equals("vib-zone"))
                                .count()
                        == 1;
        boolean ok = summary.ok() && incident;
        print(summary.withOk(ok));
        return ok ? 0 : 1;
    }

    private void progress(Hub hub, long seconds) {
        HubSummary now = hub.summary(seconds);
        long up = now.sources().values().stream()
                .filter(HubSummary.SourceLine::up)
                .count();
        say(String.format(
                Locale.ROOT,
                "%3d s  sources %d/%d up  received %,d  stored %,d  queued %,d  alarms %d  work orders %d",
                seconds,
                up,
                now.sources().size(),
                now.ledger().received(),
                now.ledger().stored(),
                now.ledger().queued(),
                now.alarms().raised(),
                now.workOrders().size()));
    }

    private void print(HubSummary summary) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.builder().build().writeValueAsString(summary));
        } else {
            out.printf(Locale.ROOT, "%s after %d s%n", summary.ok() ? "ok" : "NOT OK", summary.seconds());
            summary.sources()
                    .forEach((id, source) -> out.printf(
                            Locale.ROOT,
                            "  source %-12s %-6s %s, %,d received%n",
                            id,
                            source.kind(),
                            source.up() ? "up" : "DOWN",
                            source.received()));
            HubSummary.LedgerLine ledger = summary.ledger();
            out.printf(
                    Locale.ROOT,
                    "  ledger %,d received = %,d stored + %,d queued + %,d filtered + %,d rejected + %,d expired: %s%n",
                    ledger.received(),
                    ledger.stored(),
                    ledger.queued(),
                    ledger.filtered(),
                    ledger.rejected(),
                    ledger.expired(),
                    ledger.balanced() ? "balanced" : "NOT BALANCED");
            summary.workOrders()
                    .forEach(order -> out.printf(
                            "  work order on %s by %s: %s, %s%n",
                            order.asset(), order.rule(), order.severity(), order.state()));
        }
        out.flush();
    }

    private void say(String text) {
        spec.commandLine().getErr().println("demo: " + text);
        spec.commandLine().getErr().flush();
    }

    /** {@code 90s}, {@code 5m}, {@code 1h}. */
    static final class TimeConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            } catch (java.time.format.DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is not a time; write 90s, 5m or 1h");
            }
        }
    }
}
