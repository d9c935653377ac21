package org.millrace.rule;

import java.util.regex.Pattern;

/**
 * A pattern of asset paths, as rules, policies and maintenance windows have it: {@code *} is one step or a part of one,
 * {@code **} as a whole step any number of steps, none included. So {@code acme/**} is {@code acme} and all below it,
 * and {@code **}{@code /p-101} is every asset of that name, wherever it stands. Immutable.
 */
public final class PathPattern {
    private final Pattern pattern;

    public PathPattern(String written) {
        StringBuilder regex = new StringBuilder();
        String before = "";
        for (String step : written.split("/", -1)) {
            if (!step.equals("**")) {
                regex.append('/').append(step(step));
            } else if (!before.equals("**")) { // twice is no more than once, and would only take long
                regex.append("(?:/[^/]+)*");
            }
            before = step;
        }
        this.pattern = Pattern.compile(regex.toString());
    }

    private static String step(String step) {
        if (step.equals("*")) {
            return "[^/]+";
        }
        StringBuilder regex = new StringBuilder();
        for (String part : step.split("(?<=\\*)|(?=\\*)")) {
            regex.append(part.equals("*") ? "[^/]*" : Pattern.quote(part));
        }
        return regex.toString();
    }

    public boolean matches(String path) {
        return pattern.matcher("/" + path).matches();
    }
}
