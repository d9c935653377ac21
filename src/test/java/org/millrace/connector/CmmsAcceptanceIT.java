package org.millrace.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.millrace.store.AlarmEvents.event;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.rest.RestConnector;
import org.millrace.connector.rest.Shipped;
import org.millrace.connector.stub.AtlasStub;
import org.millrace.connector.stub.AtlasStub.Trouble;
import org.millrace.oracle.FaultProxy;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.store.OperationalStore;
import org.millrace.ticket.OrderNotes;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.OrderState;
import org.millrace.ticket.Ticket;
import org.millrace.ticket.Words;

/**
 * What a connector must be shown to do: the shipped Atlas file, the engine, the ledger in SQLite and the thread that
 * talks, against a server with Atlas's manners. Only the pauses are shorter than in life.
 */
class CmmsAcceptanceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final AtlasStub atlas = new AtlasStub();
    private final FaultProxy proxy = FaultProxy.to(atlas.port());
    private final List<String> letters = new CopyOnWriteArrayList<>();
    private OrderPolicy policy = new OrderPolicy(
            Duration.ofHours(24),
            OrderPolicy.OnRepeat.REOPEN,
            false,
            Duration.ofMinutes(10),
            Duration.ofMinutes(15),
            Duration.ofMillis(300),
            Duration.ofMillis(50),
            Duration.ofMillis(400),
            4,
            Duration.ofHours(1),
            OrderPolicy.STANDARD.can());
    private OperationalStore store;
    private OrderClient client;
    private Orders orders;

    @BeforeEach
    void start() throws Exception {
        store = OperationalStore.open(folder);
        client = RestConnector.of(
                Shipped.at("atlas", "http://127.0.0.1:" + proxy.port()),
                reference -> AtlasStub.PASSWORD,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                Clock.systemUTC());
        orders = new Orders(
                client,
                store.tickets(),
                new Texts(),
                new Rules(),
                new Records(),
                new Orders.Settings(Duration.ofMillis(200), Duration.ofMillis(50), Duration.ofMillis(400)),
                Clock.systemUTC());
        orders.start();
    }

    @AfterEach
    void stop() throws Exception {
        orders.close();
        store.close();
        proxy.close();
        atlas.close();
    }

    private static void eventually(ThrowingRunnable what) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(what);
    }

    private OrderRow row() {
        return store.tickets().list(10).getFirst();
    }

    @Test
    void fiftyRepeatsOfOneAlarmAreOneWorkOrderAndABoundedNumberOfComments() {
        for (int i = 0; i < 50; i++) {
            orders.deliver(event("k@" + i, 1, Type.RAISED, Severity.MAJOR, 8));
        }
        eventually(() -> {
            assertThat(row().state()).isEqualTo(OrderState.OPEN);
            assertThat(orders.status().waiting()).isZero();
        });
        assertThat(atlas.orders()).hasSize(1);
        assertThat(atlas.orders().getFirst().comments).hasSizeLessThanOrEqualTo(2);
        assertThat(row().facts().repeats()).isEqualTo(49);
    }

    @Test
    void anAnswerDroppedAfterThePostIsStillOneWorkOrder() {
        proxy.mode(new FaultProxy.Mode.ReplyLost("POST /work-orders HTTP"));
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(proxy.repliesLost()).isPositive());
        proxy.mode(FaultProxy.PASS);
        eventually(() -> assertThat(row().state()).isEqualTo(OrderState.OPEN));
        assertThat(atlas.orders()).hasSize(1);
        assertThat(atlas.count("POST", "/work-orders")).isEqualTo(1);
    }

    @Test
    void aCreationCarriedOutBehindA500IsFoundNotRepeated() {
        atlas.trouble("POST /work-orders", Trouble.DONE_THEN_500);
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(row().there().number()).isEqualTo("WO000001"));
        assertThat(atlas.count("POST", "/work-orders")).isEqualTo(1);
    }

    @Test
    void aTokenThatExpiresIsOneNewLoginAndNothingIsLost() {
        orders.deliver(event("a", "a@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(atlas.orders()).hasSize(1));
        atlas.expireToken();
        orders.deliver(event("b", "b@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(atlas.orders()).hasSize(2));
        assertThat(atlas.count("POST", "/auth/signin")).isEqualTo(2);
        assertThat(letters).isEmpty();
    }

    @Test
    void tooManyCallsWithoutRetryAfterAndAllArrive() {
        atlas.tooMany(4);
        for (int i = 0; i < 5; i++) {
            orders.deliver(event("key" + i, "i@" + i, 1, Type.RAISED, Severity.MAJOR, 8));
        }
        eventually(() -> assertThat(atlas.orders()).hasSize(5));
        assertThat(letters).isEmpty();
    }

    @Test
    void aLicenceLimitIsADeadLetterWithItsMessageAndNoHotLoop() {
        atlas.fillUp(30);
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(letters)
                .singleElement()
                .asString()
                .contains("Free Limit of 30 incomplete work orders reached"));
        eventually(() -> assertThat(row().state()).isEqualTo(OrderState.DEAD)); // committed after the letter
        assertThat(orders.status().up())
                .as("the system works, it only refused this")
                .isTrue();
        long polls = searches();
        eventually(() -> assertThat(searches()).as("it goes on polling").isGreaterThan(polls + 3));
        assertThat(atlas.count("POST", "/work-orders"))
                .as("and asks no second time")
                .isEqualTo(1);
    }

    private long searches() {
        return atlas.count("POST", "/work-orders/search");
    }

    @Test
    void anOrderClosedInTheCmmsIsKnownWithinAPollAndANewAlarmIsTheNextEpisode() {
        policy = policy.with(Duration.ZERO, OrderPolicy.OnRepeat.REOPEN, false);
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        orders.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MAJOR, 2));
        eventually(() -> assertThat(row().state()).isEqualTo(OrderState.OPEN));
        atlas.person(1, "IN_PROGRESS");
        eventually(() -> assertThat(orders.order("P-101", "VIB")).contains("WO000001"));
        atlas.person(1, "COMPLETE");
        eventually(() -> assertThat(row().state()).isEqualTo(OrderState.CLOSED));
        orders.deliver(event("k@2", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(atlas.orders()).hasSize(2));
        assertThat(atlas.orders().get(1).description).contains("[hub:acme/lyon/p-101/VIB/vib-zone:2]");
    }

    @Test
    void aSymptomBackWithinTheVerificationReopensTheOrderInTheCmms() {
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(row().state()).isEqualTo(OrderState.OPEN));
        atlas.person(1, "COMPLETE");
        eventually(() -> assertThat(row().state()).isEqualTo(OrderState.DONE));
        orders.deliver(event("k@2", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(atlas.open()).hasSize(1));
        assertThat(atlas.orders()).hasSize(1);
    }

    @Test
    void aCreationThatIsA500EveryTimeStopsAtMaxAttempts() {
        atlas.trouble("POST /work-orders", Trouble.ERROR);
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(letters).singleElement().asString().contains("4 creations ended in the unknown"));
        assertThat(atlas.count("POST", "/work-orders")).isEqualTo(4);
        assertThat(atlas.orders()).isEmpty();
    }

    @Test
    void aPriorityIsRaisedThoughPatchIsNotPartialAndTheTextSurvives() {
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MINOR, 5));
        eventually(() -> assertThat(atlas.orders()).hasSize(1));
        orders.deliver(event("k@1", 2, Type.RAISED, Severity.CRITICAL, 9));
        eventually(() -> assertThat(atlas.orders().getFirst().priority).isEqualTo("HIGH"));
        AtlasStub.Order order = atlas.orders().getFirst();
        assertThat(order.title).isEqualTo(Texts.TITLE);
        assertThat(order.description).contains(Texts.ODD, "[hub:acme/lyon/p-101/VIB/vib-zone:1]");
    }

    @Test
    void textWithMarkupQuotesAndAccentsSurvivesTheEscapingServer() {
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(row().state()).isEqualTo(OrderState.OPEN));
        assertThat(atlas.orders().getFirst().title).isEqualTo(Texts.TITLE);
        assertThat(atlas.orders().getFirst().description).contains(Texts.ODD);
        assertThat(client.find("hub:acme/lyon/p-101/VIB/vib-zone:1"))
                .isInstanceOfSatisfying(
                        Answer.Ok.class, ok -> assertThat((List<?>) ok.value()).hasSize(1));
    }

    @Test
    void theOrderIsOnTheAssetThatCarriesItsNumberAsBarCode() {
        atlas.asset("10004711", 33);
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(atlas.orders()).hasSize(1));
        assertThat(atlas.orders().getFirst().asset).contains(33);
        assertThat(atlas.orders().getFirst().assetStatus).isEmpty();
        orders.deliver(event("other", "i@1", 1, Type.RAISED, Severity.CRITICAL, 12));
        eventually(() -> assertThat(atlas.orders()).hasSize(2));
        assertThat(atlas.orders().get(1).assetStatus)
                .as("the machine stands still at this level")
                .isEqualTo("DOWN");
    }

    @Test
    void aReadingRefusedForTodayIsNotTriedAgain() {
        OrderClient.Reading reading = new OrderClient.Reading("P-101", "12", 2000, "h", Instant.now());
        assertThat(client.reading(reading)).isInstanceOf(Answer.Ok.class);
        assertThat(client.reading(reading))
                .isInstanceOfSatisfying(
                        Answer.Permanent.class, no -> assertThat(no.why()).contains("frequency"));
    }

    @Test
    void refusedCredentialsAreSeenAndNoStorm() {
        atlas.trouble("*", Trouble.UNAUTHORIZED);
        orders.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        eventually(() -> assertThat(orders.status().unauthorized()).isTrue());
        assertThat(orders.status().nextTry())
                .as("a person must look: not within the next half minute")
                .isGreaterThan(Instant.now().plusSeconds(30).toEpochMilli() * 1_000);
        assertThat(atlas.requests()).hasSizeLessThan(8);
    }

    private final class Rules implements Orders.Rules {
        @Override
        public OrderPolicy policy(String rule) {
            return policy;
        }

        @Override
        public boolean wanted(AlarmEvent event) {
            return true;
        }

        @Override
        public Duration within(AlarmEvent event) {
            return Duration.ofHours(4);
        }
    }

    private final class Records implements Orders.Records {
        @Override
        public void deadLetter(String system, AlarmEvent event, String why) {
            letters.add(system + " " + event.id() + " " + why);
        }

        @Override
        public void audit(String what, String detail) {}
    }

    private static final class Texts implements OrderTexts {
        static final String TITLE = "P-101: vibration > 7,1 & rising, \"zone D\" – Pompe à eau";
        static final String ODD = "T > 80 °C & <b>p</b> \"low\", Lüfter prüfen, déjà vérifié ≥ 2×";

        @Override
        public Ticket write(AlarmEvent event) {
            return new Ticket(TITLE, ODD + "\nvalue " + event.value(), "");
        }

        @Override
        public OrderNotes notes() {
            return new OrderNotes(new Words(Locale.FRENCH));
        }

        @Override
        public Optional<byte[]> png(Ticket ticket) {
            return Optional.empty();
        }

        @Override
        public Map<String, String> cmms(String asset) {
            return Map.of("equipment", "10004711");
        }

        @Override
        public boolean assetDown(AlarmEvent event) {
            return event.severity() == Severity.CRITICAL;
        }

        @Override
        public String link(AlarmEvent event) {
            return "http://hub.example/#/alarms/" + event.incident();
        }
    }
}
