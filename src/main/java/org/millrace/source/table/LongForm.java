package org.millrace.source.table;

import java.util.List;
import java.util.Optional;
import org.millrace.config.Doc;

/** A row is one value of one signal. */
public record LongForm(
        @Doc("Column with the signal's name: it is the field of tags.")
        String signal,

        @Doc("Column with the value.") String value,

        @Doc("Column with the quality; without it every value is Good.")
        Optional<String> quality,

        @Doc("What the quality column says of good values, in any case; default Good, OK, 192.")
        List<String> good,

        @Doc("What it says of uncertain values; default Uncertain, 64. Everything else is Bad.")
        List<String> uncertain) {

    /** Words for good values. */
    public List<String> goodWords() {
        return good.isEmpty() ? List.of("Good", "OK", "192") : good;
    }

    /** Words for uncertain values. */
    public List<String> uncertainWords() {
        return uncertain.isEmpty() ? List.of("Uncertain", "64") : uncertain;
    }
}
