package org.millrace.route;

import java.util.List;
import java.util.Map;
import org.millrace.journal.Journal;

/** Body of an exchange from {@code hub:journal/<cursor>}: entries with samples, in order.
 *
 * @param last sequence the cursor moves to when the exchange succeeds
 */
public record JournalBatch(String cursor, List<Journal.Entry.Samples> entries, long last) {
    /** Samples in all entries. */
    public int size() {
        return entries.stream().mapToInt(entry -> entry.batch().size()).sum();
    }

    /**
     * @param rejectedBySource samples that will never be stored, by source id; they are in {@code deadLetters}
     */
    public record Outcome(Map<String, Long> rejectedBySource, List<Journal.DeadLetter> deadLetters) {
        public static final Outcome STORED = new Outcome(Map.of(), List.of());
    }
}
