package org.millrace.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a source stands in what it reads (files, tables): kept over a restart, by name, so that a batch is in the
 * journal once.
 *
 * <p>The place and the journal are two files, and a process can die between their commits. So before a batch is handed
 * over, the place after it is noted with what the journal has counted of this source so far. A note that is still
 * there at the next start says by that count whether the journal has the batch: then the place moves on, else the batch
 * is read again. Where the count tells neither (a route that splits batches, a dead letter replayed in that very
 * moment) the batch is read again, and the log says so: nothing is lost, and values with a time of their own meet
 * themselves in the historian.
 *
 * <p>One thread uses it, with one batch on its way at a time.
 */
public final class Places {
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);
    private static final String PLACE = "place ";
    private static final String OPEN = "open";

    /**
     * What the journal has of one source.
     *
     * @param received readings and dead letters, ever
     * @param replayed dead letters that were replayed, ever: each changes {@code received} too
     */
    public record Counted(long received, long replayed) {}

    private record Place(long serial, byte[] body) {}

    private record Open(Place next, Counted before, long batch, String name) {}

    private final String source;
    private final SourceMemory memory;
    private final Supplier<Counted> journal;
    private final RetryPause pause =
            new RetryPause(Duration.ofMillis(200), Duration.ofSeconds(10), RandomGenerator.getDefault());
    private final Map<String, Place> places = new HashMap<>();
    private long serial;
    private String lastOpen = "";

    /** @param journal what it has counted of this source; asked only while no batch is on its way */
    public Places(String source, SourceMemory memory, Supplier<Counted> journal) {
        this.source = source;
        this.memory = memory;
        this.journal = journal;
    }

    /** Reads what was kept, and finds out what became of the last batch. To be called before anything else. */
    public void load() {
        places.clear();
        Map<String, byte[]> notes = memory.load();
        notes.forEach((key, value) -> {
            if (key.startsWith(PLACE)) {
                Place place = place(value);
                places.put(key.substring(PLACE.length()), place);
                serial = Math.max(serial, place.serial());
            }
        });
        byte[] open = notes.get(OPEN);
        if (open != null) {
            resolve(open(open));
        }
    }

    private void resolve(Open open) {
        serial = Math.max(serial, open.next().serial());
        Place known = places.get(open.name());
        if (known != null && known.serial() >= open.next().serial()) {
            return; // it had come to its end
        }
        Counted now = journal.get();
        long came = now.received() - open.before().received();
        boolean quiet = now.replayed() == open.before().replayed();
        if (quiet && came >= open.batch()) {
            LOG.info("{}: the last batch before the restart ({}) is in the journal", source, open.name());
            places.put(open.name(), open.next());
            memory.keep(PLACE + open.name(), bytes(open.next()));
        } else if (came != 0 || !quiet) {
            LOG.warn(
                    "{}: whether the last batch before the restart ({}) is in the journal can't be told;"
                            + " it is read again: values may be there twice",
                    source,
                    open.name());
        }
        memory.forget(OPEN);
    }

    public Map<String, byte[]> all() {
        Map<String, byte[]> bodies = new HashMap<>();
        places.forEach((name, place) -> bodies.put(name, place.body()));
        return bodies;
    }

    public Optional<byte[]> get(String name) {
        return Optional.ofNullable(places.get(name)).map(Place::body);
    }

    /**
     * Hands a batch over and moves the place; returns when both are durable.
     *
     * @param next the place after the batch
     */
    public void deliver(Handover handover, SourceBatch.Readings batch, String name, byte[] next)
            throws InterruptedException {
        long count = batch.readings().size() + (long) batch.undecodable().size();
        if (count > 0) {
            Open open = new Open(new Place(serial + 1, next), journal.get(), count, name);
            durable(() -> memory.keep(OPEN, bytes(open)));
            lastOpen = name;
            handover.deliver(batch);
        }
        keep(name, next);
    }

    /** Moves a place without a batch; durable on return. */
    public void keep(String name, byte[] body) throws InterruptedException {
        Place place = new Place(++serial, body);
        places.put(name, place);
        durable(() -> memory.keep(PLACE + name, bytes(place)));
    }

    /** Durable on return. */
    public void forget(String name) throws InterruptedException {
        places.remove(name);
        if (lastOpen.equals(name)) {
            durable(() -> memory.forget(OPEN));
            lastOpen = "";
        }
        durable(() -> memory.forget(PLACE + name));
    }

    /** A disk that refuses must not make the source hand the same batch over again: it is tried until it works. */
    private void durable(Runnable step) throws InterruptedException {
        while (true) {
            try {
                step.run();
                pause.reset();
                return;
            } catch (RuntimeException e) {
                if (pause.failures() == 0) {
                    LOG.warn("{}: its place can't be kept ({}); trying again", source, e.getMessage());
                }
                Thread.sleep(pause.next());
            }
        }
    }

    private static byte[] bytes(Place place) {
        return write(out -> {
            out.writeLong(place.serial());
            out.write(place.body());
        });
    }

    private static Place place(byte[] bytes) {
        return read(bytes, in -> new Place(in.readLong(), in.readAllBytes()));
    }

    private static byte[] bytes(Open open) {
        return write(out -> {
            out.writeUTF(open.name());
            out.writeLong(open.before().received());
            out.writeLong(open.before().replayed());
            out.writeLong(open.batch());
            out.write(bytes(open.next()));
        });
    }

    private static Open open(byte[] bytes) {
        return read(bytes, in -> {
            String name = in.readUTF();
            Counted before = new Counted(in.readLong(), in.readLong());
            long batch = in.readLong();
            return new Open(place(in.readAllBytes()), before, batch, name);
        });
    }

    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    private static byte[] write(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] bytes, Reader<T> reader) {
        try {
            return reader.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException("a note of this source can't be read", e);
        }
    }
}
