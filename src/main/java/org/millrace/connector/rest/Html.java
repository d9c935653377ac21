package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Undoes the HTML escaping that some systems keep in their texts: {@code &gt;} back to {@code >}. */
final class Html {
    private static final Pattern ENTITY = Pattern.compile("&(#x?[0-9a-fA-F]{1,6}|[a-zA-Z]{2,6});");
    private static final Map<String, String> NAMED =
            Map.of("lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", "\u00a0");

    private Html() {}

    static JsonNode unescape(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(unescape(node.textValue()));
        }
        if (node.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> copy.add(unescape(item)));
            return copy;
        }
        if (node.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(entry -> copy.set(entry.getKey(), unescape(entry.getValue())));
            return copy;
        }
        return node;
    }

    /** Once: {@code &amp;gt;} becomes {@code &gt;}. Names that are not known stay. */
    static String unescape(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        Matcher found = ENTITY.matcher(text);
        StringBuilder plain = new StringBuilder();
        while (found.find()) {
            found.appendReplacement(plain, Matcher.quoteReplacement(character(found.group(1), found.group())));
        }
        return found.appendTail(plain).toString();
    }

    private static String character(String name, String otherwise) {
        if (!name.startsWith("#")) {
            return NAMED.getOrDefault(name, otherwise);
        }
        boolean hex = name.startsWith("#x");
        String digits = name.substring(hex ? 2 : 1);
        if (digits.isEmpty() || (!hex && !digits.chars().allMatch(Character::isDigit))) {
            return otherwise;
        }
        int code = Integer.parseInt(digits, hex ? 16 : 10);
        return Character.isValidCodePoint(code) ? Character.toString(code) : otherwise;
    }
}
