package org.millrace.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counters of the journal: what its transactions have come to. The writer changes a copy, saves it with the
 * transaction, and publishes the copy when that is durable; a published one never changes.
 */
final class Accounts {
    /**
     * @param position last sequence passed
     * @param base samples of the journal before this cursor's beginning
     * @param passed samples of the journal up to the position
     */
    record Cursor(long position, long base, long passed, long rejected, long expired, long replayed) {
        Cursor moved(long sequence, long samples, long rejectedMore) {
            return new Cursor(sequence, base, samples, rejected + rejectedMore, expired, replayed);
        }

        /** Samples it had refused are stored after all. */
        Cursor replayed(long samples) {
            long moved = Math.min(rejected, samples);
            return new Cursor(position, base, passed, rejected - moved, expired, replayed + moved);
        }
    }

    record Source(long received, long accepted, long rejected, long replayed) {
        static final Source NONE = new Source(0, 0, 0, 0);

        Source plus(long receivedMore, long acceptedMore, long rejectedMore) {
            return new Source(received + receivedMore, accepted + acceptedMore, rejected + rejectedMore, replayed);
        }

        /** What follows of a dead letter was counted as a new receipt: the old one goes. */
        Source withoutReplayed() {
            return new Source(received - 1, accepted, rejected - 1, replayed + 1);
        }
    }

    record Filtered(String source, String reason) {}

    long commits; // number of the transaction: tells whether one that failed while committing was kept after all
    long head; // newest sequence
    long samples; // ever accepted
    long bytes; // ever written
    long trimmed; // newest sequence deleted
    long trimmedSamples;
    long trimmedBytes;
    long letterBytes;
    final Map<String, Source> sources;
    final Map<Filtered, Long> filtered;
    final Map<String, Cursor> cursors;

    Accounts() {
        sources = new HashMap<>();
        filtered = new HashMap<>();
        cursors = new HashMap<>();
    }

    Accounts(Accounts from) {
        commits = from.commits;
        head = from.head;
        samples = from.samples;
        bytes = from.bytes;
        trimmed = from.trimmed;
        trimmedSamples = from.trimmedSamples;
        trimmedBytes = from.trimmedBytes;
        letterBytes = from.letterBytes;
        sources = new HashMap<>(from.sources);
        filtered = new HashMap<>(from.filtered);
        cursors = new HashMap<>(from.cursors);
    }

    /** Of the entries kept. */
    long liveBytes() {
        return bytes - trimmedBytes;
    }

    /** Up to here every cursor has passed; without cursors nothing is ever consumed. */
    long consumed() {
        return cursors.values().stream().mapToLong(Cursor::position).min().orElse(trimmed);
    }

    Ledger ledger() {
        Map<String, Ledger.SourceAccount> bySource = new TreeMap<>();
        sources.forEach((id, source) -> {
            Map<String, Long> reasons = new TreeMap<>();
            filtered.forEach((key, count) -> {
                if (key.source().equals(id)) {
                    reasons.put(key.reason(), count);
                }
            });
            bySource.put(
                    id,
                    new Ledger.SourceAccount(
                            source.received(), source.accepted(), reasons, source.rejected(), source.replayed()));
        });
        Map<String, Ledger.SinkAccount> bySink = new TreeMap<>();
        cursors.forEach((name, cursor) -> bySink.put(
                name,
                new Ledger.SinkAccount(
                        samples - cursor.base(),
                        cursor.passed() - cursor.base() - cursor.rejected() - cursor.expired(),
                        samples - cursor.passed(),
                        cursor.rejected(),
                        cursor.expired(),
                        cursor.replayed())));
        return new Ledger(bySource, bySink);
    }
}
