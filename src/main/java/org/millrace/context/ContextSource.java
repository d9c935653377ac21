package org.millrace.context;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What an ERP or MES says of its machines now. */
public interface ContextSource {
    /**
     * @param asset the machine's name there
     * @param since from when it holds, µs; empty when the source does not say
     * @param fields by the name people see; what is empty is left out
     */
    record Said(String asset, OptionalLong since, Map<String, String> fields) {}

    /**
     * Everything it says, or a failure.
     *
     * @throws ContextException when it can't be read; the message says what and, where possible, what to do
     */
    List<Said> read() throws ContextException, InterruptedException;

    /** The source can't be read now. */
    final class ContextException extends Exception {
        private static final long serialVersionUID = 1L;

        ContextException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
