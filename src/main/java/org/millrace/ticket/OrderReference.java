package org.millrace.ticket;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The text by which an order is found again in its system: {@code hub:<key>:<episode>}. */
public final class OrderReference {
    /** Where a system's field takes less, its connector shortens the reference further. */
    private static final int LONGEST = 120;

    private OrderReference() {}

    /**
     * Only {@code A-Z a-z 0-9 : / _ -}: systems escape, fold or cut everything else. A key that has other characters, or
     * is too long, is kept readable as far as it goes and made unique by a hash.
     */
    public static String of(String key, int episode) {
        String plain = key.replaceAll("[^A-Za-z0-9/_-]", "_");
        String whole = "hub:" + plain + ":" + episode;
        if (plain.equals(key) && whole.length() <= LONGEST) {
            return whole;
        }
        String tail = "-" + hash(key) + ":" + episode;
        int room = LONGEST - "hub:".length() - tail.length();
        return "hub:" + plain.substring(0, Math.clamp(room, 0, plain.length())) + tail;
    }

    /** 80 bits: two of a million keys meet with a chance of one in a trillion. */
    private static String hash(String key) {
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, 20);
    }
}
