package org.millrace.connector;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a remote system's answer means for the one who asked. The classes are those a caller must treat differently;
 * which answer is of which class is the connector file's {@code success} and {@code retry}, not the caller's guess.
 *
 * @param <T> what a successful call brings
 */
public sealed interface Answer<T> {
    /** Done, and said so. */
    record Ok<T>(T value) implements Answer<T> {}

    /** Not done, may work later (connection refused, 503): call again after a pause. */
    record Retryable<T>(String why) implements Answer<T> {}

    /** Not done, too many calls. @param after the least pause, from {@code Retry-After} when the server said one */
    record Throttled<T>(String why, Optional<Duration> after) implements Answer<T> {}

    /** Not done, the credentials are refused, also after one new login. No retry storm: a person must look. */
    record Unauthorized<T>(String why) implements Answer<T> {}

    /** Not done, and will never be with this request (400, 404, licence limit). */
    record Permanent<T>(String why) implements Answer<T> {}

    /**
     * The request was sent, whether it was carried out is not known (timeout, reset, 500). A creation must not be
     * repeated before a find.
     */
    record Unknown<T>(String why) implements Answer<T> {}

    /** The same answer with its value changed; every failure stays what it is. */
    default <U> Answer<U> map(Function<? super T, ? extends U> change) {
        return switch (this) {
            case Ok<T> ok -> new Ok<>(change.apply(ok.value()));
            case Retryable<T> failed -> new Retryable<>(failed.why());
            case Throttled<T> failed -> new Throttled<>(failed.why(), failed.after());
            case Unauthorized<T> failed -> new Unauthorized<>(failed.why());
            case Permanent<T> failed -> new Permanent<>(failed.why());
            case Unknown<T> failed -> new Unknown<>(failed.why());
        };
    }
}
