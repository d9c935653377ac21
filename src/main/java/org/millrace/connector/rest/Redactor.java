package org.millrace.connector.rest;

import java.util.LinkedHashSet;
import java.util.Set;

/** Keeps what was revealed out of messages: a server may repeat a token in its answer. Thread-safe. */
final class Redactor {
    private static final int MAX_KNOWN = 32;
    private static final int LEAST_LENGTH = 4;
    private static final int MAX_MESSAGE = 500;

    private final Set<String> known = new LinkedHashSet<>();

    /** From now on this text is replaced by {@code ***}. */
    synchronized void conceal(String secret) {
        if (secret.length() < LEAST_LENGTH) {
            return;
        }
        known.remove(secret);
        known.add(secret);
        if (known.size() > MAX_KNOWN) {
            known.remove(known.iterator().next());
        }
    }

    /** Without secrets, else as it is. */
    synchronized String conceal(String text, String instead) {
        String clean = text;
        for (String secret : known) {
            clean = clean.replace(secret, instead);
        }
        return clean;
    }

    /** Without secrets, on one line, not too long. */
    synchronized String clean(String message) {
        String clean = conceal(message, "***").replaceAll("\\s+", " ").strip();
        return clean.length() <= MAX_MESSAGE ? clean : clean.substring(0, MAX_MESSAGE) + "…";
    }
}
