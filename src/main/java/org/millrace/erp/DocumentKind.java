package org.millrace.erp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a document is, in the words of ISA-95 and of ERP systems. */
public enum DocumentKind {
    /** What a machine made in a shift, or for an order within it. */
    PRODUCTION_CONFIRMATION,
    /** A material to be bought: an ERP's purchase requisition. */
    PURCHASE_REQUEST,
    /** Spare parts held back for a work order. */
    MATERIAL_RESERVATION;

    /** As routes and JSON write it: {@code production-confirmation}. */
    public String word() {
        return key().replace('_', '-');
    }

    /** As configuration files write it: {@code production_confirmation}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<DocumentKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(DocumentKind::word).toList();
    }
}
