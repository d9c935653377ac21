package org.millrace.journal;

import java.util.Map;

/**
 * The account to the unit, from durable counters: for every source
 * {@code received = accepted + filtered + rejected}, and for every sink
 * {@code accepted = stored + queued + rejected + expired}.
 *
 * <p>A dead letter that is replayed with success leaves {@code rejected} in the same transaction in which its samples
 * are journalled: the account is then what a right configuration would have given the first time. One that decodes to
 * k readings counts as k received instead of one. A replay that fails changes nothing.
 *
 * @param sources by source id
 * @param sinks by cursor name
 */
public record Ledger(Map<String, SourceAccount> sources, Map<String, SinkAccount> sinks) {
    /**
     * @param rejected kept as dead letters and not replayed with success since
     * @param replayed dead letters replayed with success: each was moved from {@code rejected} to what became of it
     */
    public record SourceAccount(
            long received, long accepted, Map<String, Long> filtered, long rejected, long replayed) {
        public SourceAccount(long received, long accepted, Map<String, Long> filtered, long rejected) {
            this(received, accepted, filtered, rejected, 0);
        }

        public long filteredTotal() {
            return filtered.values().stream().mapToLong(Long::longValue).sum();
        }

        public boolean balanced() {
            return received == accepted + filteredTotal() + rejected;
        }
    }

    /**
     * @param rejected refused by the sink, kept as dead letters and not replayed with success since
     * @param replayed samples of dead letters replayed with success: moved from {@code rejected} to {@code stored}
     */
    public record SinkAccount(long accepted, long stored, long queued, long rejected, long expired, long replayed) {
        public SinkAccount(long accepted, long stored, long queued, long rejected, long expired) {
            this(accepted, stored, queued, rejected, expired, 0);
        }

        public boolean balanced() {
            return accepted == stored + queued + rejected + expired;
        }
    }

    public boolean balanced() {
        return sources.values().stream().allMatch(SourceAccount::balanced)
                && sinks.values().stream().allMatch(SinkAccount::balanced);
    }
}
