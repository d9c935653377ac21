package org.millrace.source.opcua;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;

/**
 * Decides how long it is worth waiting for a session to be resumed. A network that is away keeps session, subscription
 * and queued values at the server: waiting loses nothing. A server that has ended keeps nothing: waiting is a waste.
 */
final class Resumption {
    /** Milo tries again after 16 s at most; a server that answers for longer does not know the session any more. */
    private static final Duration ANSWERS_IN_VAIN = Duration.ofSeconds(20);

    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);
    private static final int PROBE_MILLIS = 1000;

    private final String endpoint;
    private final long deadline;
    private long answersSince;
    private long nextProbe = System.nanoTime();

    /** @param lifetime how long the server keeps the subscription */
    Resumption(String endpoint, Duration lifetime) {
        this.endpoint = endpoint;
        this.deadline = System.nanoTime() + lifetime.toNanos();
    }

    /** Why it is not worth waiting any longer; empty while it is. */
    Optional<String> over() {
        if (System.nanoTime() > deadline) {
            return Optional.of("the connection was away for longer than the server keeps the subscription");
        }
        if (System.nanoTime() < nextProbe) {
            return Optional.empty();
        }
        nextProbe = System.nanoTime() + PROBE_EVERY.toNanos(); // a PLC has few connections to give
        try (Socket probe = new Socket()) {
            probe.connect(
                    new InetSocketAddress(Endpoints.host(endpoint), EndpointUtil.getPort(endpoint)), PROBE_MILLIS);
            if (answersSince == 0) {
                answersSince = System.nanoTime();
            }
            return System.nanoTime() - answersSince > ANSWERS_IN_VAIN.toNanos()
                    ? Optional.of("the server answers, but does not resume the session")
                    : Optional.empty();
        } catch (ConnectException e) {
            return refused(e) ? Optional.of("the server has ended") : away();
        } catch (IOException | RuntimeException e) {
            return away();
        }
    }

    private Optional<String> away() {
        answersSince = 0;
        return Optional.empty();
    }

    private static boolean refused(ConnectException e) {
        return String.valueOf(e.getMessage()).contains("refused");
    }
}
