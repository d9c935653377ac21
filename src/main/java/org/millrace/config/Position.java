package org.millrace.config;

/**
 * A place in a file. {@link #UNKNOWN} stands for things that were not read from one.
 *
 * @param file path relative to the home folder
 * @param line 1-based; 0 = the whole file
 * @param column 1-based; 0 = the whole file
 */
public record Position(String file, int line, int column) {
    public static final Position UNKNOWN = new Position("", 0, 0);

    public Problem error(String message, String hint) {
        return new Problem(Problem.Severity.ERROR, file, line, column, message, hint);
    }

    public Problem warning(String message, String hint) {
        return new Problem(Problem.Severity.WARNING, file, line, column, message, hint);
    }
}
