package org.millrace.historian;

/** The database was made by a newer program; nothing was changed in it. */
public final class NewerSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NewerSchemaException(String message) {
        super(message);
    }
}
