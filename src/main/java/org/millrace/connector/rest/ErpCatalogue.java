package org.millrace.connector.rest;

import java.util.List;
import java.util.Optional;

/** The ERP connector files that come with the program; as {@link Catalogue}. */
public final class ErpCatalogue {
    private static final List<String> IDS = List.of("erpnext-stock", "odoo-stock", "sap-production", "tryton");

    private ErpCatalogue() {}

    /** In the order of the alphabet. */
    public static List<String> ids() {
        return IDS;
    }

    /** What people call the system. */
    public static String title(String id) {
        return Catalogue.title(text(id).orElse(""), id);
    }

    /** The YAML of one; empty when there is none of that id. */
    public static Optional<String> text(String id) {
        return IDS.contains(id) ? Optional.of(Catalogue.resource("erp/" + id + ".yaml")) : Optional.empty();
    }
}
