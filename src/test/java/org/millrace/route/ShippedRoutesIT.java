package org.millrace.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.millrace.store.AlarmEvents.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.connector.WorkOrderSystem.Delivery;
import org.millrace.historian.Historian;
import org.millrace.historian.HistorianFile;
import org.millrace.journal.Journal;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch;

/** The files under {@code routes/}, as they are. */
class ShippedRoutesIT extends RouteTestSupport {
    private static final AlarmEvent RAISED = event("k@1", 1, Type.RAISED, Severity.MAJOR, 8);
    private static final AlarmEvent WORSE = event("k@1", 2, Type.RAISED, Severity.CRITICAL, 12);
    private static final AlarmEvent NORMAL = event("k@1", 3, Type.NORMAL, Severity.CRITICAL, 2);

    @Test
    void workOrdersHandsEveryStepToTheDeskInOrder() throws Exception {
        shipped("routes/sinks/work-orders.camel.yaml");
        decide(RAISED, WORSE);
        decide(NORMAL);

        await().untilAsserted(() -> assertThat(pending("work-orders")).isZero());
        assertThat(port.desk.events).containsExactly(RAISED, WORSE, NORMAL);
    }

    @Test
    void workOrdersLeavesInformationOut() throws Exception {
        shipped("routes/sinks/work-orders.camel.yaml");
        decide(event("i@1", 1, Type.RAISED, Severity.INFO, 5), RAISED);

        await().untilAsserted(() -> assertThat(pending("work-orders")).isZero());
        assertThat(port.desk.events).containsExactly(RAISED);
    }

    /** What the desk cannot take now comes again, and nothing overtakes it. */
    @Test
    void workOrdersOffersADeferredEventAgain() throws Exception {
        port.desk.answers.add(new Delivery.Deferred("the disk is full"));
        port.desk.answers.add(new Delivery.Deferred("the disk is full"));
        shipped("routes/sinks/work-orders.camel.yaml");
        decide(RAISED, WORSE);

        await().untilAsserted(() -> assertThat(pending("work-orders")).isZero());
        assertThat(port.desk.events).containsExactly(RAISED, RAISED, RAISED, WORSE);
        assertThat(port.journal.intakes).as("no dead letter").isEmpty();
    }

    @Test
    void whatTheDeskWillNeverTakeIsADeadLetterAndTheNextGoesOn() throws Exception {
        port.desk.answers.add(new Delivery.Rejected("asset unknown to the CMMS"));
        shipped("routes/sinks/work-orders.camel.yaml");
        decide(RAISED, WORSE);

        await().untilAsserted(() -> assertThat(pending("work-orders")).isZero());
        assertThat(port.desk.events).containsExactly(RAISED, WORSE);
        assertThat(port.journal.intakes).singleElement().satisfies(intake -> {
            assertThat(intake.received()).isEqualTo(1);
            assertThat(intake.deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.reason()).isEqualTo("rejected");
                assertThat(letter.detail()).isEqualTo("asset unknown to the CMMS");
                assertThat(letter.context()).isEqualTo(RAISED.id());
            });
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type=raised              | k@1.1 k@1.2 i@1.1",
                "type=raised,normal       | k@1.1 k@1.2 k@1.3 i@1.1",
                "severity=critical        | k@1.2 k@1.3",
                "severity=critical,info   | k@1.2 k@1.3 i@1.1",
                "type=raised&severity=major | k@1.1",
                "asset=P-101&type=normal  | k@1.3",
                "rule=vib-zone&type=normal | k@1.3",
                "asset=P-102              | ''",
                "rule=other               | ''",
            })
    void eventsAreFiltered(String filter, String expected) throws Exception {
        load("filtered.camel.yaml", """
                - route:
                    id: filtered
                    from:
                      uri: "hub:events?name=filtered&%s"
                      steps: [ { to: "mock:out" } ]
                """.formatted(filter.strip()));
        decide(RAISED, WORSE, NORMAL, event("i@1", 1, Type.RAISED, Severity.INFO, 5));

        await().untilAsserted(() -> assertThat(pending("filtered")).isZero());
        assertThat(seen("mock:out")).isEqualTo(words(expected));
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
    }

    private List<String> seen(String mock) {
        return getMockEndpoint(mock).getExchanges().stream()
                .map(e -> e.getProperty(EventsConsumer.EVENT, AlarmEvent.class).id())
                .toList();
    }

    /** What an integrator chooses by without opening the body. */
    @Test
    void anEventBringsItsHeaders() throws Exception {
        load("headers.camel.yaml", """
                - route: { id: headers, from: { uri: "hub:events?name=headers", steps: [ { to: "mock:out" } ] } }
                """);
        decide(RAISED);

        MockEndpoint out = getMockEndpoint("mock:out");
        await().untilAsserted(() -> assertThat(out.getReceivedCounter()).isEqualTo(1));
        assertThat(out.getExchanges().getFirst().getMessage().getHeaders())
                .containsAllEntriesOf(Map.of(
                        "event", "raised",
                        "incident", "k@1",
                        "rule", "vib-zone",
                        "asset", "P-101",
                        "criticality", "A",
                        "severity", "major",
                        "level", "D",
                        "title", RAISED.title()));
        assertThat(out.getExchanges().getFirst().getMessage().getBody(String.class))
                .startsWith("{")
                .contains("\"P-101\"");
    }

    @Test
    void fieldDecodesAndIsAcknowledgedOnlyWhenDurable() throws Exception {
        shipped("routes/sources/field.camel.yaml");
        List<Optional<Throwable>> done = new CopyOnWriteArrayList<>();
        port.sources.get("field").deliver(payload(), failure -> done.add(Optional.ofNullable(failure)));

        await().untilAsserted(() -> assertThat(port.ingested).hasSize(1));
        RecordingPort.Ingested taken = port.ingested.getFirst();
        assertThat(taken.readings().undecodable()).isEmpty();
        assertThat(taken.readings().readings())
                .extracting(Reading::device, Reading::field, Reading::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("silo-2", "level", Value.of(61.5)),
                        org.assertj.core.groups.Tuple.tuple("silo-2", "temp", Value.of(20L)));
        assertThat(done).as("not acknowledged before it is durable").isEmpty();

        taken.durable().complete(null);
        await().untilAsserted(() -> assertThat(done).containsExactly(Optional.empty()));
    }

    @Test
    void fieldIsNotAcknowledgedWhenTheJournalRefuses() throws Exception {
        shipped("routes/sources/field.camel.yaml");
        List<Optional<Throwable>> done = new CopyOnWriteArrayList<>();
        port.sources.get("field").deliver(payload(), failure -> done.add(Optional.ofNullable(failure)));
        await().untilAsserted(() -> assertThat(port.ingested).hasSize(1));
        port.ingested.getFirst().durable().completeExceptionally(new Journal.JournalFullException("2 GB are used"));

        await().untilAsserted(() -> assertThat(done).hasSize(1));
        assertThat(done.getFirst()).get().asString().contains("2 GB are used");
    }

    private static SourceBatch.Payloads payload() {
        byte[] json = "{\"ts\":1790000000,\"values\":{\"level\":61.5,\"temp\":20}}".getBytes(UTF_8);
        return new SourceBatch.Payloads(
                "field",
                RecordingPort.NOW,
                List.of(new SourceBatch.Payload(
                        "plant/lyon/silo-2/telemetry",
                        json,
                        "json",
                        Map.of("device", "$topic[2]", "time", ".ts", "readings", ".values"),
                        RecordingPort.NOW)));
    }

    @ParameterizedTest
    @CsvSource({"plc-7,routes/sources/plc-7.camel.yaml", "press-line,routes/sources/press-line.camel.yaml"})
    void readingsOfMachinesAreIngestedAndAcknowledged(String source, String file) throws Exception {
        shipped(file);
        assertIngests(source);
    }

    private void assertIngests(String source) {
        SourceBatch.Readings readings = readings(source);
        List<Optional<Throwable>> done = new CopyOnWriteArrayList<>();
        port.sources.get(source).deliver(readings, failure -> done.add(Optional.ofNullable(failure)));
        await().untilAsserted(() -> assertThat(port.ingested).hasSize(1));
        assertThat(port.ingested.getFirst().readings()).isEqualTo(readings);
        assertThat(done).isEmpty();
        port.ingested.getFirst().durable().complete(null);
        await().untilAsserted(() -> assertThat(done).containsExactly(Optional.empty()));
    }

    private static SourceBatch.Readings readings(String source) {
        return new SourceBatch.Readings(
                source,
                RecordingPort.NOW,
                List.of(new Reading("", "holding-register:1:INT", Value.of(1L), RecordingPort.NOW, Quality.GOOD)),
                List.of());
    }

    @Test
    void stoppingTheRouteStopsTheSource() throws Exception {
        shipped("routes/sources/field.camel.yaml");
        assertThat(port.sources.get("field").started()).isTrue();

        context.getRouteController().stopRoute("field");
        assertThat(port.sources.get("field").closed).isTrue();
    }

    @Test
    void theHistoriansCursorMovesOnlyWhenTheBatchIsStored() throws Exception {
        port.historian.add(new IOException("the database is away"));
        port.historian.add(new IOException("the database is away"));
        port.journal.samples("field", sample(1), sample(2));
        port.journal.samples("plc-7", sample(3));
        shipped("routes/pipeline/historian.camel.yaml");

        await().untilAsserted(
                        () -> assertThat(port.journal.position("historian")).isEqualTo(2));
        assertThat(port.historian).as("both failures were met").isEmpty();
        assertThat(samples()).as("in order, once").containsExactly(sample(1), sample(2), sample(3));
        assertThat(port.journal.advances).allSatisfy(move -> {
            assertThat(move.rejected()).isEmpty();
            assertThat(move.letters()).isEmpty();
        });
    }

    @Test
    void whatTheHistorianCanNeverKeepIsToldToTheJournal() throws Exception {
        Journal.DeadLetter letter = new Journal.DeadLetter(
                "field", RecordingPort.NOW, "historian", "bad-text", "a NUL", "tag/1", new byte[0]);
        port.historian.add(new JournalBatch.Outcome(Map.of("field", 1L), List.of(letter)));
        port.journal.samples("field", sample(1), sample(2));
        shipped("routes/pipeline/historian.camel.yaml");

        await().untilAsserted(
                        () -> assertThat(port.journal.position("historian")).isEqualTo(1));
        assertThat(port.journal.advances).singleElement().satisfies(move -> {
            assertThat(move.cursor()).isEqualTo("historian");
            assertThat(move.rejected()).containsExactly(Map.entry("field", 1L));
            assertThat(move.letters()).containsExactly(letter);
        });
    }

    /** Entries without samples pass without a write. */
    @Test
    void ticksMoveTheHistoriansCursorWithoutAWrite() throws Exception {
        port.journal.tick(RecordingPort.NOW);
        shipped("routes/pipeline/historian.camel.yaml");

        await().untilAsserted(
                        () -> assertThat(port.journal.position("historian")).isEqualTo(1));
        assertThat(port.stored).isEmpty();
    }

    private static Sample sample(int n) {
        return new Sample(1, RecordingPort.NOW + n, Value.of((double) n), Quality.GOOD);
    }

    private List<Sample> samples() {
        List<Sample> all = new ArrayList<>();
        port.stored.forEach(batch ->
                batch.entries().forEach(entry -> all.addAll(entry.batch().toList())));
        return all;
    }

    /** camel-jdbc in an integrator's route, on the historian's own data source. */
    @Test
    void dailyCountAsksTheRealHistorian() throws Exception {
        try (Historian historian = Historian.open(
                new HistorianFile("", Optional.empty(), Optional.empty(), 100, Duration.ofSeconds(1)),
                folder,
                reference -> reference)) {
            context.getRegistry().bind("historian", javax.sql.DataSource.class, historian.dataSource());
            historian.write(
                    List.of(new Journal.Entry.Samples(
                            1, RecordingPort.NOW, "field", SampleBatch.of(List.of(sample(1))))),
                    number -> "acme/lyon/p-101/vibration");
            String file = "routes/sinks/daily-count.camel.yaml";
            prepare(file, Files.readString(Path.of(file)));
            AdviceWith.adviceWith(context, "daily-count", route -> {
                route.replaceFromWith("direct:now");
                route.weaveAddLast().to("mock:counted");
            });
            context.start();
            template.sendBody("direct:now", "");

            MockEndpoint counted = getMockEndpoint("mock:counted");
            assertThat(counted.getExchanges()).hasSize(1);
            assertThat(counted.getExchanges()
                            .getFirst()
                            .getMessage()
                            .getBody(List.class)
                            .toString())
                    .isEqualTo("[{tags=1}]");
        }
    }

    @ParameterizedTest
    @CsvSource({"mqtt-source,field", "plc-source,plc-7", "opcua-source,press-line"})
    void sourceKameletsDeliverAndAcknowledge(String kamelet, String source) throws Exception {
        load("a.camel.yaml", """
                - route: { id: a, from: { uri: "kamelet:%s?source=%s", steps: [ { to: "hub:ingest" } ] } }
                """.formatted(kamelet, source));
        assertIngests(source);
    }

    @Test
    void theLorawanKameletDecodes() throws Exception {
        load("a.camel.yaml", """
                - route: { id: a, from: { uri: "kamelet:lorawan-source?source=field", steps: [ { to: "hub:ingest" } ] } }
                """);
        port.sources.get("field").deliver(payload(), failure -> {});

        await().untilAsserted(() -> assertThat(port.ingested).hasSize(1));
        assertThat(port.ingested.getFirst().readings().readings())
                .extracting(Reading::field)
                .containsExactly("level", "temp");
    }

    @Test
    void theHistorianKameletStoresAndMovesTheCursor() throws Exception {
        JournalBatch.Outcome rejected = new JournalBatch.Outcome(Map.of("field", 1L), List.of());
        port.historian.add(rejected);
        port.journal.samples("field", sample(1));
        load("a.camel.yaml", """
                - route: { id: a, from: { uri: "hub:journal/copy?flushEvery=10", steps: [ { to: "kamelet:historian-sink" } ] } }
                """);

        await().untilAsserted(() -> assertThat(port.journal.position("copy")).isEqualTo(1));
        assertThat(samples()).containsExactly(sample(1));
        assertThat(port.journal.advances.getFirst().rejected()).isEqualTo(rejected.rejectedBySource());
    }

    @Test
    void theWorkOrderKameletHandsEventsToTheDesk() throws Exception {
        load("a.camel.yaml", """
                - route: { id: a, from: { uri: "hub:events?name=a", steps: [ { to: "kamelet:work-order-sink?connector=desk" } ] } }
                """);
        port.desk.answers.add(new Delivery.Deferred("busy"));
        decide(RAISED);

        await().untilAsserted(() -> assertThat(pending("a")).isZero());
        assertThat(port.desk.events).containsExactly(RAISED, RAISED);
    }
}
