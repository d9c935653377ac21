package org.millrace.source.opcua;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much is left of a certificate's life: warnings begin 60 days before its end, and again at 30 and 7. */
final class Expiry {
    private static final int[] STEPS = {7, 30, 60};

    private final String owner;
    private final String whose;
    private final Instant end;
    private int told = Integer.MAX_VALUE;

    /**
     * @param owner {@code hub} or {@code server}
     * @param whose the same in words, e.g. {@code the server's certificate}
     */
    Expiry(String owner, String whose, Instant end) {
        this.owner = owner;
        this.whose = whose;
        this.end = end;
    }

    String owner() {
        return owner;
    }

    Instant end() {
        return end;
    }

    /** A sentence from 60 days before the end on. */
    Optional<String> warning(Instant now) {
        if (step(now) == Integer.MAX_VALUE) {
            return Optional.empty();
        }
        long days = Duration.between(now, end).toDays();
        String day = end.toString().substring(0, 10);
        return Optional.of(
                now.isAfter(end)
                        ? whose + " has expired on " + day + "; a new connection will be refused"
                        : whose + " expires on " + day + ", in " + days + (days == 1 ? " day" : " days"));
    }

    /** The same sentence, but once for each step: what belongs into the log. */
    Optional<String> news(Instant now) {
        int step = step(now);
        if (step >= told) {
            return Optional.empty();
        }
        told = step;
        return warning(now);
    }

    /** The same certificate, as far as its end goes: what was told of it is not told again at every reconnect. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Expiry that && that.owner.equals(owner) && that.end.equals(end);
    }

    @Override
    public int hashCode() {
        return end.hashCode();
    }

    private int step(Instant now) {
        if (now.isAfter(end)) {
            return 0;
        }
        for (int days : STEPS) {
            if (Duration.between(now, end).compareTo(Duration.ofDays(days)) <= 0) {
                return days;
            }
        }
        return Integer.MAX_VALUE;
    }
}
