package org.millrace.source.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millrace.source.file.FolderScan.Found;

/** Looks at a folder once, for {@code hub check --online}: reads the header of its newest file and changes nothing. */
public final class FolderInquiry {
    /**
     * @param key of the configuration that a trouble is about
     * @param trouble a sentence; empty when there is none
     * @param fields columns that are signals; empty in long form and when there is no file yet
     */
    public record Answer(String key, String trouble, String hint, List<String> fields) {}

    private FolderInquiry() {}

    public static Answer ask(FileSourceFile file, Path folder) {
        if (!Files.isDirectory(folder)) {
            return trouble("folder", "there is no folder " + folder, "make it, or correct the path");
        }
        if (!Files.isReadable(folder)) {
            return trouble("folder", "the hub may not read " + folder, "");
        }
        if (file.after() != FileSourceFile.After.leave && !Files.isWritable(folder)) {
            return trouble("after", "the hub may not write in " + folder, "needed to " + file.after() + " files");
        }
        try {
            Optional<Found> newest = new FolderScan(file, folder, System::nanoTime)
                    .list().stream()
                            .filter(Found::wanted)
                            .filter(one -> one.size() > 0)
                            .max(Comparator.comparingLong(Found::modified));
            return newest.isEmpty()
                    ? trouble("files", "no file in " + folder + " is called " + file.files(), "")
                    : header(file, newest.get());
        } catch (IOException e) {
            return trouble("folder", folder + ": " + e, "");
        }
    }

    private static Answer trouble(String key, String message, String hint) {
        return new Answer(key, message, hint, List.of());
    }

    private static Answer header(FileSourceFile file, Found newest) throws IOException {
        try (FileChannel channel =
                FileChannel.open(newest.path(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            LineReader lines = new LineReader(channel, 0, 0);
            for (int i = 0; i < file.skipLines(); i++) {
                lines.next();
            }
            LineReader.@Nullable Line line = file.columns().isEmpty() ? lines.next() : null;
            if (line == null && file.columns().isEmpty()) {
                return trouble("skip_lines", newest.name() + " has no header line", "");
            }
            LineDecoder decoder =
                    LineDecoder.of(file, newest.name(), LineDecoder.device(file, newest.name()), line, (d, f) -> false);
            if (file.deviceFromName().isPresent()
                    && LineDecoder.device(file, newest.name()).isEmpty()) {
                return trouble("device_from_name", "it finds no device in '" + newest.name() + "'", "");
            }
            return new Answer("", "", "", decoder.mapping().fields());
        } catch (LineDecoder.BadHeaderException e) {
            return trouble("files", String.valueOf(e.getMessage()), "");
        }
    }
}
