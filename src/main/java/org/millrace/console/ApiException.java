package org.millrace.console;

/** A request that cannot be served as asked: status, what is wrong, what to do. Goes to the caller word for word. */
final class ApiException extends RuntimeException {
    private final int status;
    private final String hint;

    ApiException(int status, String error, String hint) {
        super(error, null, false, false);
        this.status = status;
        this.hint = hint;
    }

    static ApiException notFound(String what, String hint) {
        return new ApiException(404, what, hint);
    }

    static ApiException badRequest(String error, String hint) {
        return new ApiException(400, error, hint);
    }

    int status() {
        return status;
    }

    String hint() {
        return hint;
    }
}
