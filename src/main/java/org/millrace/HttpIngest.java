package org.millrace;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millrace.source.Source;
import org.millrace.source.http.HttpSource;

/**
 * {@code /ingest/*} on the console's server. Nothing of a request is read before its token is known; that holds for what
 * Camel's routes mount there too. Elsewhere they mount nothing: a request that neither the console nor this knows is 404.
 */
final class HttpIngest {
    private static final String BEARER = "bearer ";
    private static final String DEVICE = "hub.device";

    private final Supplier<Map<String, Source>> sources;

    /** @param sources the sources of the configuration that holds now, by id */
    HttpIngest(Supplier<Map<String, Source>> sources) {
        this.sources = sources;
    }

    /** After the console's own pages and before anything else is mounted: all that comes later is behind the door. */
    void mount(Router router) {
        router.route().handler(this::authenticate);
        router.route(HttpMethod.POST, "/ingest/*").handler(this::take);
    }

    private void authenticate(RoutingContext c) {
        if (!c.request().path().startsWith("/ingest/")) {
            c.fail(404);
            return;
        }
        String header = c.request().getHeader("Authorization");
        boolean bearer = header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER);
        String token = header == null || !bearer
                ? ""
                : header.substring(BEARER.length()).strip();
        HttpSource source = source(c);
        Optional<String> device = source == null || token.isEmpty() ? Optional.empty() : source.deviceOf(token);
        if (source != null && device.isPresent()) {
            c.put(DEVICE, device.get());
            c.next();
            return;
        }
        if (source != null) {
            source.refused();
        }
        boolean elsewhere = !token.isEmpty()
                && sources.get().values().stream()
                        .anyMatch(s -> s instanceof HttpSource other
                                && other.deviceOf(token).isPresent());
        if (elsewhere) {
            answer(c, 403, 0, "this token is not for this address");
        } else {
            c.response().putHeader("WWW-Authenticate", "Bearer");
            answer(c, 401, 0, "send Authorization: Bearer <token of the device>");
        }
    }

    private void take(RoutingContext c) {
        HttpSource source = source(c);
        String device = c.get(DEVICE);
        if (source == null || device == null) {
            answer(c, 401, 0, "send Authorization: Bearer <token of the device>");
            return;
        }
        if (!source.status().up()) { // no hub:http route: perhaps one of Camel's own takes it
            c.next();
            return;
        }
        HttpServerRequest request = c.request();
        String length = request.getHeader("Content-Length");
        if (length != null && tooLong(length, source.maxBody())) {
            tooLarge(c, source);
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= source.maxBody()) {
                body.appendBuffer(part);
            } else if (!c.response().ended()) {
                tooLarge(c, source);
            }
        });
        request.endHandler(end -> {
            if (!c.response().ended()) {
                handOver(c, source, device, body);
            }
        });
    }

    private static void handOver(RoutingContext c, HttpSource source, String device, Buffer body) {
        String id = Optional.ofNullable(c.request().getHeader("Idempotency-Key"))
                .or(() -> Optional.ofNullable(c.request().getHeader("X-Message-Id")))
                .orElse("")
                .strip();
        String path =
                c.request().path().substring("/ingest/".length() + source.id().length());
        String rest = path.startsWith("/") ? path.substring(1) : path;
        // the journal may let its writers wait: not on the server's own thread
        c.vertx()
                .executeBlocking(
                        () -> {
                            source.take(
                                    device,
                                    rest,
                                    id,
                                    body.getBytes(),
                                    answer -> c.vertx()
                                            .runOnContext(v ->
                                                    answer(c, answer.status(), answer.retryAfter(), answer.text())));
                            return device;
                        },
                        false)
                .onFailure(c::fail);
    }

    private static boolean tooLong(String length, int most) {
        try {
            return Long.parseLong(length.strip()) > most;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static void tooLarge(RoutingContext c, HttpSource source) {
        if (c.request().version() != HttpVersion.HTTP_2) { // there one request ends without the others
            c.response().putHeader("Connection", "close");
        }
        answer(c, 413, 0, "a message to " + source.id() + " has up to " + source.maxBody() + " bytes");
    }

    private static void answer(RoutingContext c, int status, int retryAfter, String text) {
        if (c.response().ended() || c.response().closed()) {
            return; // the device went away: it will ask again
        }
        if (retryAfter > 0) {
            c.response().putHeader("Retry-After", Integer.toString(retryAfter));
        }
        c.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(new JsonObject()
                        .put(status < 300 ? "status" : "error", text)
                        .encode());
    }

    /** {@code /ingest/<source>[/…]}. */
    private @Nullable HttpSource source(RoutingContext c) {
        String[] levels = c.request().path().split("/", 4);
        Source source = levels.length > 2 ? sources.get().get(levels[2]) : null;
        return source instanceof HttpSource http ? http : null;
    }
}
