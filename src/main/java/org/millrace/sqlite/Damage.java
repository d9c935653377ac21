package org.millrace.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;

/** Tells a damaged file from other trouble, and says what to do about it. */
public final class Damage {
    // https://www.sqlite.org/rescode.html: CORRUPT, NOTADB
    private static final Set<Integer> CODES = Set.of(11, 26);
    private static final String HINT = "hub doctor";

    private Damage() {}

    public static boolean is(SQLException error) {
        return CODES.contains(error.getErrorCode() & 0xff);
    }

    static SQLException explained(SQLException error, String name, Path file) {
        String message = String.valueOf(error.getMessage());
        if (!is(error) || message.contains(HINT)) {
            return error;
        }
        return new SQLException(
                "the " + name + " " + file + " is damaged (" + message + "). Nothing was changed. Stop the hub, run `"
                        + HINT + "` to see what can still be read, then `" + HINT + " --repair`, or restore a backup.",
                error.getSQLState(),
                error.getErrorCode(),
                error);
    }
}
