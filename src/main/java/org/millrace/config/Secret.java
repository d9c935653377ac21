package org.millrace.config;

import java.util.function.UnaryOperator;

/** A secret by reference, as written in a file: {@code "{{file-secret:press-line}}"} or {@code "{{env:NAME}}"}. The
 * plain text is read when a connection needs it and is never part of {@link #toString()}. */
public record Secret(String reference) {
    public String reveal(UnaryOperator<String> resolver) {
        return resolver.apply(reference);
    }

    @Override
    public String toString() {
        return "Secret[***]";
    }
}
