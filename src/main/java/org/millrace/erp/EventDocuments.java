package org.millrace.erp;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.erp.BusinessDocument.Equipment;
import org.millrace.erp.BusinessDocument.MaterialReservation;
import org.millrace.erp.BusinessDocument.Part;
import org.millrace.erp.BusinessDocument.PurchaseRequest;
import org.millrace.rule.AlarmEvent;

/** Documents that events ask for. One incident asks once, however many events it has. */
public final class EventDocuments {
    /** As {@code watch: level-reorder} writes it: {@code 17.5 t of RM-4711}. */
    private static final Pattern WANTED = Pattern.compile("([0-9.]+) (.*?) ?of (.+)");

    private EventDocuments() {}

    /**
     * What is to be bought. Empty for an event that asks for nothing, that only goes on with what was raised before, or
     * whose quantity is nothing.
     *
     * @param numbers the asset's {@code cmms}
     */
    public static Optional<PurchaseRequest> purchase(AlarmEvent event, Map<String, String> numbers) {
        Matcher wanted = WANTED.matcher(event.inputs().getOrDefault(AlarmEvent.PURCHASE_REQUEST, ""));
        if (event.type() != AlarmEvent.Type.RAISED || !wanted.matches()) {
            return Optional.empty();
        }
        BigDecimal quantity = new BigDecimal(wanted.group(1));
        return quantity.signum() == 0
                ? Optional.empty()
                : Optional.of(new PurchaseRequest(
                        DocumentReference.of(event.incident(), "purchase"),
                        equipment(event, numbers),
                        event.title(),
                        wanted.group(3),
                        quantity,
                        wanted.group(2),
                        event.since(),
                        event.incident()));
    }

    /**
     * Parts held back for the work order of an event that was raised.
     *
     * @param parts those the rule names; none: no document
     * @param workOrder the order's number or reference
     */
    public static Optional<MaterialReservation> reservation(
            AlarmEvent event, List<Part> parts, String workOrder, Map<String, String> numbers) {
        return event.type() != AlarmEvent.Type.RAISED || parts.isEmpty()
                ? Optional.empty()
                : Optional.of(new MaterialReservation(
                        DocumentReference.of(event.incident(), "parts"),
                        equipment(event, numbers),
                        event.title(),
                        workOrder,
                        parts,
                        event.since(),
                        event.incident()));
    }

    private static Equipment equipment(AlarmEvent event, Map<String, String> numbers) {
        return new Equipment(event.asset(), event.assetName(), event.assetPath(), numbers);
    }
}
