package org.millrace.register;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The three-way merge of one asset: what the last import brought, what the file says, what the register says. */
public final class FieldMerge {
    /** What becomes of one field. */
    public enum Kind {
        /** The file did not say it, and no import had brought it. */
        ADDED,
        /** The file says what the last import brought, and the register says something else now. */
        UPDATED,
        /** A person changed or removed it, and the register did not: left without a word. */
        OWN,
        /** The file said something else before the first import: a person's word stands. */
        KEPT,
        /** A person and the register both changed it: the person's word stands, and both are told. */
        CONFLICT,
        /**
         * The register has it at another place now: told only. Tags, history and the keys of alarms and orders hang on
         * the path, so moving a machine is a person's decision.
         */
        MOVED,
        /** The register says nothing of it any more: the file keeps it. */
        CLEARED
    }

    /** @param file what the file says, empty for nothing; @param register the same of the register */
    public record Change(String field, Kind kind, String file, String register) {
        /** Whether the file is changed by it. */
        public boolean writes() {
            return kind == Kind.ADDED || kind == Kind.UPDATED;
        }
    }

    private FieldMerge() {}

    /**
     * @param base what the last import brought; empty at the first
     * @param file what the file says now
     * @param register what the register says now
     * @return what differs, by field; nothing for what is equal on both sides
     */
    public static List<Change> merge(Map<String, String> base, Map<String, String> file, Map<String, String> register) {
        TreeSet<String> fields = new TreeSet<>(file.keySet());
        fields.addAll(register.keySet());
        List<Change> changes = new ArrayList<>();
        for (String field : fields) {
            Kind kind = kind(base.get(field), file.get(field), register.get(field));
            if (kind == Kind.UPDATED && field.equals("path")) {
                kind = Kind.MOVED;
            }
            if (kind != null) {
                changes.add(new Change(field, kind, file.getOrDefault(field, ""), register.getOrDefault(field, "")));
            }
        }
        return List.copyOf(changes);
    }

    private static @Nullable Kind kind(@Nullable String base, @Nullable String file, @Nullable String register) {
        if (register == null) {
            return base != null && base.equals(file) ? Kind.CLEARED : null;
        }
        if (register.equals(file)) {
            return null;
        }
        if (base == null) {
            return file == null ? Kind.ADDED : Kind.KEPT;
        }
        if (base.equals(file)) {
            return Kind.UPDATED;
        }
        return base.equals(register) ? Kind.OWN : Kind.CONFLICT;
    }
}
