package org.millrace.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * A TCP proxy on a loopback port in front of a real server, which misbehaves on demand. A {@link Mode} holds for every
 * connection, old and new, from the moment it is set; {@link #cut}, {@link #reset} and {@link #halfClose} happen once to
 * the connections there are.
 */
public final class FaultProxy implements AutoCloseable {
    /** How bytes are carried. */
    public sealed interface Mode {
        /** As they come. */
        record Pass() implements Mode {}

        /** Each piece waits this long, both ways. */
        record Delay(Duration by) implements Mode {}

        /** Each direction of each connection carries at most this many bytes a second. */
        record Throttle(int bytesPerSecond) implements Mode {}

        /** About one byte in {@code oneIn} arrives with a bit flipped, both ways. */
        record Corrupt(int oneIn, RandomGenerator random) implements Mode {}

        /** Connections are accepted and stay open; what is sent is swallowed, nothing is answered. A cable pulled out. */
        record BlackHole() implements Mode {}

        /** A new connection is closed as soon as it is accepted; old ones go on. */
        record Refuse() implements Mode {}

        /**
         * Requests get through and take effect; the answers are dropped and the connection is closed at the first one.
         *
         * @param after only from the request on that contains this text; empty = at once
         */
        record ReplyLost(String after) implements Mode {}
    }

    public static final Mode PASS = new Mode.Pass();
    private static final int PIECE = 16 * 1024;
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final InetSocketAddress target;
    private final ServerSocket server;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong repliesLost = new AtomicLong();
    private volatile Mode mode = PASS;

    private FaultProxy(InetSocketAddress target, ServerSocket server) {
        this.target = target;
        this.server = server;
    }

    /** In front of 127.0.0.1:{@code targetPort}; the server may come and go. */
    public static FaultProxy to(int targetPort) {
        try {
            InetAddress loopback = InetAddress.getByName("127.0.0.1");
            FaultProxy proxy =
                    new FaultProxy(new InetSocketAddress(loopback, targetPort), new ServerSocket(0, 64, loopback));
            Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("no loopback port for the proxy", e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public void mode(Mode next) {
        mode = next;
    }

    /** Connections accepted since the start. */
    public long accepted() {
        return accepted.get();
    }

    /** Connections whose answer was dropped by {@link Mode.ReplyLost}. */
    public long repliesLost() {
        return repliesLost.get();
    }

    /** Connections open now. */
    public int open() {
        return links.size();
    }

    /** Ends every connection in order (FIN both ways). */
    public void cut() {
        links.forEach(Link::close);
    }

    /** Ends every connection by RST towards the client. */
    public void reset() {
        links.forEach(link -> {
            try {
                link.client.setSoLinger(true, 0);
            } catch (IOException gone) {
                // it has ended by itself
            }
            link.close();
        });
    }

    /** Ends the server's direction of every connection (FIN); what the client sends still arrives. */
    public void halfClose() {
        links.forEach(link -> {
            try {
                link.client.shutdownOutput();
            } catch (IOException gone) {
                link.close();
            }
        });
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                accepted.incrementAndGet();
                if (mode instanceof Mode.Refuse) {
                    client.close();
                    continue;
                }
                Link link = new Link(client);
                links.add(link);
                Thread.ofVirtual().name("fault-proxy-link").start(link::run);
            } catch (IOException closing) {
                // either the proxy is closed, which ends the loop, or that client was gone at once
            }
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket upstream = new Socket();
        private volatile boolean armed;

        Link(Socket client) {
            this.client = client;
        }

        void run() {
            while (mode instanceof Mode.BlackHole && !client.isClosed()) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
            try {
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                upstream.connect(target, 5_000);
            } catch (IOException away) {
                close();
                return;
            }
            Thread.ofVirtual().name("fault-proxy-request").start(() -> pump(client, upstream, true));
            pump(upstream, client, false);
        }

        private void pump(Socket from, Socket to, boolean request) {
            byte[] piece = new byte[PIECE];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                    if (!carry(piece, n, out, request)) {
                        break;
                    }
                }
            } catch (IOException broken) {
                // either end is gone: so is the link
            } finally {
                close();
            }
        }

        /** False when the link is to end. */
        private boolean carry(byte[] piece, int n, OutputStream out, boolean request) throws IOException {
            switch (mode) {
                case Mode.Pass p -> out.write(piece, 0, n);
                case Mode.Refuse r -> out.write(piece, 0, n);
                case Mode.Delay delay -> {
                    LockSupport.parkNanos(delay.by().toNanos());
                    out.write(piece, 0, n);
                }
                case Mode.Throttle throttle -> throttled(piece, n, out, throttle.bytesPerSecond());
                case Mode.Corrupt corrupt -> {
                    for (int i = 0; i < n; i++) {
                        if (corrupt.random().nextInt(corrupt.oneIn()) == 0) {
                            piece[i] ^= (byte) (1 << corrupt.random().nextInt(8));
                        }
                    }
                    out.write(piece, 0, n);
                }
                case Mode.BlackHole b -> {}
                case Mode.ReplyLost lost -> {
                    return replyLost(piece, n, out, request, lost);
                }
            }
            return true;
        }

        private boolean replyLost(byte[] piece, int n, OutputStream out, boolean request, Mode.ReplyLost lost)
                throws IOException {
            if (request) {
                armed |= lost.after().isEmpty()
                        || new String(piece, 0, n, StandardCharsets.ISO_8859_1).contains(lost.after());
            } else if (armed || lost.after().isEmpty()) {
                repliesLost.incrementAndGet();
                return false;
            }
            out.write(piece, 0, n);
            return true;
        }

        private void throttled(byte[] piece, int n, OutputStream out, int rate) throws IOException {
            int slice = Math.max(1, rate / 20);
            for (int at = 0; at < n; at += slice) {
                int now = Math.min(slice, n - at);
                out.write(piece, at, now);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(now) / rate);
            }
        }

        void close() {
            links.remove(this);
            for (Socket socket : new Socket[] {client, upstream}) {
                try {
                    socket.close();
                } catch (IOException gone) {
                    // closed is what it should be
                }
            }
        }
    }
}
