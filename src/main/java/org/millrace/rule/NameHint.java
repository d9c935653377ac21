package org.millrace.rule;

import java.util.Collection;
import org.millrace.config.DidYouMean;

/** Finds the name a person most likely meant. */
final class NameHint {
    private NameHint() {}

    /** A hint for a person: the nearest name, else all there are (up to eight). */
    static String hint(String wrong, Collection<String> names, String kind) {
        return DidYouMean.of(wrong, names)
                .map(name -> "did you mean '" + name + "'?")
                .orElseGet(() -> names.isEmpty()
                        ? "there is no " + kind + " at all"
                        : "known: "
                                + String.join(
                                        ", ", names.stream().sorted().limit(8).toList())
                                + (names.size() > 8 ? ", …" : ""));
    }
}
