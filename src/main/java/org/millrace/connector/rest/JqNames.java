package org.millrace.connector.rest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The variables and functions a jq program names but does not define itself, with their places: jq finds out only when it
 * gets there, and then an order is not made. Reads the program's text; strings and their interpolations, object keys and
 * comments are told apart.
 */
final class JqNames {
    /** @param variable written with a dollar sign */
    record Name(String text, boolean variable, int offset) {}

    private static final Set<String> WORDS = Set.of(
            "and", "or", "not", "if", "then", "elif", "else", "end", "as", "def", "reduce", "foreach", "try", "catch",
            "label", "break", "import", "include", "true", "false", "null", "empty", "error", "__loc__");

    private final String text;
    private final Deque<Character> open = new ArrayDeque<>();
    private final List<Name> used = new ArrayList<>();
    private final Set<String> defined = new HashSet<>();
    private int at;
    private char before = ' ';
    private String wordBefore = "";

    private JqNames(String text) {
        this.text = text;
    }

    /** In the order of their places. */
    static List<Name> free(String text) {
        JqNames names = new JqNames(text);
        names.scan();
        return names.used.stream()
                .filter(name -> !names.defined.contains((name.variable() ? "$" : "") + name.text()))
                .toList();
    }

    private void scan() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                string();
            } else if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == '$' || c == '@' || Character.isLetter(c) || c == '_') {
                word(c);
            } else if (Character.isDigit(c)) {
                number();
            } else {
                bracket(c);
                at++;
            }
        }
    }

    private void bracket(char c) {
        if (Character.isWhitespace(c)) {
            return;
        }
        if (c == '(' || c == '[' || c == '{') {
            open.push(c);
        } else if ((c == ')' || c == ']' || c == '}') && !open.isEmpty()) {
            if (open.pop() == '"') { // the end of \( … ) in a string
                at++;
                string();
                at--;
                return;
            }
        }
        before = c;
        wordBefore = "";
    }

    /** From behind the opening quote, or behind an interpolation. */
    private void string() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '(') {
                at += 2;
                open.push('"');
                before = '(';
                return;
            }
            if (c == '"') {
                at++;
                before = '"';
                wordBefore = "";
                return;
            }
            at += c == '\\' ? 2 : 1;
        }
    }

    private void number() {
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        before = '0';
        wordBefore = "";
    }

    private void word(char first) {
        int start = at++;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        String word = text.substring(start, at);
        boolean inDefinition = wordBefore.equals("def");
        if (first == '$') {
            if (wordBefore.equals("as") || defining(start)) {
                defined.add(word);
            } else {
                used.add(new Name(word.substring(1), true, start));
            }
        } else if (inDefinition) {
            defined.add(word);
            parameters();
        } else if (before != '.' && !key() && !WORDS.contains(word)) {
            used.add(new Name(word, false, start));
        }
        before = 'w';
        wordBefore = word;
    }

    /** The parameters of a definition: {@code def f(g; $x):}. */
    private void parameters() {
        int p = at;
        while (p < text.length() && Character.isWhitespace(text.charAt(p))) {
            p++;
        }
        if (p >= text.length() || text.charAt(p) != '(') {
            return;
        }
        int end = text.indexOf(')', p);
        at = end < 0 ? text.length() : end + 1;
        for (String parameter : text.substring(p + 1, end < 0 ? text.length() : end).split(";")) {
            defined.add(parameter.strip());
            defined.add(parameter.strip().replace("$", ""));
        }
    }

    /** Within the pattern of {@code as [$a, {b: $c}]}: told by looking back to the word before the bracket. */
    private boolean defining(int start) {
        String head = text.substring(0, start);
        int as = Math.max(head.lastIndexOf(" as ["), head.lastIndexOf(" as {"));
        return as >= 0 && !head.substring(as).contains("|");
    }

    /** {@code {name: …}} and the short form {@code {name}}. */
    private boolean key() {
        return !open.isEmpty() && open.peek() == '{' && (before == '{' || before == ',');
    }
}
