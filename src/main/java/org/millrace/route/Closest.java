package org.millrace.route;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** "Did you mean": the nearest of some names by edit distance. */
final class Closest {
    private Closest() {}

    /** A hint: the nearest name, else the list of names when it is short, else the fallback. */
    static String hint(String word, Collection<String> names, String fallback) {
        Optional<String> near = of(word, names);
        if (near.isPresent()) {
            return "did you mean '" + near.get() + "'?";
        }
        return names.isEmpty() || names.size() > 12 ? fallback : "known: " + String.join(", ", new TreeSet<>(names));
    }

    static Optional<String> of(String word, Collection<String> names) {
        int limit = word.length() <= 3 ? 1 : Math.max(2, word.length() / 3);
        return names.stream()
                .filter(n -> distance(word, n) <= limit)
                .min(Comparator.<String>comparingInt(n -> distance(word, n)).thenComparing(Comparator.naturalOrder()));
    }

    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
