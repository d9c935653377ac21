package org.millrace.register;

import java.text.Normalizer;
import java.util.Locale;

/** Names of the maintenance system as the hub can use them. */
final class Names {
    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_ID = 64;

    private Names() {}

    /** One line, no control characters, and nothing that a configuration file would take for a placeholder. */
    static String text(String said) {
        String line = said.replaceAll("[\\p{Cntrl}\\s]+", " ").strip().replace("{{", "{ {");
        return line.length() <= LONGEST_TEXT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, line.codePointCount(0, LONGEST_TEXT - 1))) + "…";
    }

    /** As a step of a path: letters, digits, - _ and . only; empty when nothing is left. */
    static String step(String said) {
        String plain = Normalizer.normalize(said, Normalizer.Form.NFD)
                .replace("ß", "ss")
                .replaceAll("\\p{M}", "")
                .replaceAll("[^A-Za-z0-9_.-]+", "-")
                .replaceAll("^[-.]+|[-.]+$", "");
        return plain.length() <= LONGEST_ID ? plain : plain.substring(0, LONGEST_ID);
    }

    static String pathStep(String said) {
        return step(said).toLowerCase(Locale.ROOT);
    }
}
