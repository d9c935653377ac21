package org.millrace.source.codec;

/** A codec that cannot be used, and where. */
public final class CodecException extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    /**
     * @param line 1-based; 0 = the whole file
     * @param column 1-based; 0 = the whole line
     */
    CodecException(int line, int column, String message) {
        super(message);
        this.line = line;
        this.column = column;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }
}
