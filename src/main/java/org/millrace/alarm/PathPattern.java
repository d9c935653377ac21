package org.millrace.alarm;

import java.util.regex.Pattern;

/** A path pattern as rules have it: {@code *} is one step or a part of one, {@code **} any number of steps. */
final class PathPattern {
    private final Pattern pattern;

    PathPattern(String written) {
        StringBuilder regex = new StringBuilder();
        String[] steps = written.split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            boolean last = i == steps.length - 1;
            if (steps[i].equals("**")) {
                regex.append(last ? i == 0 ? ".*" : "([^/]+(/[^/]+)*)?" : "([^/]+/)*");
            } else {
                for (String part : steps[i].split("(?<=\\*)|(?=\\*)")) {
                    regex.append(part.equals("*") ? "[^/]*" : Pattern.quote(part));
                }
                if (!last) {
                    // "a/**" is also "a" itself
                    regex.append(i + 1 == steps.length - 1 && steps[i + 1].equals("**") ? "(/|$)" : "/");
                }
            }
        }
        this.pattern = Pattern.compile(regex.toString());
    }

    boolean matches(String path) {
        return pattern.matcher(path).matches();
    }
}
