package org.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.historian.Historian;
import org.millrace.journal.Journal;
import org.millrace.journal.Journal.LetterState;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.Ledger;
import org.millrace.journal.SqliteJournal;
import org.millrace.plant.Asset;
import org.millrace.plant.AssetFile;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.plant.TagBinder;
import org.millrace.plant.TimePolicy;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;
import org.millrace.source.decode.DecodeStep;
import org.millrace.source.decode.Decoders;

/** Dead letters on a real journal: replayed with success once, and the account balances to the unit throughout. */
class ReplayIT {
    private static final long HOUR = 3_600_000_000L;
    private static final long NOW = 1_790_000_000_000_000L;
    private static final String TOPIC = "plant/a/p1/telemetry";
    private static final Map<String, String> MAP = Map.of("device", "$topic[2]", "time", ".ts", "readings", ".values");
    private static final byte[] BODY =
            ("{\"ts\":" + (NOW - 1000) + ",\"values\":{\"a\":1,\"b\":2}}").getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private SqliteJournal journal;
    private Replay replay;
    private Ingest ingest;
    private final Map<String, Payload> topics = new HashMap<>();
    private Historian.Result historian = new Historian.Result(1, 0, List.of());
    private boolean historianAway;

    @BeforeEach
    void open() throws Exception {
        journal = SqliteJournal.open(folder, JournalLimits.DEFAULT);
        journal.configuration("0123456789ab");
        journal.register("historian");
        TagBinder binder = new TagBinder(plant(), journal::tagNumber, TimePolicy.STANDARD);
        ingest = new Ingest(journal, binder);
        DecodeStep decoder = new DecodeStep(Decoders.standard(), DecodeStep.AUTO);
        replay = new Replay(
                journal,
                ingest,
                new Replay.Ways() {
                    @Override
                    public Optional<Payload> payload(String source, String topic, byte[] bytes, long hubTime) {
                        return Optional.ofNullable(topics.get(topic))
                                .map(p -> new Payload(topic, bytes, p.format(), p.map(), hubTime));
                    }

                    @Override
                    public Readings decode(Payloads payloads) {
                        return decoder.apply(payloads);
                    }

                    @Override
                    public Historian.Result write(List<Journal.Entry.Samples> entries) throws SQLException {
                        if (historianAway) {
                            throw new SQLException("connection refused");
                        }
                        return historian;
                    }
                },
                () -> NOW + HOUR);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private static Plant plant() {
        Tag tag = new Tag(
                "acme/p1/a",
                "a",
                "P1",
                new Tag.Origin("field", "p1", "a", ""),
                "%",
                1,
                0,
                0,
                100,
                Map.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Plant(
                List.of(new Asset("P1", "Pump", "acme/p1", "pump", AssetFile.Criticality.B, Map.of(), List.of(tag))));
    }

    private Ledger.SourceAccount account() {
        return journal.ledger().sources().get("field");
    }

    @Test
    void aPayloadIsDecodedWithTheTopicOfTodayAndCountsAsItsReadings() {
        Payload wrong = new Payload(TOPIC, BODY, "", Map.of(), NOW);
        ingest.accept(new Readings(
                        "field", NOW, List.of(), List.of(new SourceBatch.Undecodable(wrong, "no-decoder", "none"))))
                .toCompletableFuture()
                .join();
        long id = journal.deadLetters(1).getFirst().id();
        assertThat(journal.deadLetters(1).getFirst().configuration()).isEqualTo("0123456789ab");

        assertThat(replay.replay(id))
                .isInstanceOfSatisfying(
                        Replay.Outcome.FailedAgain.class,
                        failed -> assertThat(failed.why()).contains("no topic of the source 'field' matches"));
        assertThat(account()).isEqualTo(new Ledger.SourceAccount(1, 0, Map.of(), 1, 0));
        assertThat(journal.deadLetter(id).orElseThrow().state()).isEqualTo(LetterState.FAILED);
        assertThat(journal.deadLetter(id).orElseThrow().stateTime()).isEqualTo(NOW + HOUR);

        topics.put(TOPIC, new Payload(TOPIC, BODY, "json", MAP, NOW));
        assertThat(replay.replay(id)).isEqualTo(new Replay.Outcome.Replayed(1, 1, 0));
        assertThat(account()).isEqualTo(new Ledger.SourceAccount(2, 1, Map.of("unmapped", 1L), 0, 1));
        assertThat(replay.replay(id)).isInstanceOf(Replay.Outcome.Refused.class);
        assertThat(account().received()).as("not counted twice").isEqualTo(2);
        assertThat(journal.ledger().balanced()).isTrue();
    }

    private long rejectedReading() {
        Reading reading = new Reading("p1", "a", Value.of(Double.NaN), NOW - 5, Quality.GOOD);
        ingest.accept(new Readings("field", NOW, List.of(reading), List.of()))
                .toCompletableFuture()
                .join();
        return journal.deadLetters(1).getFirst().id();
    }

    @Test
    void aReadingThatIsStillWrongStaysADeadLetterAndTheAccountStays() {
        long id = rejectedReading();
        Ledger.SourceAccount before = account();
        assertThat(before).isEqualTo(new Ledger.SourceAccount(1, 0, Map.of(), 1, 0));
        assertThat(replay.replay(id))
                .isInstanceOfSatisfying(
                        Replay.Outcome.FailedAgain.class,
                        failed -> assertThat(failed.why()).startsWith("not-a-number"));
        assertThat(account()).isEqualTo(before);
        assertThat(journal.deadLetters(10)).as("no second letter").hasSize(1);
    }

    @Test
    void aReadingWhoseTagWasTakenAwayCountsAsFiltered() throws Exception {
        long id = rejectedReading();
        TagBinder nothing = new TagBinder(new Plant(List.of()), journal::tagNumber, TimePolicy.STANDARD);
        Replay later = new Replay(journal, new Ingest(journal, nothing), NEVER, () -> NOW + HOUR);
        assertThat(later.replay(id)).isEqualTo(new Replay.Outcome.Replayed(0, 1, 0));
        journal.close();
        journal = SqliteJournal.open(folder, JournalLimits.DEFAULT);
        assertThat(account()).isEqualTo(new Ledger.SourceAccount(1, 0, Map.of("unmapped", 1L), 0, 1));
        assertThat(journal.ledger().balanced()).isTrue();
        assertThat(journal.deadLetter(id).orElseThrow().state()).isEqualTo(LetterState.REPLAYED);
    }

    @Test
    void aSampleTheHistorianRefusedMovesFromRejectedToStored() throws Exception {
        int tag = journal.tagNumber("acme/p1/a");
        Sample sample = new Sample(tag, NOW, Value.of(7L), Quality.GOOD);
        long sequence = journal.append(
                        new Journal.Intake("field", NOW, 1, SampleBatch.of(List.of(sample)), Map.of(), List.of()))
                .join();
        var refused = new Historian.Result(
                0, 0, List.of(new Historian.Rejected("field", NOW, "acme/p1/a", sample, "refused", "no")));
        Refused letters = Refused.of("historian", refused);
        journal.advance("historian", sequence, letters.bySource(), letters.letters());
        journal.tick(NOW).join();
        assertThat(journal.ledger().sinks().get("historian")).isEqualTo(new Ledger.SinkAccount(1, 0, 0, 1, 0, 0));
        long id = journal.deadLetters(1).getFirst().id();

        historianAway = true;
        assertThat(replay.replay(id)).isInstanceOf(Replay.Outcome.Refused.class);
        assertThat(journal.deadLetter(id).orElseThrow().state())
                .as("nothing was tried")
                .isEqualTo(LetterState.NEW);
        historianAway = false;
        historian = refused;
        assertThat(replay.replay(id)).isEqualTo(new Replay.Outcome.FailedAgain("refused: no"));
        historian = new Historian.Result(1, 0, List.of());
        assertThat(replay.replay(id)).isEqualTo(new Replay.Outcome.Replayed(1, 0, 0));

        journal.close();
        journal = SqliteJournal.open(folder, JournalLimits.DEFAULT);
        assertThat(journal.ledger().sinks().get("historian")).isEqualTo(new Ledger.SinkAccount(1, 1, 0, 0, 0, 1));
        assertThat(journal.ledger().balanced()).isTrue();
    }

    @Test
    void whatTheHubCannotReplayIsSaidAndUnknownLettersAreNotFound() {
        journal.append(new Journal.Intake("routes", NOW, 1, SampleBatch.empty(), Map.of(), List.of(letter("route/x"))))
                .join();
        long id = journal.deadLetters(1).getFirst().id();
        assertThat(replay.replay(id))
                .isInstanceOfSatisfying(
                        Replay.Outcome.Refused.class,
                        refused -> assertThat(refused.why()).contains("'route/x'"));
        assertThat(replay.replay(id + 1)).isEqualTo(new Replay.Outcome.NotFound());
    }

    private static Journal.DeadLetter letter(String step) {
        return new Journal.DeadLetter("routes", NOW, step, "failed", "why", "", new byte[] {1});
    }

    private static final Replay.Ways NEVER = new Replay.Ways() {
        @Override
        public Optional<Payload> payload(String source, String topic, byte[] bytes, long hubTime) {
            return Optional.empty();
        }

        @Override
        public Readings decode(Payloads payloads) {
            throw new AssertionError("nothing to decode");
        }

        @Override
        public Historian.Result write(List<Journal.Entry.Samples> entries) {
            throw new AssertionError("nothing to write");
        }
    };
}
