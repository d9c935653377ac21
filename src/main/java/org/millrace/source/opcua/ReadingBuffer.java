package org.millrace.source.opcua;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.millrace.signal.Reading;

/**
 * Notifications on their way to the receiver, in order. Bounded: when it is full, {@link #put} waits, and so holds back
 * the publish responses behind it (Milo sends no new PublishRequest until a notification is taken); nothing is dropped.
 */
final class ReadingBuffer {
    /** @param hubTime µs when the newest of them arrived */
    record Batch(long hubTime, List<Reading> readings) {}

    private final int capacity;
    private final ArrayDeque<Batch> parts = new ArrayDeque<>();
    private int size;
    private int waiting;
    private boolean closed;

    ReadingBuffer(int capacity) {
        this.capacity = capacity;
    }

    /** Waits for room; takes any size when empty. After {@link #close} readings stay with the server. */
    synchronized void put(long hubTime, List<Reading> readings) throws InterruptedException {
        if (readings.isEmpty()) {
            return;
        }
        waiting++;
        try {
            while (!closed && size > 0 && size + readings.size() > capacity) {
                wait();
            }
        } finally {
            waiting--;
        }
        if (!closed) {
            parts.add(new Batch(hubTime, readings));
            size += readings.size();
            notifyAll();
        }
    }

    /** Everything gathered since the last call up to about {@code most} readings; waits for the first. */
    synchronized Batch take(int most) throws InterruptedException {
        while (parts.isEmpty()) {
            wait();
        }
        Batch first = parts.remove();
        List<Reading> readings = first.readings();
        long hubTime = first.hubTime();
        if (fits(readings.size(), most)) {
            readings = new ArrayList<>(readings);
            do {
                Batch part = parts.remove();
                readings.addAll(part.readings());
                hubTime = part.hubTime();
            } while (fits(readings.size(), most));
            readings = Collections.unmodifiableList(readings);
        }
        size -= readings.size();
        notifyAll();
        return new Batch(hubTime, readings);
    }

    private boolean fits(int already, int most) {
        return !parts.isEmpty() && already + parts.element().readings().size() <= most;
    }

    /** True while a notification waits for room: then silence of the server is our own doing. */
    synchronized boolean holdsBack() {
        return waiting > 0;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
