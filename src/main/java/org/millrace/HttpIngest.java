package org.millrace;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
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
    private static final String DEVICE = "username";
    private static final String SOURCE = "source";

    private final Supplier<Map<String, Source>> sources;

    /** @param sources the sources of the configuration that holds now, by id */
    HttpIngest(Supplier<Map<String, Source>> sources) {
        this.sources = sources;
    }

    /**
     * After the console's own pages and before anything else is mounted: all that comes later is behind the door, and
     * finds the request's body read. What no route of Camel's takes is taken by the source itself.
     */
    void mount(Router router) {
        router.route().handler(this::authenticate);
        router.route("/ingest/*").handler(this::read);
        router.route(HttpMethod.POST, "/ingest/*").last().handler(this::take);
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
            c.setUser(User.create(new JsonObject().put(DEVICE, device.get()).put(SOURCE, source.id())));
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

    /** The whole body, up to the source's limit, whatever its content type says it is. */
    private void read(RoutingContext c) {
        HttpSource source = source(c);
        if (source == null) {
            c.fail(404);
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
                RoutingContextInternal inside = (RoutingContextInternal) c;
                inside.setBody(body);
                inside.visitHandler(RoutingContextInternal.BODY_HANDLER); // so that Camel does not read it again
                c.response().putHeader("Cache-Control", "no-store");
                c.next();
            }
        });
    }

    private void take(RoutingContext c) {
        HttpSource source = source(c);
        User device = c.user();
        if (source == null || device == null) {
            answer(c, 401, 0, "send Authorization: Bearer <token of the device>");
        } else {
            handOver(c, source, device.principal().getString(DEVICE), c.body().buffer());
        }
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
                .end(new HttpSource.Answer(status, retryAfter, text).json());
    }

    /** {@code /ingest/<source>[/…]}. */
    private @Nullable HttpSource source(RoutingContext c) {
        String[] levels = c.request().path().split("/", 4);
        Source source = levels.length > 2 ? sources.get().get(levels[2]) : null;
        return source instanceof HttpSource http ? http : null;
    }
}
