package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.Answer;
import org.millrace.connector.OrderClient.RemoteOrder;

/** What a connector makes of what real sockets do: what was not sent may be repeated, what may have been must not. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RestConnectorIT {
    private static final String LOGIN = "login, path: /login, user: u, body: '{p: $secret}'";

    private static final String LOGGED_IN =
            "HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\n{\"token\": \"t\"}";

    private HttpServer server;
    private final ExecutorService workers = Executors.newFixedThreadPool(16);
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    private final List<ServerSocket> sockets = new ArrayList<>();

    private interface Page {
        void answer(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(workers);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        server.stop(0);
        workers.shutdownNow();
    }

    private void page(String path, Page page) {
        server.createContext(path, exchange -> {
            requests.computeIfAbsent(path, p -> new AtomicInteger()).incrementAndGet();
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                page.answer(exchange);
            }
        });
    }

    private int count(String path) {
        return requests.getOrDefault(path, new AtomicInteger()).get();
    }

    private static void json(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private RestConnector connector(int port, String more) throws IOException {
        return connector(port, LOGIN, more);
    }

    /** Where only one request is to be slow. */
    private RestConnector withoutLogin(String more) throws IOException {
        return connector(server.getAddress().getPort(), "none", more);
    }

    private static ConnectorFile file(int port, String auth, String more) {
        return Shipped.least("http://127.0.0.1:" + port, """
                auth: { kind: %s, secret: "{{file-secret:x}}" }
                limits: { concurrency: 16 }
                """.formatted(auth) + more);
    }

    private static RestConnector connector(int port, String auth, String more) throws IOException {
        ConnectorFile file = file(port, auth, more);
        HttpClient http = JdkTransport.client(file.connection(), Path.of("."));
        return RestConnector.of(file, reference -> "s3cret", http, Clock.systemUTC());
    }

    private RestConnector connector(String more) throws IOException {
        return connector(server.getAddress().getPort(), more);
    }

    private static Answer<RemoteOrder> create(RestConnector connector) {
        return connector.create(ConnectorCase.draft(MissingNode.getInstance()));
    }

    @Test
    void manyCallersWithOneExpiredTokenLogInOnce() throws Exception {
        AtomicInteger token = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(8);
        page("/login", exchange -> json(exchange, 200, "{\"token\": \"t" + token.incrementAndGet() + "\"}"));
        page("/orders", exchange -> {
            if (exchange.getRequestHeaders().getFirst("Authorization").equals("Bearer t1")) {
                all.countDown(); // every caller has met the refusal of the first token before one answer is given
                awaitAll(all);
                json(exchange, 401, "");
            } else {
                json(exchange, 200, "{\"rows\": []}");
            }
        });
        RestConnector connector = connector("");
        List<Future<Answer<List<RemoteOrder>>>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                answers.add(callers.submit(() -> connector.find("hub:a:1")));
            }
            for (Future<Answer<List<RemoteOrder>>> answer : answers) {
                assertThat(answer.get()).isEqualTo(new Answer.Ok<>(List.of()));
            }
        }

        assertThat(count("/login")).isEqualTo(2);
        assertThat(count("/orders")).isEqualTo(16);
    }

    private static void awaitAll(CountDownLatch latch) throws IOException {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    void nobodyListensMeansNotSent() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThat(create(connector(port, "")))
                .isInstanceOfSatisfying(
                        Answer.Retryable.class,
                        failed -> assertThat(failed.why()).contains("connection refused"));
    }

    @Test
    void aConnectionCutAfterTheRequestIsUnknownForAnOrderAndRetryableForASearch() throws Exception {
        ServerSocket cutting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        sockets.add(cutting);
        workers.submit(() -> {
            while (!cutting.isClosed()) {
                try (Socket client = cutting.accept()) {
                    if (request(client.getInputStream()).startsWith("POST /login")) {
                        client.getOutputStream().write(LOGGED_IN.getBytes(StandardCharsets.ISO_8859_1));
                    } // else: closed without an answer
                }
            }
            return null;
        });
        RestConnector connector = connector(cutting.getLocalPort(), "");

        assertThat(create(connector)).isInstanceOf(Answer.Unknown.class);
        assertThat(connector.find("hub:a:1")).isInstanceOf(Answer.Retryable.class);
    }

    /** The whole request: its body may come in a packet of its own. */
    private static String request(InputStream in) throws IOException {
        StringBuilder read = new StringBuilder();
        int end = -1;
        while (end < 0 || read.length() < end) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            read.append((char) next);
            if (end < 0 && read.toString().endsWith("\r\n\r\n")) {
                Matcher length = Pattern.compile("(?i)content-length: *(\\d+)").matcher(read);
                end = read.length() + (length.find() ? Integer.parseInt(length.group(1)) : 0);
            }
        }
        return read.toString();
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsUnknown() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        page("/orders", exchange -> {
            awaitAll(end);
            json(exchange, 200, "{}");
        });
        try {
            assertThat(create(withoutLogin("connection: { read: 1s }"))).isInstanceOf(Answer.Unknown.class);
        } finally {
            end.countDown();
        }
    }

    @Test
    void aBodyThatNeverEndsIsUnknown() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        page("/orders", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitAll(end);
        });
        try {
            assertThat(create(withoutLogin("connection: { connect: 3s, read: 1s }")))
                    .isInstanceOf(Answer.Unknown.class);
        } finally {
            end.countDown();
        }
    }

    @Test
    void anAnswerThatIsTooLargeIsNotRead() throws Exception {
        page("/login", exchange -> json(exchange, 200, "{\"token\": \"t\"}"));
        page("/orders", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = " ".repeat(4096).getBytes(StandardCharsets.UTF_8);
            try {
                for (int i = 0; i < 100; i++) {
                    exchange.getResponseBody().write(part);
                }
            } catch (IOException e) {
                return; // the other side has had enough
            }
        });

        assertThat(create(connector("connection: { max_answer_kib: 16 }")))
                .isInstanceOfSatisfying(
                        Answer.Unknown.class, failed -> assertThat(failed.why()).contains("larger than 16 KiB"));
    }

    @Test
    void aRedirectIsNotFollowedAndTheTokenGoesNowhereElse() throws Exception {
        page("/login", exchange -> json(exchange, 200, "{\"token\": \"t\"}"));
        page("/elsewhere", exchange -> json(exchange, 200, "{\"rows\": []}"));
        page("/orders", exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });

        assertThat(connector("").find("hub:a:1"))
                .isInstanceOfSatisfying(
                        Answer.Permanent.class,
                        failed -> assertThat(failed.why()).contains("base_url"));
        assertThat(count("/elsewhere")).isZero();
    }

    @Test
    void aFileWithoutCertificatesIsToldAtOnce(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("ca.pem"), "");
        ConnectorFile.Connection settings = new ConnectorFile.Connection(
                Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Optional.empty(), Optional.of("ca.pem"));

        assertThatThrownBy(() -> JdkTransport.client(settings, folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ca.pem");
    }

    @Test
    void theProbeCreatesNothingAndSaysWhatIsWrong() throws Exception {
        page("/login", exchange -> json(exchange, 200, "{\"token\": \"t0ken-1\"}"));
        page("/orders", exchange -> {
            assertThat(exchange.getRequestMethod()).isEqualTo("GET");
            json(exchange, 200, "{\"rows\": []}");
        });
        ConnectorFile file =
                Shipped.at("atlas", "http://127.0.0.1:" + server.getAddress().getPort());
        assertThat(new Probe(connector(""), System::nanoTime).run())
                .extracting(Probe.Step::name, Probe.Step::ok)
                .containsExactly(tuple("log in", true), tuple("find hub:connector-test:0", true));

        RestConnector wrong = RestConnector.of(
                file, reference -> "s3cret", JdkTransport.client(file.connection(), Path.of(".")), Clock.systemUTC());
        assertThat(new Probe(wrong, System::nanoTime).run()).singleElement().satisfies(step -> {
            assertThat(step.ok()).isFalse();
            assertThat(step.said()).contains("HTTP 404");
            assertThat(step.hint()).contains("base_url");
        });
    }

    @Test
    void aRecordingHoldsTheConversationWithoutSecrets() throws Exception {
        page("/login", exchange -> json(exchange, 200, "{\"token\": \"t0ken-1\"}"));
        page("/orders", exchange -> json(exchange, 200, "{\"rows\": [], \"seen\": \"t0ken-1\"}"));
        ConnectorFile file = file(server.getAddress().getPort(), LOGIN, "");
        Recording recording = new Recording(
                new JdkTransport(JdkTransport.client(file.connection(), Path.of(".")), file.connection()));
        RestConnector connector = RestConnector.of(file, reference -> "s3cret", recording, Clock.systemUTC());
        connector.find("hub:a:1");

        assertThat(recording.yaml(connector::redact))
                .contains("/login", "/orders", "\"status\" : 200", "***")
                .doesNotContain("s3cret", "t0ken-1");
    }
}
