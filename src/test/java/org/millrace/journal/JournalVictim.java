package org.millrace.journal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.Entry;
import org.millrace.journal.Journal.Intake;

/** Appends and consumes until it is killed; prints every sequence it was told is durable. Run by {@link JournalKillFault}. */
final class JournalVictim {
    private JournalVictim() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        SqliteJournal journal = SqliteJournal.open(Path.of(arguments[0]), JournalLimits.DEFAULT.withMaxBytes(1 << 26));
        journal.register("keeper"); // never moves: everything stays to be counted
        journal.register("sink");
        Thread.ofPlatform().daemon().start(() -> consume(journal));
        for (int thread = 0; thread < 3; thread++) {
            String source = "s" + thread;
            Thread.ofPlatform().start(() -> append(journal, source, out));
        }
    }

    private static void append(SqliteJournal journal, String source, PrintStream out) {
        for (int i = 0; ; i++) {
            DeadLetter letter = new DeadLetter(source, i, "decode", "malformed", "d", "c", new byte[] {1});
            journal.append(new Intake(
                            source, i, 7, SqliteJournalIT.numbers(i, 4), Map.of("deadband", 2L), List.of(letter)))
                    .thenAccept(sequence -> out.println(sequence))
                    .join();
        }
    }

    private static void consume(SqliteJournal journal) {
        try {
            long position = journal.position("sink");
            while (true) {
                for (Entry entry : journal.read(position, 50, Duration.ofSeconds(1))) {
                    position = entry.sequence();
                }
                journal.advance("sink", position, Map.of("s0", 1L), List.of());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
