package org.millrace.source.opcua;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;

/** Stays with one connection until it has ended for good, and says why. Everything a server may do meanwhile is here. */
final class ConnectionWatch {
    /** What the watch asks of the source. */
    interface Owner {
        /** True while the hub itself does not take values: then silence of the server is our own doing. */
        boolean holdsBack();

        /** Called every half second while connected. */
        void look();

        /** The session is away; it may come back as it was. */
        void suspended() throws InterruptedException;

        /** The session is back with its subscription, and what the server queued arrives now. */
        void resumed(Connection connection) throws UaException, InterruptedException;

        /** Reads the server's history when values are missing that it has dropped, or that could not be read before. */
        void complete(Connection connection) throws UaException, InterruptedException;

        /** Tries nodes again that were refused; those that still are. */
        Map<String, StatusCode> retry(Connection connection, Map<String, StatusCode> refused)
                throws UaException, InterruptedException;
    }

    private static final Duration STEP = Duration.ofMillis(500);
    private static final long RETRY_REFUSED_NANOS = Duration.ofMinutes(1).toNanos();

    private final Access access;
    private final Connection connection;
    private final Owner owner;
    private int folders;

    ConnectionWatch(Access access, Connection connection, Owner owner) {
        this.access = access;
        this.connection = connection;
        this.owner = owner;
        this.folders = access.folders().state();
    }

    /** @param bad nodes the server refused */
    String run(Map<String, StatusCode> bad) throws InterruptedException, UaException {
        Map<String, StatusCode> missing = bad;
        Optional<Resumption> resumption = Optional.empty();
        long lastRetry = System.nanoTime();
        while (true) {
            Optional<String> end = ended();
            if (end.isPresent()) {
                return end.get();
            }
            if (connection.suspended()) {
                if (resumption.isEmpty()) {
                    resumption = Optional.of(new Resumption(access.file().endpoint(), connection.lifetime()));
                    owner.suspended();
                }
                Optional<String> over = resumption.get().over();
                if (over.isPresent() && connection.suspended()) {
                    return "the session ended: " + over.get();
                }
                continue;
            }
            if (resumption.isPresent()) {
                resumption = Optional.empty();
                owner.resumed(connection);
            }
            owner.look();
            owner.complete(connection);
            Optional<String> trouble = trouble();
            if (trouble.isPresent()) {
                return trouble.get();
            }
            if (!missing.isEmpty() && System.nanoTime() - lastRetry > RETRY_REFUSED_NANOS) {
                lastRetry = System.nanoTime();
                missing = owner.retry(connection, missing);
            }
        }
    }

    private Optional<String> ended() throws InterruptedException {
        try {
            return Optional.of(connection.lost().get(STEP.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            return Optional.of("lost: " + Endpoints.text(e));
        } catch (TimeoutException e) {
            return Optional.empty();
        }
    }

    private Optional<String> trouble() {
        if (owner.holdsBack()) {
            connection.touch();
        } else if (connection.silent()) {
            return Optional.of("the server has sent neither data nor a keep-alive for "
                    + connection.patience().toSeconds() + " s");
        }
        return withdrawn();
    }

    /**
     * Trust that is taken away ends the connection at once. A certificate that merely expires does not: the server is
     * the same as before, and a plant should not stand still for a date; the next connection is refused.
     */
    private Optional<String> withdrawn() {
        Endpoints.Found server = connection.server();
        if (server.shown().isEmpty()) {
            return Optional.empty();
        }
        int now = access.folders().state();
        if (now == folders) {
            return Optional.empty();
        }
        folders = now;
        try {
            server.trust().check(server.shown(), server.applicationUri());
            return Optional.empty();
        } catch (CertificateRefused e) {
            return e.expired() ? Optional.empty() : Optional.of(e.getMessage());
        }
    }
}
