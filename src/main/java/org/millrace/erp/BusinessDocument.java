package org.millrace.erp;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One thing the plant tells the ERP. Two documents with one reference are the same document: whoever has it need not take
 * it again.
 */
public sealed interface BusinessDocument {
    /** By which it is found in every system: {@code hub:…}, only {@code A-Z a-z 0-9 : / _ -}, at most 120 characters. */
    String reference();

    Equipment equipment();

    DocumentKind kind();

    /**
     * The machine it is about.
     *
     * @param numbers what the ERP calls things: work centre, plant, storage location; from the asset's {@code cmms} and the
     *     production report's {@code erp}
     */
    record Equipment(String asset, String name, String path, Map<String, String> numbers) {
        public Equipment {
            numbers = Map.copyOf(numbers);
        }
    }

    /**
     * Production of a machine, in a shift or for one order within it.
     *
     * @param order number of the production order; empty when the machine does not say
     * @param product what was made; empty when the machine does not say
     * @param shift name of the shift
     * @param day on which the shift begins, ISO
     * @param from begin, µs; with several runs of one order in a shift, of the first
     * @param to end, µs; of the last run
     * @param good pieces
     * @param scrap pieces
     * @param unit of the pieces, as the ERP calls it
     * @param time where the time went, µs
     * @param energy kWh; empty when it is not metered
     * @param warnings what makes the figures doubtful, as sentences
     */
    record ProductionConfirmation(
            String reference,
            Equipment equipment,
            String order,
            String product,
            String shift,
            String day,
            long from,
            long to,
            double good,
            double scrap,
            String unit,
            Times time,
            OptionalDouble energy,
            List<String> warnings)
            implements BusinessDocument {
        public ProductionConfirmation {
            warnings = List.copyOf(warnings);
        }

        @Override
        public DocumentKind kind() {
            return DocumentKind.PRODUCTION_CONFIRMATION;
        }
    }

    /**
     * All in µs.
     *
     * @param run actual production time with its minor stops (ISO 22400 APT)
     * @param setup set-up time (AUST)
     * @param down unplanned stops that are no minor ones
     * @param unknown planned time without good data: in none of the others
     */
    record Times(long run, long setup, long down, long unknown) {
        Times plus(Times other) {
            return new Times(run + other.run, setup + other.setup, down + other.down, unknown + other.unknown);
        }
    }

    /**
     * A material to be bought.
     *
     * @param title why, a sentence
     * @param unit UCUM, as the rule has it
     * @param time event time at which it was asked for, µs
     * @param incident of the stock's alarm, for {@code hub why}
     */
    record PurchaseRequest(
            String reference,
            Equipment equipment,
            String title,
            String material,
            BigDecimal quantity,
            String unit,
            long time,
            String incident)
            implements BusinessDocument {
        @Override
        public DocumentKind kind() {
            return DocumentKind.PURCHASE_REQUEST;
        }
    }

    /**
     * Spare parts for a work order.
     *
     * @param workOrder its number, or the hub's reference of it while its system has given none
     * @param time event time, µs
     */
    record MaterialReservation(
            String reference,
            Equipment equipment,
            String title,
            String workOrder,
            List<Part> parts,
            long time,
            String incident)
            implements BusinessDocument {
        public MaterialReservation {
            parts = List.copyOf(parts);
        }

        @Override
        public DocumentKind kind() {
            return DocumentKind.MATERIAL_RESERVATION;
        }
    }

    /** @param unit as the ERP calls it; empty: the material's own */
    record Part(String material, BigDecimal quantity, String unit) {}
}
