package org.millrace.erp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Makes references: the same facts give the same text. */
final class DocumentReference {
    /** Where a system's field takes less, its connector shortens the reference further. */
    static final int LONGEST = 120;

    private DocumentReference() {}

    /**
     * {@code hub:<part>:<part>…}. Parts with other characters than {@code A-Z a-z 0-9 / _ -}, or too many, stay readable as
     * far as they go and are made unique by a hash.
     */
    static String of(String... parts) {
        String plain = String.join(
                ":",
                List.of(parts).stream()
                        .map(part -> part.replaceAll("[^A-Za-z0-9/_-]", "_"))
                        .toList());
        String whole = "hub:" + plain;
        boolean same = plain.equals(String.join(":", parts));
        if (same && whole.length() <= LONGEST) {
            return whole;
        }
        String tail = "-" + hash(String.join("\u0000", parts));
        int room = LONGEST - "hub:".length() - tail.length();
        return "hub:" + plain.substring(0, Math.min(room, plain.length())) + tail;
    }

    /** 80 bits. */
    private static String hash(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, 20);
    }
}
