package org.millrace.backtest;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.millrace.journal.Journal;
import org.millrace.plant.Tag;
import org.millrace.signal.SampleBatch;

/**
 * Recorded values in the order in which rules are to see them, with the passing of time. The same history replays the
 * same way every time.
 */
public interface History {
    /** What a replay is told, in order. */
    interface Sink {
        /** @param hubTime µs since the epoch; not before that of anything told earlier, unless it was recorded so */
        void samples(long hubTime, SampleBatch batch);

        void tick(long hubTime);

        /** What a person did, as the journal has it. */
        void command(Journal.Entry.Command command);
    }

    /** Numbers for the tags of this replay; a tag without any recorded value has one too. */
    int tagNumber(String path);

    /**
     * Tells everything from {@code from} (included) to {@code to} (not included).
     *
     * @param tags only samples of these need to be told
     * @param progress told how far it has come, 0…1
     */
    void replay(List<Tag> tags, long from, long to, Sink sink, Progress progress) throws SQLException, IOException;

    /** For a progress bar. */
    @FunctionalInterface
    interface Progress {
        void at(double done);
    }
}
