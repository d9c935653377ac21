package org.millrace.console;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events: what changed since the last look, up to four times a second, made once for all who watch. A reader
 * that cannot keep up gets nothing more until it has caught up, and then {@code resync}: fetch everything again.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML: server-sent events</a>
 */
final class EventStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final long TICK_MILLIS = 250;
    private static final int HEARTBEAT_TICKS = 60;
    private static final int MOST_READERS = 64;

    private static final class Reader {
        private final HttpServerResponse response;
        private volatile boolean behind;

        private Reader(HttpServerResponse response) {
            this.response = response;
        }
    }

    private final Vertx vertx;
    private final ChangeWatch watch;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private long timer = -1;
    private volatile boolean busy;
    private long ticks;

    EventStream(Vertx vertx, ConsoleData data, Clock clock) {
        this.vertx = vertx;
        this.watch = new ChangeWatch(data, clock);
    }

    void start() {
        timer = vertx.setPeriodic(TICK_MILLIS, id -> tick());
    }

    void open(RoutingContext c) {
        if (readers.size() >= MOST_READERS) {
            c.fail(new ApiException(503, "too many live readers", "close other windows of the console"));
            return;
        }
        HttpServerResponse response = c.response();
        Reader reader = new Reader(response);
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no"); // or a reverse proxy holds the events back
        response.closeHandler(v -> readers.remove(reader));
        response.exceptionHandler(e -> readers.remove(reader));
        response.write("retry: 2000\nevent: hello\ndata: {}\n\n");
        readers.add(reader);
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        readers.forEach(reader -> reader.response.end());
        readers.clear();
    }

    private void tick() {
        ticks++;
        if (ticks % HEARTBEAT_TICKS == 0) {
            readers.forEach(reader -> reader.response.write(": alive\n\n"));
        }
        if (busy || readers.isEmpty()) {
            return; // one look at a time: a slow store makes events rarer, not many
        }
        busy = true;
        boolean everything = ticks % 4 == 0;
        vertx.executeBlocking(() -> watch.look(everything), false).onComplete(looked -> {
            busy = false;
            if (looked.succeeded()) {
                readers.forEach(reader -> send(reader, looked.result()));
            } else {
                LOG.warn("live events: cannot read the present state; next try in {} ms", TICK_MILLIS, looked.cause());
            }
        });
    }

    private static void send(Reader reader, List<String> frames) {
        if (reader.response.closed()) {
            return;
        }
        if (reader.response.writeQueueFull()) {
            reader.behind = true;
            return;
        }
        if (reader.behind) {
            reader.behind = false;
            reader.response.write("event: resync\ndata: {}\n\n");
        }
        for (String frame : frames) {
            reader.response.write(frame);
        }
    }
}
