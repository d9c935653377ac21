package org.millrace.source;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one thread of a source that looks again and again: begun once, and let finish what is under way. */
public final class SourceThread {
    private static final Duration FINISH = Duration.ofSeconds(10);
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

    private final CountDownLatch ending = new CountDownLatch(1);
    private @Nullable Thread thread; // guarded by this

    /** @throws IllegalStateException when it was started or ended before */
    public synchronized void start(String name, Runnable life) {
        if (thread != null || isEnding()) {
            throw new IllegalStateException(name + " was started before");
        }
        thread = Thread.ofPlatform().daemon().name(name).start(life);
    }

    /** Asks it to end; {@link #join} waits for that. */
    public void end() {
        ending.countDown();
    }

    public boolean isEnding() {
        return ending.getCount() == 0;
    }

    /** Waits, and is woken by {@link #end}: true when it was asked to end. */
    public boolean endsWithin(Duration wait) throws InterruptedException {
        return ending.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets it finish what is under way; what takes too long is interrupted. From its own thread it does nothing. */
    public void join() {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            if (!running.join(FINISH)) {
                running.interrupt();
                running.join(AFTER_INTERRUPT);
            }
        } catch (InterruptedException e) {
            running.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
