package org.millrace.store;

/** The operational store could not read or write; nothing of the failed step was kept, it may be tried again. */
public final class StoreException extends RuntimeException {
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
