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

    /**
     * The nearest choice, when it is near: same but for case, {@code _} and {@code -}, or about one slip in three
     * letters; a dotted choice is also found by its last part ({@code velocity} for {@code vibration.velocity}).
     */
    public static Optional<String> of(String word, Collection<String> choices) {
        String wanted = plain(word);
        int limit = wanted.length() <= 3 ? wanted.length() / 2 : Math.max(2, Math.min(4, wanted.length() / 3));
        return choices.stream()
                .filter(choice -> distance(wanted, plain(choice)) <= limit)
                .min(Comparator.<String>comparingInt(choice -> distance(wanted, plain(choice)))
                        .thenComparing(Comparator.naturalOrder()))
                .or(() -> choices.stream()
                        .filter(choice -> choice.endsWith("." + word))
                        .min(Comparator.naturalOrder()));
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

    /** Levenshtein distance, with a swap of neighbours counted as one slip. */
    private static int distance(String a, String b) {
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
