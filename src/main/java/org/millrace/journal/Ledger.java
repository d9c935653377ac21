package org.millrace.journal;

import java.util.Map;

/**
 * The account to the unit, from durable counters: for every source
 * {@code received = accepted + filtered + rejected}, and for every sink
 * {@code accepted = stored + queued + rejected + expired}.
 *
 * @param sources by source id
 * @param sinks by cursor name
 */
public record Ledger(Map<String, SourceAccount> sources, Map<String, SinkAccount> sinks) {
    public record SourceAccount(long received, long accepted, Map<String, Long> filtered, long rejected) {
        public long filteredTotal() {
            return filtered.values().stream().mapToLong(Long::longValue).sum();
        }

        public boolean balanced() {
            return received == accepted + filteredTotal() + rejected;
        }
    }

    public record SinkAccount(long accepted, long stored, long queued, long rejected, long expired) {
        public boolean balanced() {
            return accepted == stored + queued + rejected + expired;
        }
    }

    public boolean balanced() {
        return sources.values().stream().allMatch(SourceAccount::balanced)
                && sinks.values().stream().allMatch(SinkAccount::balanced);
    }
}
