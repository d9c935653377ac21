package org.millrace.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Puts a salvaged journal in the place of the damaged one, which is kept under another name. It takes several steps; a
 * mark says that they have begun, so that no hub starts with an empty journal in between, and so that they can be ended.
 */
final class RepairSwap {
    static final String SALVAGED = "journal.db.salvaged";
    private static final String MARK = "journal.repairing";
    private static final String[] PARTS = {"", "-wal", "-shm"};

    private RepairSwap() {}

    static boolean isOpen(Path folder) {
        return Files.exists(folder.resolve(MARK));
    }

    /** Refuses to go on over a repair that was cut short. */
    static void requireNone(Path folder) throws IOException {
        if (isOpen(folder)) {
            throw new IOException("a repair of the journal in " + folder.toAbsolutePath()
                    + " was cut short; run `hub doctor --repair` again, it takes up where it stopped.");
        }
    }

    /** @param aside file name for the damaged journal */
    static void begin(Path folder, String aside) throws IOException {
        sync(folder.resolve(SALVAGED));
        Path mark = folder.resolve(MARK);
        Files.writeString(mark, aside, StandardCharsets.UTF_8);
        sync(mark);
        end(folder);
    }

    /** The steps, or those that are left; returns where the damaged journal is. */
    static Path end(Path folder) throws IOException {
        Path mark = folder.resolve(MARK);
        String aside = Files.readString(mark, StandardCharsets.UTF_8);
        Path salvaged = folder.resolve(SALVAGED);
        if (Files.exists(salvaged)) {
            for (String part : PARTS) {
                Path old = folder.resolve(SqliteJournal.FILE + part);
                if (Files.exists(old)) {
                    Files.move(old, folder.resolve(aside + part));
                }
            }
            Files.move(salvaged, folder.resolve(SqliteJournal.FILE), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.delete(mark);
        return folder.resolve(aside);
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
