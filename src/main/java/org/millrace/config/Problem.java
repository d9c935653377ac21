package org.millrace.config;

/**
 * Something wrong in a file, said so that an integrator can mend it.
 *
 * @param file path relative to the home folder
 * @param line 1-based; 0 when the problem is of the whole file
 * @param column 1-based; 0 when the problem is of the whole file
 * @param message what is wrong
 * @param hint what to do; empty when there is nothing to add
 */
public record Problem(Severity severity, String file, int line, int column, String message, String hint) {
    public enum Severity {
        ERROR,
        WARNING
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + severity.name().toLowerCase(java.util.Locale.ROOT) + ": "
                + message + (hint.isEmpty() ? "" : "\n    hint: " + hint);
    }
}
