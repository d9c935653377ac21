package org.millrace.console;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.Set;

/** The console on a made-up plant, for work on the pages: {@code DevConsole [port]}. Ends with its terminal. */
final class DevConsole {
    private DevConsole() {}

    public static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
        Clock clock = Clock.systemUTC();
        ConsoleServer server = new ConsoleServer(
                new ConsoleServer.Options("127.0.0.1", port, Set.of()),
                new FakePlant(clock),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                clock);
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    }
}
