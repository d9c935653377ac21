package org.millrace.runtime;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.millrace.historian.Historian;
import org.millrace.journal.Journal;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.LetterState;
import org.millrace.journal.Journal.StoredDeadLetter;
import org.millrace.journal.SqliteJournal;
import org.millrace.signal.SampleBatch;
import org.millrace.source.SourceBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends dead letters on their way again, with the configuration that is in force now: what failed to decode is decoded,
 * what failed to bind is bound, what the historian refused is written again. A letter can be replayed with success
 * once; each success is counted in the same transaction that journals the samples, see {@link
 * org.millrace.journal.Ledger}.
 */
public final class Replay {
    /** How the running hub reads payloads and keeps values. */
    public interface Ways {
        /** Format and map of the topic as configured now; empty when no source of that id wants the topic. */
        Optional<SourceBatch.Payload> payload(String source, String topic, byte[] bytes, long hubTime);

        SourceBatch.Readings decode(SourceBatch.Payloads payloads);

        Historian.Result write(List<Journal.Entry.Samples> entries) throws SQLException;
    }

    public sealed interface Outcome {
        /** On its way: {@code accepted + filtered + rejected} readings came of it. */
        record Replayed(long accepted, long filtered, long rejected) implements Outcome {}

        /** Refused again; nothing is counted, the letter stays. */
        record FailedAgain(String why) implements Outcome {}

        record NotFound() implements Outcome {}

        /** Not now, or not this one: nothing was tried. */
        record Refused(String why) implements Outcome {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    private final SqliteJournal journal;
    private final Ingest ingest;
    private final Ways ways;
    private final LongSupplier now;

    /** @param now µs since the epoch */
    public Replay(SqliteJournal journal, Ingest ingest, Ways ways, LongSupplier now) {
        this.journal = journal;
        this.ingest = ingest;
        this.ways = ways;
        this.now = now;
    }

    /** Replays one letter; returns when the outcome is durable. One at a time, so that none is replayed twice. */
    public synchronized Outcome replay(long id) {
        Optional<StoredDeadLetter> found = journal.deadLetter(id);
        if (found.isEmpty()) {
            return new Outcome.NotFound();
        }
        if (found.get().state() == LetterState.REPLAYED) {
            return new Outcome.Refused("dead letter " + id + " was replayed before");
        }
        DeadLetter letter = found.get().letter();
        try {
            Outcome outcome = switch (letter.step()) {
                case "decode" -> decode(id, letter);
                case "bind" -> readings(id, letter, List.of(LetterJson.reading(letter.raw())), true);
                default ->
                    Refused.isStep(letter.step())
                            ? store(id, letter)
                            : new Outcome.Refused("letters of the step '" + letter.step() + "' can't be replayed:"
                                    + " the hub knows decode, bind and historian; send the content again by hand");
            };
            if (outcome instanceof Outcome.FailedAgain failed) {
                journal.replayFailed(id, now.getAsLong(), failed.why()).join();
            }
            return outcome;
        } catch (IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage());
            journal.replayFailed(id, now.getAsLong(), why).join();
            return new Outcome.FailedAgain(why);
        } catch (CompletionException e) {
            LOG.warn("dead letter {} could not be replayed: {}", id, e.toString());
            return new Outcome.Refused("the journal does not take it now: "
                    + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        }
    }

    private Outcome decode(long id, DeadLetter letter) {
        Optional<SourceBatch.Payload> payload =
                ways.payload(letter.source(), letter.context(), letter.raw(), letter.hubTime());
        if (payload.isEmpty()) {
            return new Outcome.FailedAgain("no topic of the source '" + letter.source() + "' matches '"
                    + letter.context() + "': add one with its decoder to the source's file");
        }
        SourceBatch.Readings decoded =
                ways.decode(new SourceBatch.Payloads(letter.source(), letter.hubTime(), List.of(payload.get())));
        if (!decoded.undecodable().isEmpty()) {
            SourceBatch.Undecodable first = decoded.undecodable().getFirst();
            return new Outcome.FailedAgain(first.reason() + ": " + first.detail());
        }
        return readings(id, letter, decoded.readings(), false);
    }

    /** @param whole whether one refused reading means that the replay failed, and not that it has a letter of its own */
    private Outcome readings(long id, DeadLetter letter, List<org.millrace.signal.Reading> readings, boolean whole) {
        // bound by the time it came, so that a reading without a clock keeps its time; journalled now
        Journal.Intake intake;
        try {
            var again = new SourceBatch.Readings(letter.source(), letter.hubTime(), readings, List.of());
            Bound bound = ingest.together(() -> bind(id, ingest.intake(again, now.getAsLong()), whole));
            intake = bound.intake();
            if (bound.journalled().isEmpty()) {
                DeadLetter still = intake.deadLetters().getFirst();
                return new Outcome.FailedAgain(still.reason() + ": " + still.detail());
            }
            bound.journalled().get().join();
        } finally {
            ingest.forget(letter.source()); // an old value is no neighbour for the deadband
        }
        return new Outcome.Replayed(
                intake.samples().size(),
                intake.filtered().values().stream().mapToLong(Long::longValue).sum(),
                intake.deadLetters().size());
    }

    /** @param journalled empty when the reading was refused again and nothing was journalled */
    private record Bound(Journal.Intake intake, Optional<CompletableFuture<Long>> journalled) {}

    private Bound bind(long id, Journal.Intake intake, boolean whole) {
        return new Bound(
                intake,
                whole && !intake.deadLetters().isEmpty() ? Optional.empty() : Optional.of(journal.replay(id, intake)));
    }

    private Outcome store(long id, DeadLetter letter) {
        int tag = journal.tagNumber(LetterJson.tagPath(letter.raw()));
        SampleBatch batch = SampleBatch.of(List.of(LetterJson.sample(letter.raw(), tag)));
        Historian.Result result;
        try {
            result = ways.write(List.of(new Journal.Entry.Samples(0, letter.hubTime(), letter.source(), batch)));
        } catch (SQLException e) {
            return new Outcome.Refused("the historian can't be written to now: " + e.getMessage());
        }
        if (!result.rejected().isEmpty()) {
            Historian.Rejected again = result.rejected().getFirst();
            return new Outcome.FailedAgain(again.reason() + ": " + again.detail());
        }
        journal.replayStored(id, now.getAsLong(), Refused.cursor(letter.step()), 1)
                .join();
        return new Outcome.Replayed(1, 0, 0);
    }
}
