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
        int[] before = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] next = new int[b.length() + 1];
            next[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = row[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                next[j] = Math.min(substitute, 1 + Math.min(row[j], next[j - 1]));
                if (swapped(a, i, b, j)) {
                    next[j] = Math.min(next[j], 1 + before[j - 2]);
                }
            }
            before = row;
            row = next;
        }
        return row[b.length()];
    }

    /** Two letters in the wrong order, the commonest slip of all, are one mistake. */
    private static boolean swapped(String a, int i, String b, int j) {
        return i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    }
}
