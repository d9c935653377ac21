package org.millrace.journal;

import java.time.Duration;

/**
 * How much disk, memory and past the journal may hold. Sizes in bytes.
 *
 * @param maxBytes entries kept for consumers that lag; then the policy decides. Under {@link AtLimit#BLOCK} ticks and
 *     commands, which are tiny, may go a sixteenth beyond
 * @param queueBytes waiting for the writer; beyond it {@code append} blocks
 * @param diskReserve free space of the disk below which the journal no longer grows, so that a full disk is never
 *     reached. Space inside its file is used again down to a quarter of the reserve; below that appends are refused
 *     whatever the policy
 * @param deadLetterBytes dead letters kept for people; the oldest go first. Their counts in the ledger stay
 * @param maxAge how far back the oldest waiting entry may lie; zero: no limit
 * @param atLimit what happens when a consumer lags by more than {@code maxBytes} or {@code maxAge}
 */
public record JournalLimits(
        long maxBytes, long queueBytes, long diskReserve, long deadLetterBytes, Duration maxAge, AtLimit atLimit) {
    /** The policy at the limit. */
    public enum AtLimit {
        /** New samples are refused and sources hold theirs until a consumer catches up. */
        BLOCK,
        /**
         * The oldest entries go even if a consumer has not passed them: each of their samples counts as expired for
         * exactly the cursors that had not passed it, and those cursors jump over it.
         */
        DROP_OLDEST
    }

    private static final long MIB = 1 << 20;

    public static final JournalLimits DEFAULT = new JournalLimits(4096 * MIB, 16 * MIB, 256 * MIB, 256 * MIB);

    public JournalLimits {
        if (maxBytes <= 0 || queueBytes <= 0 || diskReserve < 0 || deadLetterBytes < 0 || maxAge.isNegative()) {
            throw new IllegalArgumentException("journal limits must be positive: " + maxBytes + ", " + queueBytes + ", "
                    + diskReserve + ", " + deadLetterBytes + ", " + maxAge);
        }
    }

    /** Limits by size alone that hold sources back. */
    public JournalLimits(long maxBytes, long queueBytes, long diskReserve, long deadLetterBytes) {
        this(maxBytes, queueBytes, diskReserve, deadLetterBytes, Duration.ZERO, AtLimit.BLOCK);
    }

    /** These limits with another bound for the entries. */
    public JournalLimits withMaxBytes(long bytes) {
        return new JournalLimits(bytes, queueBytes, diskReserve, deadLetterBytes, maxAge, atLimit);
    }

    /** These limits with another bound for the age; zero: none. */
    public JournalLimits withMaxAge(Duration age) {
        return new JournalLimits(maxBytes, queueBytes, diskReserve, deadLetterBytes, age, atLimit);
    }

    public JournalLimits withAtLimit(AtLimit policy) {
        return new JournalLimits(maxBytes, queueBytes, diskReserve, deadLetterBytes, maxAge, policy);
    }
}
