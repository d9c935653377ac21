package org.millrace.source.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Reading;
import org.millrace.source.Handover;
import org.millrace.source.Places;
import org.millrace.source.SourceBatch;
import org.millrace.source.file.FolderScan.Found;
import org.millrace.source.file.LineDecoder.BadHeaderException;
import org.millrace.source.table.RowMapping;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one file on, from where it stood to its end, batch by batch. */
final class FileReading {
    private static final Logger LOG = LoggerFactory.getLogger(FileReading.class);

    /** Of one batch, however many columns a line has. */
    private static final int MOST_READINGS = 50_000;

    /** How far it came. */
    sealed interface Outcome {
        /** To the end. */
        record Ended() implements Outcome {}

        /** @param bytes of a last line that has no end yet */
        record Unfinished(long bytes) implements Outcome {}

        /** It is not what the configuration says; nothing was read of it. */
        record Refused(String why) implements Outcome {}
    }

    /** Told after every batch. */
    interface Progress {
        void read(SourceBatch.Readings batch, long offset, long line);
    }

    private final FileSourceFile file;
    private final Places places;
    private final Handover handover;
    private final RowMapping.Numeric numeric;
    private final LongSupplier micros;
    private final BooleanSupplier closed;

    FileReading(
            FileSourceFile file,
            Places places,
            Handover handover,
            RowMapping.Numeric numeric,
            LongSupplier micros,
            BooleanSupplier closed) {
        this.file = file;
        this.places = places;
        this.handover = handover;
        this.numeric = numeric;
        this.micros = micros;
        this.closed = closed;
    }

    Outcome read(Found found, Progress progress) throws IOException, InterruptedException {
        try (FileChannel channel =
                FileChannel.open(found.path(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            Optional<FilePlace> known = places.get(found.name()).map(FilePlace::of);
            if (known.isPresent() && !known.get().fits(channel)) {
                LOG.info("{}: {} is another file than before: read from its beginning", file.id(), found.name());
                known = Optional.empty();
            }
            String device = known.map(FilePlace::device).orElseGet(() -> LineDecoder.device(file, found.name()));
            LineReader top = new LineReader(channel, 0, 0);
            LineReader.@Nullable Line last = skip(top, file.skipLines());
            LineReader.@Nullable Line header = null;
            if (file.columns().isEmpty()) {
                header = top.next();
                if (header == null || !header.ended() && file.grows()) {
                    return new Outcome.Unfinished(channel.size());
                }
                LineReader.@Nullable Line below = skip(top, file.skipBelowHeader());
                last = below == null ? header : below;
            }
            LineDecoder decoder = LineDecoder.of(file, found.name(), device, header, numeric);
            long start = last == null ? 0 : last.end();
            FilePlace place = known.filter(p -> p.offset() >= start)
                    .orElseGet(() -> new FilePlace(found.key(), start, lines(), Reading.NO_TIME, device, 0, 0));
            decoder.continueFrom(place.time());
            return lines(found, channel, decoder, place, progress);
        } catch (BadHeaderException e) {
            return new Outcome.Refused(String.valueOf(e.getMessage()));
        }
    }

    /** Lines before the first row. */
    private long lines() {
        return file.skipLines() + (file.columns().isEmpty() ? 1L + file.skipBelowHeader() : 0);
    }

    private static LineReader.@Nullable Line skip(LineReader lines, int count) throws IOException {
        LineReader.@Nullable Line last = null;
        for (int i = 0; i < count; i++) {
            LineReader.@Nullable Line next = lines.next();
            if (next == null) {
                break;
            }
            last = next;
        }
        return last;
    }

    private Outcome lines(Found found, FileChannel channel, LineDecoder decoder, FilePlace from, Progress progress)
            throws IOException, InterruptedException {
        LineReader reader = new LineReader(channel, from.offset(), from.line());
        long offset = from.offset();
        long line = from.line();
        while (!closed.getAsBoolean()) {
            long batchStart = offset;
            long unfinished = 0;
            boolean end = false;
            for (int i = 0; i < file.batch() && decoder.size() < MOST_READINGS; i++) {
                LineReader.@Nullable Line next = reader.next();
                if (next == null || !next.ended() && file.grows()) {
                    unfinished = next == null ? 0 : next.end() - offset;
                    end = true;
                    break;
                }
                decoder.decode(next, micros.getAsLong());
                offset = next.end();
                line = next.number();
            }
            if (offset > batchStart) {
                SourceBatch.Readings batch = decoder.take(micros.getAsLong());
                FilePlace next = FilePlace.at(channel, found.key(), offset, line, decoder.time(), from.device());
                places.deliver(handover, batch, found.name(), next.bytes());
                progress.read(batch, offset, line);
            }
            if (end) {
                return unfinished > 0 ? new Outcome.Unfinished(unfinished) : new Outcome.Ended();
            }
        }
        return new Outcome.Unfinished(0);
    }
}
