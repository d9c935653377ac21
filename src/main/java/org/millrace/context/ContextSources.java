package org.millrace.context;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.millrace.connector.rest.RestConnector;

/** The source a file names. */
public final class ContextSources {
    private ContextSources() {}

    /**
     * @param connectors by id, as they are at each reading
     * @param secrets reads a reference; asked at each reading, so that a new password is taken up
     * @throws IllegalArgumentException for a file that names none; {@code hub check} finds it with its place
     */
    public static ContextSource of(
            ContextFile file, Function<String, Optional<RestConnector>> connectors, UnaryOperator<String> secrets) {
        if (file.sql().isPresent()) {
            return new SqlContext(file, file.sql().get(), secrets);
        }
        ContextFile.Rest rest = file.rest()
                .orElseThrow(
                        () -> new IllegalArgumentException("context " + file.id() + " names neither sql nor rest"));
        return new RestContext(file, rest, () -> connectors.apply(rest.connector()));
    }
}
