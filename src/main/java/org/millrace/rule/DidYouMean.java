package org.millrace.rule;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name a person most likely meant. */
final class DidYouMean {
    private DidYouMean() {}

    /** The nearest name, when near enough to be a slip: about one change in three letters. */
    static Optional<String> nearest(String wrong, Collection<String> names) {
        String best = "";
        int bestDistance = wrong.length() < 3 ? 1 : wrong.length() / 3 + 1;
        for (String name : names.stream().sorted().toList()) {
            int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < bestDistance || lastStep(name).equals(wrong) && best.isEmpty()) {
                bestDistance = Math.min(bestDistance, distance);
                best = name;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /** A hint for a person: the nearest name, else all there are (up to eight). */
    static String hint(String wrong, Collection<String> names, String kind) {
        return nearest(wrong, names)
                .map(name -> "did you mean '" + name + "'?")
                .orElseGet(() -> names.isEmpty()
                        ? "there is no " + kind + " at all"
                        : "known: "
                                + String.join(
                                        ", ", names.stream().sorted().limit(8).toList())
                                + (names.size() > 8 ? ", …" : ""));
    }

    private static String lastStep(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Levenshtein distance, with a swap of neighbours counted as one. */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
