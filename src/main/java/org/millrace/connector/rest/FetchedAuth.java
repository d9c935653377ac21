package org.millrace.connector.rest;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.millrace.connector.Answer;

/**
 * Credentials that a request of their own brings. However many callers need one, one request is under way; all get what
 * it brought, also its failure.
 */
final class FetchedAuth implements Auth {
    private final LongFunction<Answer<Credential>> fetch;
    private final InstantSource clock;

    private @Nullable Credential current;
    private @Nullable CompletableFuture<Answer<Credential>> underWay;
    private long generation;

    /** @param fetch asks the system for a credential of the given generation */
    FetchedAuth(LongFunction<Answer<Credential>> fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    @Override
    public Answer<Credential> credential() {
        return obtain(-1);
    }

    @Override
    public Answer<Credential> renew(Credential refused, String why) {
        return obtain(refused.generation());
    }

    /** @param refused the generation that is not to be used any more */
    private Answer<Credential> obtain(long refused) {
        CompletableFuture<Answer<Credential>> flight;
        long mine = 0;
        synchronized (this) {
            Credential held = current;
            if (held != null && held.generation() > refused && !expired(held)) {
                return new Answer.Ok<>(held);
            }
            current = null;
            if (underWay == null) {
                underWay = new CompletableFuture<>();
                mine = ++generation;
            }
            flight = underWay;
        }
        if (mine > 0) {
            run(flight, mine);
        }
        return flight.join();
    }

    private void run(CompletableFuture<Answer<Credential>> flight, long mine) {
        Answer<Credential> brought = new Answer.Retryable<>("the login broke off");
        try {
            brought = fetch.apply(mine);
        } finally {
            synchronized (this) {
                current = brought instanceof Answer.Ok<Credential> ok ? ok.value() : null;
                underWay = null;
            }
            flight.complete(brought);
        }
    }

    private boolean expired(Credential held) {
        return held.until().map(until -> !clock.instant().isBefore(until)).orElse(false);
    }
}
