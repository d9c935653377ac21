package org.millrace.route;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import org.millrace.config.DidYouMean;

/** "Did you mean": the nearest of some names by edit distance. */
final class Closest {
    private Closest() {}

    /** A hint: the nearest name, else the list of names when it is short, else the fallback. */
    static String hint(String word, Collection<String> names, String fallback) {
        Optional<String> near = DidYouMean.of(word, names);
        if (near.isPresent()) {
            return "did you mean '" + near.get() + "'?";
        }
        return names.isEmpty() || names.size() > 12 ? fallback : "known: " + String.join(", ", new TreeSet<>(names));
    }
}
