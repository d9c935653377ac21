package org.millrace.connector.rest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.connector.rest.Jq.JqFailed;

/** A text with {@code {name}} and {@code {name.member}}: paths and headers. */
final class Template {
    private static final Pattern NAME = Pattern.compile("\\{([a-z_]+(?:\\.[A-Za-z0-9_-]+)?)}");

    private Template() {}

    /** One name in a text. */
    record Named(String name, int offset) {}

    static List<Named> names(String text) {
        List<Named> names = new ArrayList<>();
        Matcher found = NAME.matcher(text);
        while (found.find()) {
            names.add(new Named(found.group(1), found.start()));
        }
        return names;
    }

    /** With every value as one segment of a path. */
    static String path(String text, Vars vars) throws JqFailed {
        return fill(text, vars, Template::encode);
    }

    /** With every value as it is; a line break in one is refused. */
    static String header(String text, Vars vars) throws JqFailed {
        String filled = fill(text, vars, UnaryOperator.identity());
        if (filled.chars().anyMatch(c -> c < ' ' && c != '\t')) {
            throw new JqFailed("a header must not hold line breaks");
        }
        return filled;
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String fill(String text, Vars vars, UnaryOperator<String> form) throws JqFailed {
        Matcher found = NAME.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (found.find()) {
            String name = found.group(1);
            String value = vars.text(name).filter(v -> !v.isEmpty()).orElse("");
            if (value.isEmpty()) {
                throw new JqFailed("{" + name + "} has no value");
            }
            found.appendReplacement(filled, Matcher.quoteReplacement(form.apply(value)));
        }
        return found.appendTail(filled).toString();
    }
}
