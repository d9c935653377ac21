package org.millrace.runtime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.millrace.journal.Journal;
import org.millrace.plant.Bound;
import org.millrace.plant.TagBinder;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch;

/** Readings to samples to journal: done when durable. What can't go on is kept as a dead letter in the same commit. */
public final class Ingest {
    private final Journal journal;
    private final DeviceClocks clocks;
    private final ReentrantReadWriteLock change = new ReentrantReadWriteLock();
    private volatile TagBinder binder;

    public Ingest(Journal journal, TagBinder binder) {
        this(journal, binder, new DeviceClocks());
    }

    /** @param clocks told of every delivery */
    public Ingest(Journal journal, TagBinder binder, DeviceClocks clocks) {
        this.journal = journal;
        this.binder = binder;
        this.clocks = clocks;
    }

    /** One delivery of one source. Order is kept per caller. */
    public CompletionStage<Void> accept(SourceBatch.Readings readings) {
        clocks.observe(readings);
        return together(() -> journal.append(intake(readings, readings.hubTime())))
                .whenComplete((sequence, failure) -> {
                    if (failure != null) {
                        forget(readings.source());
                    }
                })
                .thenAccept(sequence -> {});
    }

    /** Binding and journalling as one step, with no change of the binder in between. */
    <T> T together(Supplier<T> step) {
        change.readLock().lock();
        try {
            return step.get();
        } finally {
            change.readLock().unlock();
        }
    }

    /**
     * Goes on with another binder. Whatever is journalled before the marker was bound by the one before, whatever comes
     * after it by the next.
     *
     * @param marker enqueues the journal entry between the two
     * @throws IOException when the journal has taken nothing for ten seconds; nothing is changed then
     */
    public <T> T change(TagBinder next, Supplier<T> marker) throws IOException, InterruptedException {
        if (!change.writeLock().tryLock(10, TimeUnit.SECONDS)) {
            throw new IOException("the journal takes nothing at the moment: try again when it does");
        }
        try {
            binder = next;
            return marker.get();
        } finally {
            change.writeLock().unlock();
        }
    }

    public TagBinder binder() {
        return binder;
    }

    /**
     * What the readings come to, not yet journalled.
     *
     * @param hubTime µs under which it is to be journalled
     */
    Journal.Intake intake(SourceBatch.Readings readings, long hubTime) {
        Bound bound = binder.bind(readings.source(), readings.hubTime(), readings.readings());
        List<Journal.DeadLetter> letters = new ArrayList<>();
        for (Bound.Rejected rejected : bound.rejected()) {
            letters.add(letter(readings, rejected));
        }
        for (SourceBatch.Undecodable part : readings.undecodable()) {
            letters.add(letter(readings, part));
        }
        long received =
                readings.readings().size() + (long) readings.undecodable().size();
        return new Journal.Intake(readings.source(), hubTime, received, bound.samples(), bound.filtered(), letters);
    }

    /** The source's next readings are kept, however near they are to the last. */
    void forget(String source) {
        binder.notAccepted(source);
    }

    private static Journal.DeadLetter letter(SourceBatch.Readings batch, Bound.Rejected rejected) {
        Reading reading = rejected.reading();
        String context = reading.device().isEmpty() ? reading.field() : reading.device() + " " + reading.field();
        return new Journal.DeadLetter(
                batch.source(),
                batch.hubTime(),
                "bind",
                rejected.reason(),
                rejected.detail(),
                context,
                LetterJson.write(reading));
    }

    private static Journal.DeadLetter letter(SourceBatch.Readings batch, SourceBatch.Undecodable part) {
        return new Journal.DeadLetter(
                batch.source(),
                part.payload().hubTime(),
                "decode",
                part.reason(),
                part.detail(),
                part.payload().topic(),
                part.payload().bytes());
    }
}
