package org.millrace.erp;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.erp.BusinessDocument.Part;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.store.AlarmEvents;

/** What events ask for: once an incident, and nothing where nothing is asked. */
class EventDocumentsTest {
    private static AlarmEvent event(int step, Type type, String wanted) {
        AlarmEvent event = AlarmEvents.event("acme/lyon/silo@17", step, type, Severity.MINOR, 8);
        return event.step(
                step,
                type,
                event.time(),
                event.hubTime(),
                event.level(),
                event.severity(),
                wanted.isEmpty() ? Map.of() : Map.of(AlarmEvent.PURCHASE_REQUEST, wanted),
                event.handling());
    }

    @Test
    void aStockThatRunsLowAsksForWhatTheRuleComputed() {
        assertThat(EventDocuments.purchase(event(1, Type.RAISED, "17.5 t of RM-4711"), Map.of("plant", "1000")))
                .hasValueSatisfying(request -> {
                    assertThat(request.material()).isEqualTo("RM-4711");
                    assertThat(request.quantity()).isEqualByComparingTo("17.5");
                    assertThat(request.unit()).isEqualTo("t");
                    assertThat(request.equipment().numbers()).containsEntry("plant", "1000");
                    assertThat(request.incident()).isEqualTo("acme/lyon/silo@17");
                });
        assertThat(EventDocuments.purchase(event(1, Type.RAISED, "4  of a part of it"), Map.of()))
                .hasValueSatisfying(request -> {
                    assertThat(request.material()).as("without a unit").isEqualTo("a part of it");
                    assertThat(request.unit()).isEmpty();
                });
    }

    @Test
    void theIncidentAsksOnceHoweverManyEventsItHas() {
        assertThat(EventDocuments.purchase(event(1, Type.RAISED, "17.5 t of RM-4711"), Map.of())
                        .orElseThrow()
                        .reference())
                .isEqualTo(EventDocuments.purchase(event(4, Type.RAISED, "18 t of RM-4711"), Map.of())
                        .orElseThrow()
                        .reference());
        for (Type later : new Type[] {Type.ACKED, Type.LOWERED, Type.RTN_UNACK, Type.NORMAL, Type.ESCALATED}) {
            assertThat(EventDocuments.purchase(event(2, later, "17.5 t of RM-4711"), Map.of()))
                    .as("%s", later)
                    .isEmpty();
        }
    }

    @Test
    void nothingIsAskedForWhereNothingIsWanted() {
        assertThat(EventDocuments.purchase(event(1, Type.RAISED, ""), Map.of())).isEmpty();
        assertThat(EventDocuments.purchase(event(1, Type.RAISED, "0 t of RM-4711"), Map.of()))
                .isEmpty();
        assertThat(EventDocuments.reservation(event(1, Type.RAISED, ""), List.of(), "WO-1", Map.of()))
                .isEmpty();
    }

    @Test
    void partsAreForTheOrderOfTheIncident() {
        List<Part> parts = List.of(new Part("BRG-6205", BigDecimal.TWO, ""));
        assertThat(EventDocuments.reservation(event(1, Type.RAISED, ""), parts, "WO-1", Map.of()))
                .hasValueSatisfying(reservation -> {
                    assertThat(reservation.workOrder()).isEqualTo("WO-1");
                    assertThat(reservation.parts()).isEqualTo(parts);
                    assertThat(reservation.reference()).startsWith("hub:").doesNotContain("@", " ");
                });
        assertThat(EventDocuments.reservation(event(3, Type.NORMAL, ""), parts, "WO-1", Map.of()))
                .isEmpty();
    }
}
