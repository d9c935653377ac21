package org.millrace.source.codec;

import java.lang.management.ManagementFactory;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.EvaluatorException;

/** What one run has used of the processor and of memory, by the thread's own counters; pauses of others don't count. */
final class Meter {
    /** Longest text, and longest list. */
    static final int LONGEST = 65_536;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Limits limits;
    private final long cpu = THREADS.getCurrentThreadCpuTime();
    private final long allocated = THREADS.getCurrentThreadAllocatedBytes();

    Meter(Limits limits) {
        this.limits = limits;
    }

    /** @throws Exceeded when there is nothing left */
    void check() {
        if (THREADS.getCurrentThreadAllocatedBytes() - allocated > limits.memory()) {
            throw exceeded("took more than " + limits.memory() / 1_000_000 + " MB of memory");
        }
        if (THREADS.getCurrentThreadCpuTime() - cpu > limits.time().toNanos()) {
            throw exceeded("ran for more than " + limits.time().toMillis() + " ms");
        }
    }

    /** @throws Exceeded when a text or list is longer than any codec needs */
    void length(long length) {
        if (length > LONGEST || length < 0) {
            throw exceeded("made a text or list of more than " + LONGEST + " characters or elements");
        }
    }

    /** To be thrown: with the place at which the codec is now. */
    static Exceeded exceeded(String what) {
        EvaluatorException here = Context.reportRuntimeError(what);
        return new Exceeded(Codec.place(here) + "the codec " + what);
    }
}
