package org.millrace.config;

import java.util.List;
import java.util.Optional;

/** A YAML 1.2 document as written, with the place of every part. No aliases, anchors or tags: the reader refuses them. */
public sealed interface YamlNode {
    Position at();

    /** What the node is, for error messages: {@code a list}, {@code text "abc"}, … */
    String describe();

    /** Core-schema type of a plain scalar; quoted and block scalars are always TEXT. */
    enum ScalarType {
        NULL,
        FLAG,
        WHOLE,
        REAL,
        TEXT
    }

    /**
     * @param text the value after YAML's unquoting and folding; for numbers exactly as written
     * @param plain written without quotes
     * @param source finds the place of a character of {@code text}
     */
    record Scalar(Position at, String text, ScalarType type, boolean plain, ScalarSource source) implements YamlNode {
        /** Where the character {@code offset} of {@link #text} stands in the file. */
        public Position within(int offset) {
            return source.locate(at, Math.max(0, Math.min(offset, text.length())));
        }

        @Override
        public String describe() {
            String shown = text.length() <= 40 ? text : text.substring(0, 37) + "...";
            return switch (type) {
                case NULL -> "nothing";
                case FLAG -> shown;
                case WHOLE, REAL -> "the number " + shown;
                case TEXT -> "the text \"" + shown + "\"";
            };
        }
    }

    record Sequence(Position at, List<YamlNode> items) implements YamlNode {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** Entries in file order; a key that is written twice stands here twice. */
    record Mapping(Position at, List<Entry> entries) implements YamlNode {
        public Optional<Entry> entry(String key) {
            return entries.stream().filter(e -> e.key().equals(key)).findFirst();
        }

        @Override
        public String describe() {
            return "a block of keys";
        }
    }

    record Entry(String key, Position keyAt, YamlNode value) {}

    /** A part the reader has already reported (alias, tag, too deep); binders pass over it in silence. */
    record Unusable(Position at) implements YamlNode {
        @Override
        public String describe() {
            return "an unusable value";
        }
    }
}
