package org.millrace.connector.rest;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The seam to HTTP. Blocks; safe for several threads; never throws for what the network does. */
public interface Transport {
    Reply send(Call call);

    /**
     * One request.
     *
     * @param headers names as sent
     * @param body empty when there is none
     */
    record Call(String method, URI uri, Map<String, String> headers, byte[] body) {
        /** Without the query: it may hold keys. */
        @Override
        public String toString() {
            return method + " " + uri.getPath();
        }
    }

    /** What came of a request. */
    sealed interface Reply {}

    /** @param headers names in lower case, the first value of each but all of {@code set-cookie}, joined by newlines */
    record Answered(int status, Map<String, String> headers, byte[] body) implements Reply {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** No byte of the request left: nothing can have been carried out. */
    record NotSent(String why) implements Reply {}

    /** The request was sent, or may have been; no whole answer came back. */
    record Lost(String why) implements Reply {}
}
