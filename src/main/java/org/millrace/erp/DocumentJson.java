package org.millrace.erp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.millrace.erp.BusinessDocument.Equipment;
import org.millrace.erp.BusinessDocument.MaterialReservation;
import org.millrace.erp.BusinessDocument.Part;
import org.millrace.erp.BusinessDocument.ProductionConfirmation;
import org.millrace.erp.BusinessDocument.PurchaseRequest;
import org.millrace.erp.BusinessDocument.Times;
import org.millrace.signal.Micros;

/**
 * The JSON of documents: what a route's message holds, what {@code .} is in a connector's programs, and what is stored.
 * Times are ISO 8601 in UTC, spans seconds. What was written comes back equal.
 */
public final class DocumentJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private DocumentJson() {}

    public static String write(BusinessDocument document) {
        return tree(document).toString();
    }

    public static ObjectNode tree(BusinessDocument document) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("document", document.kind().word());
        json.put("reference", document.reference());
        Equipment equipment = document.equipment();
        json.put("asset", equipment.asset());
        json.put("asset_name", equipment.name());
        json.put("asset_path", equipment.path());
        ObjectNode numbers = json.putObject("numbers");
        equipment.numbers().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue()));
        switch (document) {
            case ProductionConfirmation c -> confirmation(json, c);
            case PurchaseRequest r -> request(json, r);
            case MaterialReservation r -> reservation(json, r);
        }
        return json;
    }

    private static void confirmation(ObjectNode json, ProductionConfirmation c) {
        json.put("order", c.order());
        json.put("product", c.product());
        json.put("shift", c.shift());
        json.put("day", c.day());
        json.put("from", Micros.iso(c.from()));
        json.put("to", Micros.iso(c.to()));
        json.put("good", number(c.good()));
        json.put("scrap", number(c.scrap()));
        json.put("unit", c.unit());
        json.put("run_seconds", seconds(c.time().run()));
        json.put("setup_seconds", seconds(c.time().setup()));
        json.put("down_seconds", seconds(c.time().down()));
        json.put("unknown_seconds", seconds(c.time().unknown()));
        json.put("energy_kwh", c.energy().isPresent() ? number(c.energy().getAsDouble()) : null);
        ArrayNode warnings = json.putArray("warnings");
        c.warnings().forEach(warnings::add);
    }

    private static void request(ObjectNode json, PurchaseRequest r) {
        json.put("title", r.title());
        json.put("material", r.material());
        json.put("quantity", r.quantity());
        json.put("unit", r.unit());
        json.put("time", Micros.iso(r.time()));
        json.put("incident", r.incident());
    }

    private static void reservation(ObjectNode json, MaterialReservation r) {
        json.put("title", r.title());
        json.put("work_order", r.workOrder());
        ArrayNode parts = json.putArray("parts");
        for (Part part : r.parts()) {
            parts.addObject()
                    .put("material", part.material())
                    .put("quantity", part.quantity())
                    .put("unit", part.unit());
        }
        json.put("time", Micros.iso(r.time()));
        json.put("incident", r.incident());
    }

    /** Without the noise of binary fractions: a thousandth is less than any counter tells. */
    private static BigDecimal number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(3, java.math.RoundingMode.HALF_UP);
        BigDecimal plain = rounded.stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    private static BigDecimal seconds(long micros) {
        BigDecimal plain = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    /**
     * Reads a document; a route of the integrator may have made it.
     *
     * @throws IllegalArgumentException when it is none; the message says what is missing
     */
    public static BusinessDocument read(String text) {
        JsonNode json;
        try {
            json = JSON.reader()
                    .with(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a document: " + e.getOriginalMessage(), e);
        }
        DocumentKind kind = DocumentKind.of(text(json, "document"))
                .orElseThrow(() -> new IllegalArgumentException("\"document\" is '"
                        + json.path("document").asText() + "'; one of " + String.join(", ", DocumentKind.words())));
        String reference = text(json, "reference");
        if (!reference.matches("[A-Za-z0-9:/_-]{8," + DocumentReference.LONGEST + "}")) {
            throw new IllegalArgumentException("\"reference\" must have 8 to " + DocumentReference.LONGEST
                    + " characters of A-Z a-z 0-9 : / _ -, not '" + reference + "'");
        }
        Equipment equipment = new Equipment(
                json.path("asset").asText(),
                json.path("asset_name").asText(),
                json.path("asset_path").asText(),
                map(json.path("numbers")));
        return switch (kind) {
            case PRODUCTION_CONFIRMATION -> confirmation(json, reference, equipment);
            case PURCHASE_REQUEST ->
                new PurchaseRequest(
                        reference,
                        equipment,
                        json.path("title").asText(),
                        text(json, "material"),
                        quantity(json, "quantity"),
                        json.path("unit").asText(),
                        time(json, "time"),
                        json.path("incident").asText());
            case MATERIAL_RESERVATION ->
                new MaterialReservation(
                        reference,
                        equipment,
                        json.path("title").asText(),
                        json.path("work_order").asText(),
                        parts(json),
                        time(json, "time"),
                        json.path("incident").asText());
        };
    }

    private static ProductionConfirmation confirmation(JsonNode json, String reference, Equipment equipment) {
        List<String> warnings = new ArrayList<>();
        json.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        return new ProductionConfirmation(
                reference,
                equipment,
                json.path("order").asText(),
                json.path("product").asText(),
                json.path("shift").asText(),
                json.path("day").asText(),
                time(json, "from"),
                time(json, "to"),
                quantity(json, "good").doubleValue(),
                json.path("scrap").asDouble(),
                json.path("unit").asText(),
                new Times(
                        micros(json, "run_seconds"),
                        micros(json, "setup_seconds"),
                        micros(json, "down_seconds"),
                        micros(json, "unknown_seconds")),
                json.path("energy_kwh").isNumber()
                        ? OptionalDouble.of(json.path("energy_kwh").asDouble())
                        : OptionalDouble.empty(),
                warnings);
    }

    private static List<Part> parts(JsonNode json) {
        List<Part> parts = new ArrayList<>();
        for (JsonNode part : json.path("parts")) {
            parts.add(new Part(
                    text(part, "material"),
                    quantity(part, "quantity"),
                    part.path("unit").asText()));
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("\"parts\" names no material");
        }
        return parts;
    }

    private static Map<String, String> map(JsonNode json) {
        Map<String, String> map = new LinkedHashMap<>();
        json.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }

    private static String text(JsonNode json, String field) {
        String text = json.path(field).asText("");
        if (text.isBlank()) {
            throw new IllegalArgumentException("the document has no \"" + field + "\"");
        }
        return text;
    }

    private static BigDecimal quantity(JsonNode json, String field) {
        if (!json.path(field).isNumber()) {
            throw new IllegalArgumentException("\"" + field + "\" is no number");
        }
        return json.path(field).decimalValue();
    }

    private static long time(JsonNode json, String field) {
        try {
            return Micros.of(Instant.parse(text(json, field)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + field + "\" is no time: write e.g. 2026-11-22T14:00:00Z, not '"
                            + json.path(field).asText() + "'",
                    e);
        }
    }

    private static long micros(JsonNode json, String field) {
        return json.path(field).isNumber()
                ? json.path(field).decimalValue().movePointRight(6).longValue()
                : 0;
    }
}
