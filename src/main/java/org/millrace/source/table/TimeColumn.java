package org.millrace.source.table;

import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;

/** Which column says when, and how it is written. */
public record TimeColumn(
        @Doc("Column that holds the time, or the date.") String column,

        @Doc("Column that holds the time of day, when column has only the date.")
        Optional<String> clockColumn,

        @Doc("How it is written, as in Java's DateTimeFormatter: dd.MM.yyyy HH:mm:ss[.SSS]; auto reads ISO 8601"
                + " (with T or a space) and epoch numbers in s, ms, µs or ns, told apart by their size.")
        @Default("auto")
        String format,

        @Doc("Zone of times without an offset: an IANA name (Europe/Paris), or an offset (+01:00) where the clock is"
                + " never changed in summer.")
        Optional<String> zone) {

    /** The format that needs no pattern. */
    public static final String AUTO = "auto";
}
