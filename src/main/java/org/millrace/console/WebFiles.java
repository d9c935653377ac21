package org.millrace.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** The pages, read once from the class path: a closed list, so that no request can reach another file. */
final class WebFiles {
    private static final String WEB = "/org/millrace/console/web/";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String[] SCRIPTS = {
        "main.js",
        "api.js",
        "dom.js",
        "format.js",
        "state.js",
        "overview.js",
        "orders.js",
        "tag.js",
        "alarms.js",
        "flow.js",
        "why.js",
        "oee.js"
    };

    private record WebFile(Buffer bytes, String type, String etag) {}

    private final Map<String, WebFile> files = new HashMap<>();

    private WebFiles() {}

    static WebFiles load() {
        WebFiles all = new WebFiles();
        all.add("index.html", WEB + "index.html", "text/html; charset=utf-8");
        all.add("app.css", WEB + "app.css", STYLE);
        all.add("figures.css", WEB + "figures.css", STYLE);
        all.add("icon.svg", WEB + "icon.svg", "image/svg+xml; charset=utf-8");
        for (String script : SCRIPTS) {
            all.add(script, WEB + script, SCRIPT);
        }
        all.add("uplot.js", UPLOT + "uPlot.esm.js", SCRIPT);
        all.add("uplot.css", UPLOT + "uPlot.min.css", STYLE);
        all.add("openapi.yaml", "/openapi.yaml", "application/yaml; charset=utf-8");
        return all;
    }

    void send(RoutingContext c, String name) {
        WebFile file = files.get(name);
        if (file == null) {
            c.fail(404);
            return;
        }
        var response = c.response().putHeader("ETag", file.etag).putHeader("Cache-Control", "no-cache");
        if (file.etag.equals(c.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
        } else {
            response.putHeader("Content-Type", file.type).end(file.bytes);
        }
    }

    private void add(String name, String resource, String type) {
        try (InputStream in = WebFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the program is incomplete: " + resource + " is missing on the class path");
            }
            byte[] bytes = in.readAllBytes();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            String etag = '"' + HexFormat.of().formatHex(hash, 0, 12) + '"';
            files.put(name, new WebFile(Buffer.buffer(bytes), type, etag));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
