package org.millrace.connector.rest;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.BusinessDocument.Equipment;
import org.millrace.erp.BusinessDocument.MaterialReservation;
import org.millrace.erp.BusinessDocument.Part;
import org.millrace.erp.BusinessDocument.ProductionConfirmation;
import org.millrace.erp.BusinessDocument.PurchaseRequest;
import org.millrace.erp.BusinessDocument.Times;
import org.millrace.erp.DocumentKind;

/** Documents that no system can have: what a trial looks for. */
final class Nothing {
    private static final Equipment NO_MACHINE = new Equipment("none", "none", "none", Map.of());

    private Nothing() {}

    static BusinessDocument of(DocumentKind kind) {
        String reference = Probe.REFERENCE;
        return switch (kind) {
            case PRODUCTION_CONFIRMATION ->
                new ProductionConfirmation(
                        reference,
                        NO_MACHINE,
                        "none",
                        "none",
                        "none",
                        "1970-01-01",
                        0,
                        0,
                        0,
                        0,
                        "",
                        new Times(0, 0, 0, 0),
                        OptionalDouble.empty(),
                        List.of());
            case PURCHASE_REQUEST ->
                new PurchaseRequest(reference, NO_MACHINE, "none", "none", BigDecimal.ONE, "", 0, "none");
            case MATERIAL_RESERVATION ->
                new MaterialReservation(
                        reference,
                        NO_MACHINE,
                        "none",
                        "none",
                        List.of(new Part("none", BigDecimal.ONE, "")),
                        0,
                        "none");
        };
    }
}
