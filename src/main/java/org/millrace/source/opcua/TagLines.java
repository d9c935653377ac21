package org.millrace.source.opcua;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A server's variables as the {@code tags:} of an asset file, ready to paste. */
public final class TagLines {
    private TagLines() {}

    /** YAML lines under {@code tags:}; what cannot be a tag becomes a comment that says why. */
    public static List<String> of(String source, List<ServerVariable> variables) {
        List<String> lines = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (ServerVariable variable : variables) {
            if (variable.usable()) {
                lines.add(line(source, variable, name(variable, used)));
            } else {
                lines.add("  # " + quoted(variable.node()) + ": " + why(variable));
            }
        }
        return lines;
    }

    private static String why(ServerVariable variable) {
        return !variable.status().equals("Good")
                ? variable.status()
                : variable.scalar() ? "not readable for this user" : "an array; a tag takes one value";
    }

    private static String line(String source, ServerVariable variable, String name) {
        StringBuilder line = new StringBuilder("  ")
                .append(name)
                .append(": { from: ")
                .append(source)
                .append(", node: ")
                .append(quoted(variable.node()));
        variable.unit()
                .filter(unit -> !unit.equals("1"))
                .ifPresent(unit -> line.append(", unit: ").append(quoted(unit)));
        if (number(variable.type())) {
            variable.range().ifPresent(range -> {
                String unit = variable.unit()
                        .filter(u -> !u.equals("1"))
                        .map(u -> " " + u)
                        .orElse("");
                line.append(", range: [")
                        .append(quoted(plain(range.low()) + unit))
                        .append(", ")
                        .append(quoted(plain(range.high()) + unit))
                        .append(']');
            });
        }
        line.append(" } # ").append(variable.type());
        if (variable.unit().isEmpty() && !variable.unitShown().isBlank()) {
            line.append(", shown in '").append(variable.unitShown()).append("': add the UCUM unit");
        }
        return line.append(variable.history() ? ", with history" : "").toString();
    }

    private static boolean number(String type) {
        return !type.equals("Boolean") && !type.equals("String") && !type.equals("LocalizedText");
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** The last part of the path, as much of what is before it as makes it unique, then a number. */
    private static String name(ServerVariable variable, Set<String> used) {
        String[] steps = variable.path().split("/");
        String name = "";
        for (int i = steps.length - 1; i >= 0; i--) {
            name = word(steps[i]) + (name.isEmpty() ? "" : "." + name);
            if (used.add(name)) {
                return name;
            }
        }
        int n = 2;
        while (!used.add(name + "_" + n)) {
            n++;
        }
        return name + "_" + n;
    }

    /** A tag's name is made of words that begin with a letter. */
    private static String word(String text) {
        StringBuilder name = new StringBuilder();
        for (String part : text.split("\\.")) {
            String word = part.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "_");
            word = word.isEmpty() || !Character.isLetter(word.charAt(0)) ? "_" + word : word;
            name.append(name.isEmpty() ? "" : ".").append(word);
        }
        return name.toString();
    }
}
