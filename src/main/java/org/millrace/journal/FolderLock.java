package org.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One hub per folder. The operating system gives the lock back when the process dies, however it dies. */
final class FolderLock implements AutoCloseable {
    private static final String FILE = "journal.lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static FolderLock take(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(FILE);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new IOException("the journal in " + folder.toAbsolutePath() + " is in use by another hub"
                        + owner(channel) + ". Stop that one, or give this one a folder of its own with --data.");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new FolderLock(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether a hub runs on the folder; who, for a message. Empty when none does. */
    static Optional<String> holder(Path folder) throws IOException {
        if (!Files.exists(folder.resolve(FILE))) {
            return Optional.empty();
        }
        try (FileChannel channel =
                FileChannel.open(folder.resolve(FILE), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return tryLock(channel) == null ? Optional.of("another hub" + owner(channel)) : Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close(); // gives the lock back
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held in this very process
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        int length = channel.read(bytes, 0);
        String pid = length <= 0 ? "" : new String(bytes.array(), 0, length, StandardCharsets.US_ASCII);
        return pid.isBlank() ? "" : " (process " + pid + ")";
    }
}
