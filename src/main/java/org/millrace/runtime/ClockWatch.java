package org.millrace.runtime;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The hub's time, watched for jumps: wall time and {@link System#nanoTime} go on together unless somebody sets the
 * clock. Nothing is corrected, since nobody knows which of the two times was right: it is told. To be asked by one
 * thread, every few seconds at most.
 */
public final class ClockWatch implements LongSupplier {
    /** Less is the slow correction of a time service. */
    private static final long JUMP_MICROS = 30_000_000;

    private final LongSupplier now;
    private final LongSupplier nanos;
    private final LongConsumer jumped;
    private long lastNow;
    private long lastNanos;

    /**
     * @param now µs since the epoch
     * @param nanos as {@link System#nanoTime}
     * @param jumped told of each jump: µs, negative when the clock went back
     */
    public ClockWatch(LongSupplier now, LongSupplier nanos, LongConsumer jumped) {
        this.now = now;
        this.nanos = nanos;
        this.jumped = jumped;
        this.lastNow = now.getAsLong();
        this.lastNanos = nanos.getAsLong();
    }

    @Override
    public long getAsLong() {
        long micros = now.getAsLong();
        long ticks = nanos.getAsLong();
        long jump = micros - lastNow - (ticks - lastNanos) / 1_000;
        lastNow = micros;
        lastNanos = ticks;
        if (Math.abs(jump) >= JUMP_MICROS) {
            jumped.accept(jump);
        }
        return micros;
    }
}
