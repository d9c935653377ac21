package org.millrace.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.millrace.connector.WorkOrderSystem;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.SourceStatus;
import org.millrace.source.decode.DecodeStep;
import org.millrace.source.decode.Decoders;
import org.millrace.store.Outbox;
import org.millrace.ticket.Ticket;

/** The hub as routes see it, writing down what they ask of it. Only the outbox is a real one. */
final class RecordingPort implements HubPort {
    static final long NOW = 1_790_000_000_000_000L;

    final Map<String, FakeSource> sources = new HashMap<>();
    final FakeJournal journal = new FakeJournal();
    final Desk desk = new Desk();
    final List<Ingested> ingested = new CopyOnWriteArrayList<>();
    final List<JournalBatch> stored = new CopyOnWriteArrayList<>();
    /** What the historian answers to the next writes; stored when nothing is said. An exception is a failed write. */
    final ConcurrentLinkedQueue<Object> historian = new ConcurrentLinkedQueue<>();

    private final Outbox outbox;

    /** @param durable completed by the test: the journal's word */
    record Ingested(SourceBatch.Readings readings, CompletableFuture<Void> durable) {}

    RecordingPort(Outbox outbox) {
        this.outbox = outbox;
        for (String[] source : new String[][] {{"field", "mqtt"}, {"plc-7", "plc"}, {"press-line", "opcua"}}) {
            sources.put(source[0], new FakeSource(source[0], source[1]));
        }
    }

    @Override
    public Optional<Source> source(String id) {
        return Optional.ofNullable(sources.get(id));
    }

    @Override
    public SourceBatch.Readings decode(SourceBatch batch, String format) {
        return switch (batch) {
            case SourceBatch.Readings readings -> readings;
            case SourceBatch.Payloads payloads -> new DecodeStep(Decoders.standard(), format).apply(payloads);
        };
    }

    @Override
    public CompletionStage<Void> ingest(SourceBatch.Readings readings) {
        Ingested taken = new Ingested(readings, new CompletableFuture<>());
        ingested.add(taken);
        return taken.durable();
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public JournalBatch.Outcome store(JournalBatch batch) throws Exception {
        Object answer = historian.poll();
        if (answer instanceof Exception failure) {
            throw failure;
        }
        stored.add(batch);
        return answer instanceof JournalBatch.Outcome outcome ? outcome : JournalBatch.Outcome.STORED;
    }

    @Override
    public Optional<WorkOrderSystem> workOrderSystem(String id) {
        return id.equals("desk") ? Optional.of(desk) : Optional.empty();
    }

    @Override
    public Ticket ticket(AlarmEvent event) {
        return new Ticket(event.title(), event.title() + "\n", "");
    }

    @Override
    public String workOrder(AlarmEvent event) {
        return "";
    }

    @Override
    public Outbox events() {
        return outbox;
    }

    @Override
    public long now() {
        return NOW;
    }

    @Override
    public String criticality(String assetId) {
        return assetId.equals("P-101") ? "A" : "B";
    }

    /** Answers as it is told; "created" when nothing is said. */
    static final class Desk implements WorkOrderSystem {
        final List<AlarmEvent> events = new CopyOnWriteArrayList<>();
        final ConcurrentLinkedQueue<Delivery> answers = new ConcurrentLinkedQueue<>();

        @Override
        public String id() {
            return "desk";
        }

        @Override
        public Delivery deliver(AlarmEvent event) {
            events.add(event);
            Delivery answer = answers.poll();
            return answer == null ? new Delivery.Created("WO-" + events.size()) : answer;
        }
    }

    /** A connection whose deliveries the test makes. */
    static final class FakeSource implements Source {
        private final String id;
        private final String kind;
        private volatile @Nullable Receiver receiver;
        volatile boolean closed;

        FakeSource(String id, String kind) {
            this.id = id;
            this.kind = kind;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String kind() {
            return kind;
        }

        @Override
        public void start(Receiver to) {
            receiver = to;
        }

        void deliver(SourceBatch batch, Consumer<@Nullable Throwable> done) {
            Receiver to = receiver;
            if (to == null) {
                throw new AssertionError(id + " was not started by a route");
            }
            to.receive(batch, done);
        }

        boolean started() {
            return receiver != null;
        }

        @Override
        public SourceStatus status() {
            return new SourceStatus(id, kind, true, "", 0, 0, 0);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Entries in memory, and every move of a cursor. */
    static final class FakeJournal implements Journal {
        record Advance(String cursor, long sequence, Map<String, Long> rejected, List<DeadLetter> letters) {}

        private final List<Entry> entries = new ArrayList<>();
        final List<Advance> advances = new CopyOnWriteArrayList<>();
        final List<Intake> intakes = new CopyOnWriteArrayList<>();
        private final Map<String, Long> positions = new HashMap<>();

        synchronized void samples(String source, Sample... samples) {
            entries.add(new Entry.Samples(entries.size() + 1, NOW, source, SampleBatch.of(List.of(samples))));
            notifyAll();
        }

        @Override
        public int tagNumber(String path) {
            return 1;
        }

        @Override
        public String tagPath(int number) {
            return "tag/" + number;
        }

        @Override
        public CompletableFuture<Long> append(Intake intake) {
            intakes.add(intake);
            return CompletableFuture.completedFuture((long) intakes.size());
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
        public synchronized void register(String cursor) {
            positions.putIfAbsent(cursor, 0L);
        }

        @Override
        public synchronized long position(String cursor) {
            Long position = positions.get(cursor);
            if (position == null) {
                throw new IllegalArgumentException("no cursor " + cursor);
            }
            return position;
        }

        @Override
        public synchronized List<Entry> read(long after, int maxSamples, Duration wait) throws InterruptedException {
            if (after >= entries.size()) {
                wait(Math.max(1, Math.min(100, wait.toMillis())));
            }
            return List.copyOf(entries.subList((int) Math.min(after, entries.size()), entries.size()));
        }

        @Override
        public synchronized void advance(
                String cursor, long sequence, Map<String, Long> rejectedBySource, List<DeadLetter> deadLetters) {
            positions.put(cursor, sequence);
            advances.add(new Advance(cursor, sequence, rejectedBySource, deadLetters));
        }

        @Override
        public synchronized long head() {
            return entries.size();
        }

        @Override
        public Ledger ledger() {
            return new Ledger(Map.of(), Map.of());
        }

        @Override
        public List<StoredDeadLetter> deadLetters(int limit) {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
