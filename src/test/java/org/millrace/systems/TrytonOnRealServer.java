package org.millrace.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.Answer;
import org.millrace.connector.Documents;
import org.millrace.connector.rest.ErpConnectorFile;
import org.millrace.connector.rest.JdkTransport;
import org.millrace.connector.rest.RestDocuments;
import org.millrace.connector.rest.ShippedErp;
import org.millrace.connector.rest.Transport;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.BusinessDocument.Equipment;
import org.millrace.erp.BusinessDocument.MaterialReservation;
import org.millrace.erp.BusinessDocument.Part;
import org.millrace.erp.BusinessDocument.ProductionConfirmation;
import org.millrace.erp.BusinessDocument.PurchaseRequest;
import org.millrace.erp.BusinessDocument.Times;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.DocumentPolicy;
import org.millrace.erp.DocumentRow;
import org.millrace.erp.DocumentRow.State;
import org.millrace.signal.Micros;
import org.millrace.store.OperationalStore;

/** The shipped connector against a real Tryton 6.0: productions, purchase requests and reservations, each once. */
class TrytonOnRealServer {
    private static final Equipment PRESS = new Equipment("PR-3", "Press 3", "acme/lyon/press/pr-3", Map.of());
    private static final DocumentPolicy QUICK = new DocumentPolicy(
            Duration.ofMillis(500), Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(1), 8);

    @TempDir
    static Path server;

    private static Tryton tryton;
    private static TrytonPlant plant;

    @TempDir
    Path folder;

    private OperationalStore store;

    @BeforeAll
    static void start() throws Exception {
        tryton = Tryton.start(server);
        plant = new TrytonPlant(url());
        plant.setUp();
    }

    @AfterAll
    static void stop() {
        if (tryton != null) {
            tryton.close();
        }
    }

    private static String url() {
        return tryton.url() + "/" + Tryton.DATABASE;
    }

    @BeforeEach
    void open() throws IOException {
        store = OperationalStore.open(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static ErpConnectorFile file() {
        return ShippedErp.file("tryton", Map.of("TRYTON_URL", url(), "TRYTON_USER", Tryton.USER));
    }

    private Transport http() throws IOException {
        return new JdkTransport(JdkTransport.client(file().connection(), folder), file().connection());
    }

    private static RestDocuments client(Transport transport, String password) {
        return RestDocuments.of(file(), reference -> password, transport, Clock.systemUTC());
    }

    private Documents documents(Transport transport) {
        Documents documents = new Documents(
                client(transport, Tryton.PASSWORD), store.documents(), row -> {}, QUICK, Clock.systemUTC());
        documents.start();
        return documents;
    }

    private DocumentRow row(BusinessDocument document) {
        return store.documents().get("tryton", document.reference()).orElseThrow();
    }

    private void isDone(BusinessDocument document) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(row(document))
                        .satisfies(row -> assertThat(row.state()).as(row.note()).isEqualTo(State.DONE)));
    }

    private static ProductionConfirmation confirmation(String shift, double good) {
        long from = Micros.of(Instant.parse("2026-11-22T06:00:00Z"));
        return new ProductionConfirmation(
                "hub:acme/lyon/press/pr-3/press-3:2026-11-22:" + shift,
                PRESS,
                "4711",
                "A12",
                shift,
                "2026-11-22",
                from,
                from + 28_800_000_000L,
                good,
                3,
                "",
                new Times(25_200_000_000L, 600_000_000L, 1_200_000_000L, 0),
                OptionalDouble.of(12.5),
                List.of("gezählt > geplant & \"gut\" – équipe Müller"));
    }

    private static JsonNode productions(BusinessDocument document) throws Exception {
        return plant.call(
                "model.production.search_read",
                "[[\"reference\",\"=\",\"" + document.reference()
                        + "\"]],0,10,null,[\"state\",\"quantity\",\"product\"]");
    }

    @Test
    void itLogsInAndFindsWhatIsNotThereNowhere() throws Exception {
        RestDocuments client = client(http(), Tryton.PASSWORD);
        assertThat(client.login()).isInstanceOf(Answer.Ok.class);
        for (DocumentKind kind : DocumentKind.values()) {
            assertThat(client.find(RestDocuments.nothing(kind))).isEqualTo(new Answer.Ok<>(List.of()));
        }
        assertThat(client(http(), "wrong").find(RestDocuments.nothing(DocumentKind.PURCHASE_REQUEST)))
                .isInstanceOf(Answer.Unauthorized.class);
    }

    @Test
    void aShiftPostedTwiceIsOneFinishedProduction() throws Exception {
        ProductionConfirmation early = confirmation("early", 50);
        try (Documents first = documents(http())) {
            assertThat(first.deliver(early)).isEqualTo(Documents.Delivery.QUEUED);
            assertThat(first.deliver(early)).isEqualTo(Documents.Delivery.KNOWN);
            isDone(early);
        }
        store.close(); // another hub that has forgotten everything
        store = OperationalStore.open(folder.resolve("other"));
        try (Documents again = documents(http())) {
            assertThat(again.deliver(early)).isEqualTo(Documents.Delivery.QUEUED);
            isDone(early);
            assertThat(again.status().creations()).isZero();
        }

        JsonNode found = productions(early);
        assertThat(found).hasSize(1);
        assertThat(found.path(0).path("state").asText()).isEqualTo("done");
        assertThat(found.path(0).path("quantity").asDouble()).isEqualTo(50);
        JsonNode notes = plant.call(
                "model.ir.note.search_read",
                "[[\"resource\",\"=\",\"production," + found.path(0).path("id").asInt()
                        + "\"]],0,10,null,[\"message\"]");
        assertThat(notes).hasSize(1);
        assertThat(notes.path(0).path("message").asText())
                .contains("scrap 3", "run 25200 s", "energy 12.5 kWh", "gezählt > geplant & \"gut\" – équipe Müller");
    }

    @Test
    void answersThatGetLostLeaveOneProduction() throws Exception {
        ProductionConfirmation late = confirmation("late", 7);
        Transport http = http();
        AtomicInteger lost = new AtomicInteger();
        // the first answer to each kind of change is lost: the creation, the note, and every step
        Transport losing = call -> {
            Transport.Reply reply = http.send(call);
            String body = new String(call.body(), StandardCharsets.UTF_8);
            boolean changes =
                    body.matches("(?s).*model\\.(production|ir\\.note)\\.(create|wait|assign_try|run|done).*");
            return changes && lost.getAndIncrement() % 2 == 0 ? new Transport.Lost("cut for the test") : reply;
        };
        try (Documents documents = documents(losing)) {
            documents.deliver(late);
            isDone(late);
        }
        assertThat(lost.get()).isGreaterThan(3);
        assertThat(productions(late)).hasSize(1);
        assertThat(productions(late).path(0).path("state").asText()).isEqualTo("done");
    }

    @Test
    void aStockBelowItsReorderPointIsOnePurchaseRequest() throws Exception {
        PurchaseRequest request = new PurchaseRequest(
                "hub:acme/lyon/store/BRG/reorder_1790000000:purchase",
                PRESS,
                "Bearings > minimum & running out",
                "BRG-6205",
                new BigDecimal("12"),
                "u",
                Micros.of(Instant.parse("2026-11-22T09:00:00Z")),
                "i");
        PurchaseRequest halves =
                new PurchaseRequest("hub:halves:purchase", PRESS, "t", "BRG-6205", new BigDecimal("12.5"), "u", 0, "i");
        PurchaseRequest unknown =
                new PurchaseRequest("hub:unknown:purchase", PRESS, "t", "NOT-THERE", BigDecimal.ONE, "u", 0, "i");
        try (Documents documents = documents(http())) {
            documents.deliver(request);
            documents.deliver(halves);
            documents.deliver(unknown);
            isDone(request);
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(row(halves).state()).as("an error in a 200").isEqualTo(State.REFUSED);
                assertThat(row(unknown).state()).isEqualTo(State.REFUSED);
            });
        }
        assertThat(row(halves).note()).contains("digits");
        assertThat(row(unknown).note()).contains("knows no product");
        JsonNode found = plant.call(
                "model.purchase.request.search_read",
                "[[\"description\",\"ilike\",\"%" + request.reference()
                        + "%\"]],0,10,null,[\"description\",\"quantity\",\"state\"]");
        assertThat(found).hasSize(1);
        assertThat(found.path(0).path("quantity").asDouble()).isEqualTo(12);
        assertThat(found.path(0).path("description").asText())
                .isEqualTo("Bearings > minimum & running out [" + request.reference() + "]");
    }

    @Test
    void partsAreReservedAsSoonAsThereAreSome() throws Exception {
        MaterialReservation reservation = new MaterialReservation(
                "hub:acme/lyon/p-101/VIB/vib-zone_1790000000:parts",
                PRESS,
                "Vibration zone D on Pump 101",
                "WO-000001",
                List.of(new Part("BRG-6205", new BigDecimal("2"), "")),
                Micros.of(Instant.parse("2026-11-22T09:00:00Z")),
                "i");
        try (Documents documents = documents(http())) {
            documents.deliver(reservation);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(row(reservation).note()).contains("waits at 'assign'"));
            assertThat(row(reservation).state()).isEqualTo(State.THERE);
            plant.stock("BRG-6205", 20);
            isDone(reservation);
        }
        JsonNode found = plant.call(
                "model.stock.shipment.internal.search_read",
                "[[\"reference\",\"=\",\"" + reservation.reference() + "\"]],0,10,null,[\"state\"]");
        assertThat(found).hasSize(1);
        assertThat(found.path(0).path("state").asText()).isEqualTo("assigned");
    }
}
