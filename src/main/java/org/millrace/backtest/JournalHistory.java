package org.millrace.backtest;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millrace.journal.Journal;
import org.millrace.journal.JournalReader;
import org.millrace.plant.Tag;

/**
 * A journal as it was written: batches, ticks and commands just as the running rules saw them, so that the same rules
 * give the same events to the byte. It holds what some consumer had not passed yet, or its retention keeps.
 */
public final class JournalHistory implements History {
    private static final int CHUNK = 50_000;

    private final JournalReader journal;
    private final Map<String, Integer> added = new HashMap<>();

    public JournalHistory(JournalReader journal) {
        this.journal = journal;
    }

    @Override
    public int tagNumber(String path) {
        return journal.tagNumber(path)
                .orElseGet(() -> added.computeIfAbsent(path, p -> journal.highestTag() + 1 + added.size()));
    }

    @Override
    public void replay(List<Tag> tags, long from, long to, Sink sink, Progress progress) throws SQLException {
        long first = journal.before(from);
        long position = first;
        while (true) {
            List<Journal.Entry> entries = journal.read(position, CHUNK);
            if (entries.isEmpty()) {
                return;
            }
            for (Journal.Entry entry : entries) {
                // hub time may step back a little when the hub's clock is set; what is outside is left out one by one
                if (entry.hubTime() >= from && entry.hubTime() < to) {
                    tell(entry, sink);
                }
            }
            position = entries.getLast().sequence();
            progress.at((double) (position - first) / Math.max(1, journal.head() - first));
        }
    }

    private static void tell(Journal.Entry entry, Sink sink) {
        switch (entry) {
            case Journal.Entry.Samples samples -> {
                if (!samples.source().equals(Tag.STALE)) { // as in life, the rules pass over it
                    sink.samples(samples.hubTime(), samples.batch());
                }
            }
            case Journal.Entry.Tick tick -> sink.tick(tick.hubTime());
            case Journal.Entry.Command command -> sink.command(command);
        }
    }
}
