package org.millrace.console;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What every request must pass and every answer carries. The host check stops DNS rebinding: a foreign page can point a
 * name of its own at this address, but it cannot make the browser say {@code localhost}. An IP literal is let through
 * for the same reason (rebinding needs a name), so that probes and scrapers that use the pod's address work.
 */
final class RequestGuard {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final String POLICY =
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'";

    private final Set<String> names = new HashSet<>(Set.of("localhost"));

    RequestGuard(ConsoleServer.Options options) {
        names.add(options.host().toLowerCase(Locale.ROOT));
        options.names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    void check(RoutingContext c) {
        HttpServerResponse response = c.response();
        response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin");
        HostAndPort authority = c.request().authority();
        if (authority == null || !known(authority.host())) {
            c.fail(new ApiException(
                    421,
                    "this server is not called that",
                    "use localhost, its address, or add the name to the console's names"));
            return;
        }
        c.next();
    }

    /** No cross-origin use: a browser names the page it acts for, and only this server's own pages may act. */
    void checkOrigin(RoutingContext c) {
        HttpServerRequest request = c.request();
        String origin = request.getHeader("Origin");
        HostAndPort authority = request.authority();
        if (origin != null && (authority == null || !sameHost(origin, authority))) {
            c.fail(new ApiException(
                    403,
                    "another page's request is refused",
                    "call the API from the hub's own pages or without Origin"));
            return;
        }
        String type = request.getHeader("Content-Type");
        // a form of a foreign page can post text/plain without asking first, but never application/json
        if (request.method().equals(HttpMethod.POST)
                && (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json"))) {
            c.fail(new ApiException(415, "the body must be JSON", "send Content-Type: application/json"));
            return;
        }
        c.next();
    }

    private boolean known(String host) {
        String plain = host.toLowerCase(Locale.ROOT);
        return names.contains(plain)
                || IPV4.matcher(plain).matches()
                || plain.startsWith("[")
                || plain.indexOf(':') >= 0;
    }

    private static boolean sameHost(String origin, HostAndPort authority) {
        try {
            URI uri = URI.create(origin);
            int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
            int own = authority.port() > 0 ? authority.port() : "https".equals(uri.getScheme()) ? 443 : 80;
            return authority.host().equalsIgnoreCase(uri.getHost()) && port == own;
        } catch (IllegalArgumentException e) {
            return false; // "null", or nothing a browser sends
        }
    }
}
