package org.millrace.config;

/** A scalar that cannot be read as what its key needs. The message says what was found and what is expected. */
public final class BadValue extends Exception {
    private final String hint;
    private final int offset;

    /** @param offset index of the first offending character in the scalar */
    public BadValue(String message, String hint, int offset) {
        super(message);
        this.hint = hint;
        this.offset = offset;
    }

    public String hint() {
        return hint;
    }

    public int offset() {
        return offset;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
