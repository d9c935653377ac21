package org.millrace.register;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name as words and numbers: {@code PLC7.P101_VIB} is plc 7 . p 101 _ vib. Accents and case are gone, leading zeros
 * too; what separates two tokens is kept as {@code joined}.
 */
record Tokens(List<Token> list) {
    /** @param joined nothing but a change between letters, cases and digits is before it; @param zeros it had leading zeros */
    record Token(String text, boolean joined, boolean zeros) {
        boolean number() {
            return Character.isDigit(text.charAt(0));
        }
    }

    private static final Pattern TOKEN =
            Pattern.compile("\\p{Lu}+(?!\\p{Ll})|\\p{Lu}?\\p{Ll}+|\\p{Lu}|\\p{Lo}+|[0-9]+");

    static Tokens of(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(plain);
        int end = -1;
        while (matcher.find()) {
            String text = matcher.group().toLowerCase(Locale.ROOT);
            boolean zeros = text.length() > 1 && text.charAt(0) == '0';
            String kept = zeros ? text.replaceFirst("^0+(?=.)", "") : text;
            tokens.add(new Token(kept, matcher.start() == end, zeros));
            end = matcher.end();
        }
        return new Tokens(List.copyOf(tokens));
    }

    int size() {
        return list.size();
    }

    String text(int at) {
        return list.get(at).text();
    }

    boolean hasNumber() {
        return list.stream().anyMatch(Token::number);
    }

    int characters() {
        return list.stream().mapToInt(token -> token.text().length()).sum();
    }

    /** Where the other occurs as a run of whole tokens; -1 when it does not. */
    int find(Tokens other) {
        for (int at = 0; other.size() > 0 && at + other.size() <= size(); at++) {
            int same = 0;
            while (same < other.size() && text(at + same).equals(other.text(same))) {
                same++;
            }
            if (same == other.size()) {
                return at;
            }
        }
        return -1;
    }

    /** Whether the tokens of a run are written together, as in P101. */
    boolean together(int from, int size) {
        return list.subList(from + 1, from + size).stream().allMatch(Token::joined);
    }

    boolean zeros(int from, int size) {
        return list.subList(from, from + size).stream().anyMatch(Token::zeros);
    }

    String written(int from, int size) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < from + size; i++) {
            out.append(i > from && !list.get(i).joined() ? "-" : "").append(text(i).toUpperCase(Locale.ROOT));
        }
        return out.toString();
    }
}
