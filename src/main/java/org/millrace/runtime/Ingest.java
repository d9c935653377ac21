package org.millrace.runtime;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.millrace.journal.Journal;
import org.millrace.plant.Bound;
import org.millrace.plant.TagBinder;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch;

/** Readings to samples to journal: done when durable. What can't go on is kept as a dead letter in the same commit. */
public final class Ingest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Journal journal;
    private final TagBinder binder;

    public Ingest(Journal journal, TagBinder binder) {
        this.journal = journal;
        this.binder = binder;
    }

    /** One delivery of one source. Order is kept per caller. */
    public CompletionStage<Void> accept(SourceBatch.Readings readings) {
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
        return journal.append(new Journal.Intake(
                        readings.source(), readings.hubTime(), received, bound.samples(), bound.filtered(), letters))
                .whenComplete((sequence, failure) -> {
                    if (failure != null) {
                        binder.notAccepted(readings.source());
                    }
                })
                .thenAccept(sequence -> {});
    }

    private static Journal.DeadLetter letter(SourceBatch.Readings batch, Bound.Rejected rejected) {
        Reading reading = rejected.reading();
        ObjectNode json = JSON.createObjectNode();
        json.put("device", reading.device()).put("field", reading.field());
        json.put("value", text(reading.value())).put("quality", reading.quality());
        if (reading.sourceTime() != Reading.NO_TIME) {
            json.put("source_time_us", reading.sourceTime());
        }
        String context = reading.device().isEmpty() ? reading.field() : reading.device() + " " + reading.field();
        return new Journal.DeadLetter(
                batch.source(),
                batch.hubTime(),
                "bind",
                rejected.reason(),
                rejected.detail(),
                context,
                json.toString().getBytes(StandardCharsets.UTF_8));
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

    private static String text(Value value) {
        return switch (value) {
            case Value.Real v -> Double.toString(v.value());
            case Value.Whole v -> Long.toString(v.value());
            case Value.Flag v -> Boolean.toString(v.value());
            case Value.Text v -> v.value();
            case Value.None v -> "";
        };
    }
}
