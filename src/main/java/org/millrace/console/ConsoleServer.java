package org.millrace.console;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.millrace.console.Api.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's HTTP server: health, metrics, REST API, live events, pages. Other parts may mount routes of their own on
 * {@link #router()}, for example below {@code /ingest}; the host check and security headers hold
 * for them too.
 */
public final class ConsoleServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
    private static final String API = "/api/v1";
    private static final int BODY_LIMIT = 64 * 1024;

    /**
     * @param host address to listen on
     * @param port 0 = any free one
     * @param names further host names people reach this server by, e.g. {@code hub.plant.example}
     */
    public record Options(String host, int port, Set<String> names) {
        public static final Options LOCAL = new Options("127.0.0.1", 8080, Set.of());
    }

    private final Options options;
    private final ConsoleData data;
    private final PrometheusMeterRegistry registry;
    private final ConsoleMetrics metrics;
    private final Vertx vertx;
    private final Router router;
    private final EventStream events;
    private final List<String> operations = new ArrayList<>();
    private HttpServer server;

    /** Makes the router; nothing listens until {@link #start()}. */
    public ConsoleServer(Options options, ConsoleData data, PrometheusMeterRegistry registry, Clock clock) {
        this.options = options;
        this.data = data;
        this.registry = registry;
        this.metrics = new ConsoleMetrics(data, clock);
        // no cache folder: the container's file system is read-only, and pages come from the class path
        this.vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.router = Router.router(vertx);
        this.events = new EventStream(vertx, data, clock);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setMaxInitialLineLength(8 * 1024)
                .setMaxHeaderSize(16 * 1024)
                .setIdleTimeout(90)
                .setIdleTimeoutUnit(TimeUnit.SECONDS));
        registry.getPrometheusRegistry().register(metrics);
        mount(clock);
    }

    /**
     * Listens.
     *
     * @throws IOException when the address is taken or not ours; the message says what to do
     */
    public void start() throws IOException {
        CompletableFuture<HttpServer> bound =
                server.requestHandler(this::handle).listen().toCompletionStage().toCompletableFuture();
        try {
            server = bound.join();
        } catch (CompletionException e) {
            throw new IOException(
                    "cannot listen on " + options.host() + ":" + options.port() + " (" + reason(e)
                            + "): another program has the port or the address is not this machine's;"
                            + " choose another port",
                    e.getCause());
        }
        events.start();
        LOG.info("console at http://{}:{}", options.host(), port());
    }

    /** The port really listened on; after {@link #start()}. */
    public int port() {
        return server.actualPort();
    }

    /** For routes of other parts; mount before or after {@link #start()}. */
    public Router router() {
        return router;
    }

    /**
     * What devices post is bytes: curl and many modems call anything a form, and then it would be taken apart instead of
     * handed on.
     */
    private void handle(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        String path = request.path();
        if (type != null && type.contains("form") && path != null && path.startsWith("/ingest/")) {
            request.headers().set(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
        }
        router.handle(request);
    }

    /** The Vert.x instance the router runs on; closed with this server. */
    public Vertx vertx() {
        return vertx;
    }

    @Override
    public void close() {
        events.close();
        registry.getPrometheusRegistry().unregister(metrics);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Every operation registered, as {@code GET /api/v1/info}; the contract test compares it with the document. */
    List<String> operations() {
        return List.copyOf(operations);
    }

    private void mount(Clock clock) {
        RequestGuard guard = new RequestGuard(options);
        router.route().handler(guard::check);
        router.route("/api/*").handler(guard::checkOrigin);
        BodyHandler body = BodyHandler.create(false).setBodyLimit(BODY_LIMIT);
        // not a route of its own for POST: then every unknown path would answer "405, only POST"
        router.route("/api/*").handler(c -> {
            if (c.request().method().equals(HttpMethod.POST)) {
                body.handle(c);
            } else {
                c.next();
            }
        });
        operation(HttpMethod.GET, "/health/live").handler(c -> send(c, Answer.json(ConsoleJson.shape("live", true))));
        operation(HttpMethod.GET, "/health/ready").handler(c -> answer(c, this::ready));
        operation(HttpMethod.GET, "/metrics").handler(c -> answer(c, () -> metrics(c)));
        for (Api.Endpoint endpoint : new Api(data, clock).endpoints()) {
            operation(endpoint.method(), API + endpoint.path())
                    .handler(c -> answer(c, () -> endpoint.answer().apply(c)));
        }
        operation(HttpMethod.GET, API + "/events").handler(events::open);
        WebFiles files = WebFiles.load();
        operation(HttpMethod.GET, API + "/openapi.yaml").handler(c -> files.send(c, "openapi.yaml"));
        router.get("/").handler(c -> files.send(c, "index.html"));
        router.get("/favicon.ico").handler(c -> files.send(c, "icon.svg"));
        router.getWithRegex("/web/(?<file>.+)").handler(c -> files.send(c, c.pathParam("file")));
        errors();
    }

    /** Tag paths and incident ids may hold slashes, so a parameter takes everything up to what follows it. */
    private Route operation(HttpMethod method, String template) {
        operations.add(method + " " + template);
        String regex = template.replace(".", "\\.").replaceAll("\\{(\\w+)}", "(?<$1>.+)");
        boolean plainNumber = template.contains("{number}");
        return router.routeWithRegex(method, plainNumber ? regex.replace(".+", "[^/]+") : regex);
    }

    private Answer ready() {
        List<String> reasons = data.notReady();
        Answer answer = Answer.json(ConsoleJson.shape("ready", reasons.isEmpty(), "reasons", reasons));
        return new Answer(reasons.isEmpty() ? 200 : 503, answer.type(), answer.body());
    }

    private Answer metrics(RoutingContext c) {
        String accept = c.request().getHeader("Accept");
        boolean open = accept != null && accept.contains("application/openmetrics-text");
        String type = open
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
        return new Answer(200, type, registry.scrape(type));
    }

    private void answer(RoutingContext c, Callable<Answer> work) {
        vertx.executeBlocking(work, false).onSuccess(answer -> send(c, answer)).onFailure(c::fail);
    }

    private static void send(RoutingContext c, Answer answer) {
        if (c.response().closed() || c.response().ended()) {
            return; // the caller went away while the answer was made
        }
        c.response()
                .setStatusCode(answer.status())
                .putHeader("Content-Type", answer.type())
                .putHeader("Cache-Control", "no-store")
                .end(answer.body());
    }

    private void errors() {
        router.errorHandler(404, c -> error(c, 404, "nothing at " + c.request().path(), "see /api/v1/openapi.yaml"));
        router.errorHandler(
                405, c -> error(c, 405, c.request().method() + " is not possible here", "see /api/v1/openapi.yaml"));
        router.errorHandler(413, c -> error(c, 413, "the body is too large", "at most " + BODY_LIMIT + " bytes"));
        router.errorHandler(400, c -> error(c, 400, "the request is malformed", "see /api/v1/openapi.yaml"));
        router.errorHandler(500, this::failed);
    }

    private void failed(RoutingContext c) {
        Throwable cause = c.failure();
        if (cause instanceof ApiException known) {
            error(c, known.status(), String.valueOf(known.getMessage()), known.hint());
        } else {
            LOG.error("{} {} failed", c.request().method(), c.request().path(), cause);
            error(c, 500, "the hub could not answer", "its log says why, at this time");
        }
    }

    private static void error(RoutingContext c, int status, String error, String hint) {
        Answer json = Answer.json(ConsoleJson.error(error, hint));
        send(c, new Answer(status, json.type(), json.body()));
    }

    private static String reason(CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }
}
