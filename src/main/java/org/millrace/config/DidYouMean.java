package org.millrace.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the word someone probably meant. */
public final class DidYouMean {
    private static final int MAX_LISTED = 12;

    private DidYouMean() {}

    /** The nearest choice, when it is near: same but for case, {@code _} and {@code -}, or few letters away. */
    public static Optional<String> of(String word, Collection<String> choices) {
        int limit = Math.max(1, Math.min(4, plain(word).length() / 3));
        return choices.stream()
                .filter(choice -> distance(plain(word), plain(choice)) <= limit)
                .min(Comparator.<String>comparingInt(choice -> distance(plain(word), plain(choice)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** A hint: the nearest choice, else what there is to choose from. */
    public static String hint(String word, Collection<String> choices) {
        return of(word, choices).map(near -> "did you mean " + near + "?").orElseGet(() -> listed(choices));
    }

    private static String listed(Collection<String> choices) {
        if (choices.isEmpty()) {
            return "";
        }
        return "known: " + choices.stream().limit(MAX_LISTED).collect(Collectors.joining(", "))
                + (choices.size() > MAX_LISTED ? ", ..." : "");
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 4) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[b.length()];
    }
}
