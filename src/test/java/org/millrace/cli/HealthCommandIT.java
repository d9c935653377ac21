package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Exit codes that a container's health check reads: 0 healthy, 1 unhealthy; 2 is reserved by Docker. */
class HealthCommandIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer hub;
    private volatile int status = 200;

    @BeforeEach
    void listen() throws IOException {
        hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        hub.createContext("/health/ready", exchange -> {
            byte[] body = "{\"ready\":true}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        hub.start();
    }

    @AfterEach
    void close() {
        hub.stop(0);
    }

    @Test
    void aReadyHubIsHealthyAndAnUnreadyOneIsNot() {
        assertThat(health()).isZero();
        assertThat(out.toString()).contains("{\"ready\":true}");
        status = 503;
        assertThat(health()).isEqualTo(1);
    }

    @Test
    void whereNothingListensItSaysSo() {
        int port = hub.getAddress().getPort();
        hub.stop(0);
        assertThat(health("http://127.0.0.1:" + port)).isEqualTo(1);
        assertThat(err.toString()).contains("no hub answers at http://127.0.0.1:" + port);
    }

    private int health() {
        return health("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    private int health(String url) {
        CommandLine line = HubCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute("health", "--url", url);
    }
}
