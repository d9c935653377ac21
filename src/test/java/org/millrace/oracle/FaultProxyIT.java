package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.oracle.FaultProxy.Mode;

/** The proxy does to a connection what its mode says, and nothing else: otherwise every fault test shows the wrong thing. */
class FaultProxyIT {
    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            while (!echo.isClosed()) {
                try {
                    Socket socket = echo.accept();
                    Thread.ofVirtual().start(() -> answer(socket));
                } catch (IOException closing) {
                    return;
                }
            }
        });
        proxy = FaultProxy.to(echo.getLocalPort());
    }

    private void answer(Socket socket) {
        try (socket) {
            byte[] piece = new byte[4096];
            InputStream in = socket.getInputStream();
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                synchronized (arrived) {
                    arrived.write(piece, 0, n);
                }
                socket.getOutputStream().write(piece, 0, n);
            }
        } catch (IOException gone) {
            // the client has left
        }
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void passesBytesBothWays() throws IOException {
        try (Socket client = client()) {
            assertThat(ask(client, "hello")).isEqualTo("hello");
        }
        await().until(() -> proxy.open() == 0);
        assertThat(proxy.accepted()).isEqualTo(1);
    }

    @Test
    void delaysEachPieceBothWays() throws IOException {
        try (Socket client = client()) {
            proxy.mode(new Mode.Delay(Duration.ofMillis(150)));
            long start = System.nanoTime();
            assertThat(ask(client, "hello")).isEqualTo("hello");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        }
    }

    @Test
    void throttlesToItsRate() throws IOException {
        try (Socket client = client()) {
            proxy.mode(new Mode.Throttle(4_000));
            long start = System.nanoTime();
            String text = "x".repeat(2_000);
            assertThat(ask(client, text)).isEqualTo(text);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(450), Duration.ofSeconds(5));
        }
    }

    @Test
    void corruptsSomeBytesAndKeepsTheLength() throws IOException {
        try (Socket client = client()) {
            proxy.mode(new Mode.Corrupt(10, new Random(1)));
            String text = "a".repeat(1_000);
            assertThat(ask(client, text)).hasSize(1_000).isNotEqualTo(text);
        }
    }

    @Test
    void aBlackHoleKeepsConnectionsOpenAndAnswersNothing() throws IOException {
        try (Socket old = client()) {
            assertThat(ask(old, "before")).isEqualTo("before");
            proxy.mode(new Mode.BlackHole());
            try (Socket fresh = client()) {
                for (Socket client : new Socket[] {old, fresh}) {
                    client.setSoTimeout(200);
                    assertThatThrownBy(() -> ask(client, "lost")).isInstanceOf(SocketTimeoutException.class);
                }
            }
        }
        assertThat(text()).isEqualTo("before");
    }

    @Test
    void aLostReplyMeansThatTheRequestHasArrived() throws IOException {
        try (Socket client = client()) {
            proxy.mode(new Mode.ReplyLost("COMMIT"));
            assertThat(ask(client, "BEGIN")).isEqualTo("BEGIN");
            assertThat(ask(client, "COMMIT"))
                    .as("end of stream instead of an answer")
                    .isEmpty();
        }
        assertThat(text()).isEqualTo("BEGINCOMMIT");
        assertThat(proxy.repliesLost()).isEqualTo(1);
    }

    @Test
    void cutEndsInOrderAndResetDoesNot() throws IOException {
        try (Socket client = client()) {
            ask(client, "x");
            proxy.cut();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket client = client()) {
            ask(client, "x");
            proxy.reset();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void halfCloseEndsTheServersDirectionOnly() throws IOException {
        try (Socket client = client()) {
            ask(client, "x");
            proxy.halfClose();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.getOutputStream().write("still".getBytes(StandardCharsets.US_ASCII));
            await().until(() -> text().equals("xstill"));
        }
    }

    @Test
    void refusesNewConnectionsOnly() throws IOException {
        try (Socket old = client()) {
            ask(old, "x");
            proxy.mode(new Mode.Refuse());
            try (Socket fresh = client()) {
                assertThat(fresh.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(ask(old, "y")).isEqualTo("y");
        }
    }

    private Socket client() throws IOException {
        Socket socket = new Socket("127.0.0.1", proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String ask(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.ISO_8859_1);
    }

    private String text() {
        synchronized (arrived) {
            return arrived.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
