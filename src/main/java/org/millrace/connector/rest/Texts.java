package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.millrace.connector.OrderClient.Draft;

/** A ticket in the form and the lengths a system takes. */
final class Texts {
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int HASH_CHARACTERS = 26; // 130 bits

    private Texts() {}

    /**
     * The reference as the system keeps it: itself where it fits, else {@code hub:} and as much of its SHA-256 in base 32
     * as fits. The same reference always gives the same text.
     */
    static String reference(String reference, ConnectorFile.Fields fields) {
        return reference(reference, fields.reference());
    }

    /** @param most characters; 0 = all */
    static String reference(String reference, int most) {
        if (most == 0 || reference.length() <= most) {
            return reference;
        }
        return "hub:" + hash(reference, Math.min(most - "hub:".length(), HASH_CHARACTERS));
    }

    /** At most so many characters, cut at a word where there is one in the last third; 0 = all. */
    static String cut(String text, int most) {
        if (most == 0 || text.length() <= most) {
            return text;
        }
        int end = most - 1;
        int space = text.lastIndexOf(' ', end);
        if (space >= most * 2 / 3) {
            end = space;
        } else if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end).stripTrailing() + "…";
    }

    /** The ticket as programs see it. */
    static ObjectNode json(Draft draft, ConnectorFile.Fields fields) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("reference", reference(draft.reference(), fields));
        json.put("title", cut(draft.title(), fields.title()));
        json.put("text", cut(draft.text(), fields.text()));
        json.put("severity", ConnectorFile.word(draft.severity()));
        json.put("asset", draft.asset());
        json.put("asset_name", draft.assetName());
        json.put("asset_path", draft.assetPath());
        json.put("failure_mode", draft.failureMode());
        ObjectNode cmms = json.putObject("cmms");
        draft.cmms().forEach(cmms::put);
        json.put("asset_down", draft.assetDown());
        json.put("since", Times.iso(draft.since()));
        json.put("due", draft.due().map(Times::iso).orElse(null));
        json.put("link", draft.link().orElse(null));
        ObjectNode attributes = json.putObject("attributes");
        draft.attributes().forEach(attributes::put);
        return json;
    }

    private static String hash(String text, int characters) {
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
        StringBuilder out = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (int i = 0; out.length() < characters; i++) {
            held = held << 8 | (digest[i] & 0xff);
            bits += 8;
            while (bits >= 5 && out.length() < characters) {
                out.append(BASE32.charAt(held >> bits - 5 & 31));
                bits -= 5;
            }
            held &= (1 << bits) - 1;
        }
        return out.toString();
    }
}
