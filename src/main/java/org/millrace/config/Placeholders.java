package org.millrace.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills {@code {{env:NAME}}}, {@code {{env:NAME:default}}}, {@code {{name}}} and {@code {{name:default}}} into text
 * while a file is loaded. Written like Camel's, so that one notation serves routes and configuration.
 */
public final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    private final Function<String, Optional<String>> environment;
    private final Function<String, Optional<String>> properties;

    public Placeholders(Function<String, Optional<String>> environment, Function<String, Optional<String>> properties) {
        this.environment = environment;
        this.properties = properties;
    }

    public static Placeholders of(Map<String, String> environment, Map<String, String> properties) {
        return new Placeholders(
                name -> Optional.ofNullable(environment.get(name)), name -> Optional.ofNullable(properties.get(name)));
    }

    /** The process's environment variables and system properties. */
    public static Placeholders ofProcess() {
        return new Placeholders(
                name -> Optional.ofNullable(System.getenv(name)),
                name -> Optional.ofNullable(System.getProperty(name)));
    }

    static boolean in(String text) {
        return text.contains("{{") && PLACEHOLDER.matcher(text).find();
    }

    /** The text with every placeholder filled; values are not searched for placeholders again. */
    public String fill(String text) throws BadValue {
        Matcher found = PLACEHOLDER.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (found.find()) {
            found.appendReplacement(
                    filled, Matcher.quoteReplacement(value(found.group(1).strip(), found.start())));
        }
        return found.appendTail(filled).toString();
    }

    private String value(String inner, int at) throws BadValue {
        if (inner.startsWith("file-secret:")) {
            throw new BadValue(
                    "{{" + inner + "}} is a secret, and this key is not kept secret",
                    "use it only in keys such as password and token",
                    at);
        }
        boolean env = inner.startsWith("env:");
        String rest = env ? inner.substring("env:".length()) : inner;
        int colon = rest.indexOf(':');
        String name = colon < 0 ? rest : rest.substring(0, colon);
        if (!NAME.matcher(name).matches()) {
            throw new BadValue(
                    "{{" + inner + "}} is not a placeholder",
                    "write {{env:NAME}}, {{env:NAME:default}} or {{name:default}}",
                    at);
        }
        Optional<String> value = (env ? environment : properties).apply(name);
        if (value.isEmpty() && colon < 0) {
            throw new BadValue(
                    (env ? "the environment variable " : "the property ") + name + " is not set",
                    "set it, or give a default: {{" + (env ? "env:" : "") + name + ":default}}",
                    at);
        }
        return value.orElseGet(() -> rest.substring(colon + 1));
    }
}
