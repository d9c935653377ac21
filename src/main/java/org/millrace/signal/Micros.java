package org.millrace.signal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times and spans as this project keeps them: µs since the epoch, UTC, in a {@code long}. */
public final class Micros {
    private Micros() {}

    /** What is finer is cut off, towards the epoch. */
    public static long of(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** What is finer is cut off. */
    public static long of(Duration span) {
        return span.getSeconds() * 1_000_000 + span.getNano() / 1_000;
    }

    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** ISO 8601, UTC. */
    public static String iso(long micros) {
        return instant(micros).toString();
    }
}
