package org.millrace.config;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** A secret by reference, as written in a file: {@code "{{file-secret:press-line}}"} or {@code "{{env:NAME}}"}, also
 * with text around it ({@code "Bearer {{file-secret:token}}"}). The plain text is read when a connection needs it and
 * is never part of {@link #toString()}. */
public record Secret(String reference) {
    /** One reference; group 1 is {@code env} or {@code file-secret}, group 2 the name. */
    public static final Pattern REFERENCE = Pattern.compile("\\{\\{(env|file-secret):([a-zA-Z0-9_.-]+)}}");

    /** For editors: text with at least one reference. */
    public static final String PATTERN = "\\{\\{(env|file-secret):[a-zA-Z0-9_.-]+\\}\\}";

    private static final String HINT = "put the secret into the file secrets/NAME and write \"{{file-secret:NAME}}\","
            + " or into the environment and write \"{{env:NAME}}\"";

    /** Checks the form of the reference; reads nothing. The message never repeats the text: it may be the secret. */
    public static Secret parse(String written) throws BadValue {
        String rest = REFERENCE.matcher(written).replaceAll("");
        if (rest.equals(written) || rest.contains("{{")) {
            throw new BadValue(
                    written.contains("{{")
                            ? "not a reference to a secret (a default would be a secret in plain text)"
                            : "a secret must not stand in the file in plain text",
                    HINT,
                    0);
        }
        return new Secret(written);
    }

    public String reveal(UnaryOperator<String> resolver) {
        return resolver.apply(reference);
    }

    @Override
    public String toString() {
        return "Secret[***]";
    }
}
