package org.millrace.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Tasks in order, bounded by their bytes: who puts waits while it is full, who takes gets a group. */
final class TaskQueue {
    private static final int GROUP_TASKS = 1024;
    private static final long GROUP_BYTES = 4 << 20;

    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roomier = lock.newCondition();
    private final Condition fuller = lock.newCondition();
    private final Deque<JournalTask> tasks = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    TaskQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Waits for room; a task larger than the queue goes alone. False when the queue is closed. */
    boolean put(JournalTask task) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && !tasks.isEmpty() && bytes + task.cost() > maxBytes) {
                roomier.await();
            }
            if (closed) {
                return false;
            }
            tasks.addLast(task);
            bytes += task.cost();
            fuller.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Everything waiting, up to the size of a group; waits for the first. Empty when woken for nothing or at the end. */
    List<JournalTask> take(boolean wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (wait && tasks.isEmpty() && !closed) {
                fuller.await();
            }
            List<JournalTask> group = new ArrayList<>();
            long cost = 0;
            while (!tasks.isEmpty() && group.size() < GROUP_TASKS && cost < GROUP_BYTES) {
                JournalTask task = tasks.removeFirst();
                cost += task.cost();
                group.add(task);
            }
            bytes -= cost;
            if (!group.isEmpty()) {
                roomier.signalAll();
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    /** Puts tasks back in front, in their order. */
    void putBack(List<? extends JournalTask> group) {
        lock.lock();
        try {
            for (JournalTask task : group.reversed()) {
                tasks.addFirst(task);
                bytes += task.cost();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass after a failure; ends early when the queue is closed. */
    void pause(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!closed && left > 0) {
                left = fuller.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            fuller.signalAll();
            roomier.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return tasks.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
