package org.millrace.journal;

/**
 * How much disk and memory the journal may take. All in bytes.
 *
 * @param maxBytes entries kept for consumers that lag; beyond it appends are refused and sources hold their data.
 *     Ticks and commands, which are tiny, may go a sixteenth beyond
 * @param queueBytes waiting for the writer; beyond it {@code append} blocks
 * @param diskReserve free space of the disk below which appends are refused, so that a full disk is never reached
 * @param deadLetterBytes dead letters kept for people; the oldest go first. Their counts in the ledger stay
 */
public record JournalLimits(long maxBytes, long queueBytes, long diskReserve, long deadLetterBytes) {
    private static final long MIB = 1 << 20;

    public static final JournalLimits DEFAULT = new JournalLimits(4096 * MIB, 16 * MIB, 256 * MIB, 256 * MIB);

    public JournalLimits {
        if (maxBytes <= 0 || queueBytes <= 0 || diskReserve < 0 || deadLetterBytes < 0) {
            throw new IllegalArgumentException("journal limits must be positive: " + maxBytes + ", " + queueBytes + ", "
                    + diskReserve + ", " + deadLetterBytes);
        }
    }

    /** These limits with another bound for the entries. */
    public JournalLimits withMaxBytes(long bytes) {
        return new JournalLimits(bytes, queueBytes, diskReserve, deadLetterBytes);
    }
}
