package org.millrace.config;

import org.snakeyaml.engine.v2.common.ScalarStyle;

/**
 * Finds the place of a character of a scalar's value in the text of its file, so that an error in an expression can be
 * shown at the exact column. Exact for plain, quoted and literal ({@code |}) scalars; for folded ({@code >}) ones with
 * blank lines it may be off by the blank lines' number of characters.
 */
final class ScalarSource {
    static final ScalarSource NONE = new ScalarSource("", 0, ScalarStyle.PLAIN);

    private final String text;
    private final int start;
    private final ScalarStyle style;

    /** @param start index in {@code text} of the scalar's first character (the quote, or {@code |} and {@code >}) */
    ScalarSource(String text, int start, ScalarStyle style) {
        this.text = text;
        this.start = start;
        this.style = style;
    }

    Position locate(Position at, int offset) {
        if (text.isEmpty()) {
            return at;
        }
        int index = start;
        boolean block = style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED;
        if (block) {
            index = firstOfBlock();
        } else if (style != ScalarStyle.PLAIN) {
            index++;
        }
        int indent = block ? indentAt(index) : 0;
        index += indent;
        for (int i = 0; i < offset && index < text.length(); i++) {
            index = next(index, block, indent);
        }
        return position(at, Math.min(index, text.length()));
    }

    private int next(int index, boolean block, int indent) {
        char c = text.charAt(index);
        if (c == '\n' || (c == '\r' && text.startsWith("\r\n", index))) {
            int line = index + (c == '\r' ? 2 : 1);
            return line + Math.min(indentAt(line), block ? indent : Integer.MAX_VALUE);
        }
        return switch (style) {
            case SINGLE_QUOTED -> index + (text.startsWith("''", index) ? 2 : 1);
            case DOUBLE_QUOTED -> index + (c == '\\' ? escapeLength(index) : 1);
            default -> index + 1;
        };
    }

    private int escapeLength(int index) {
        char c = index + 1 < text.length() ? text.charAt(index + 1) : ' ';
        return switch (c) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
        };
    }

    private int firstOfBlock() {
        int index = text.indexOf('\n', start) + 1;
        return index == 0 ? text.length() : index;
    }

    private int indentAt(int index) {
        int i = index;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        return i - index;
    }

    private Position position(Position at, int index) {
        int line = at.line();
        int lineStart = -1;
        for (int i = start; i < index; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        int column = lineStart < 0 ? at.column() + index - start : index - lineStart + 1;
        return new Position(at.file(), line, column);
    }
}
