package org.millrace.historian;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;

/** A journal without a disk, for the sink's tests. */
final class MemoryJournal implements Journal {
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> tags = new ArrayList<>();
    final List<DeadLetter> letters = new ArrayList<>();
    private long position;

    synchronized void samples(String source, long hubTime, List<Sample> samples) {
        entries.add(new Entry.Samples(entries.size() + 1, hubTime, source, SampleBatch.of(samples)));
        notifyAll();
    }

    @Override
    public synchronized int tagNumber(String path) {
        if (!tags.contains(path)) {
            tags.add(path);
        }
        return tags.indexOf(path);
    }

    @Override
    public synchronized String tagPath(int number) {
        return tags.get(number);
    }

    @Override
    public CompletableFuture<Long> append(Intake intake) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized CompletableFuture<Long> tick(long hubTime) {
        entries.add(new Entry.Tick(entries.size() + 1, hubTime));
        notifyAll();
        return CompletableFuture.completedFuture((long) entries.size());
    }

    @Override
    public CompletableFuture<Long> command(long hubTime, String json) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void register(String cursor) {}

    @Override
    public synchronized long position(String cursor) {
        return position;
    }

    @Override
    public synchronized List<Entry> read(long after, int maxSamples, Duration wait) throws InterruptedException {
        if (after >= entries.size()) {
            wait(Math.max(1, wait.toMillis()));
        }
        List<Entry> read = new ArrayList<>();
        int samples = 0;
        for (int i = (int) after; i < entries.size() && (read.isEmpty() || samples < maxSamples); i++) {
            read.add(entries.get(i));
            samples += entries.get(i) instanceof Entry.Samples s ? s.batch().size() : 0;
        }
        return read;
    }

    @Override
    public synchronized void advance(
            String cursor, long sequence, Map<String, Long> rejectedBySource, List<DeadLetter> deadLetters) {
        position = sequence;
        letters.addAll(deadLetters);
    }

    @Override
    public synchronized long head() {
        return entries.size();
    }

    @Override
    public Ledger ledger() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<StoredDeadLetter> deadLetters(int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
