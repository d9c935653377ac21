package org.millrace.source.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which files are there, and which of them are complete. Links are not followed: who may write into the folder must not
 * be able to have other files of this machine read.
 */
final class FolderScan {
    /**
     * @param key of the file system; empty where it has none
     * @param wanted whether its name is one that is asked for
     */
    record Found(String name, Path path, long size, long modified, String key, boolean wanted) {
        boolean same(Found other) {
            return size == other.size && modified == other.modified && key.equals(other.key);
        }
    }

    private record Watched(Found state, long since) {}

    private final FileSourceFile file;
    private final Path folder;
    private final LongSupplier nanos;
    private final PathMatcher names;
    private Map<String, Watched> watched = new HashMap<>();

    FolderScan(FileSourceFile file, Path folder, LongSupplier nanos) {
        this.file = file;
        this.folder = folder;
        this.nanos = nanos;
        this.names = FileSystems.getDefault().getPathMatcher("glob:" + file.files());
    }

    /** Every file of the folder, by name. */
    List<Found> list() throws IOException {
        List<Found> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path path : entries) {
                look(path).ifPresent(found::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(Comparator.comparing(Found::name));
        observe(found);
        return found;
    }

    /** One file as it is now; empty when it is gone, or none. */
    Optional<Found> look(Path path) throws IOException {
        try {
            BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!a.isRegularFile()) {
                return Optional.empty();
            }
            String name = path.getFileName().toString();
            Object key = a.fileKey();
            return Optional.of(new Found(
                    name,
                    path,
                    a.size(),
                    a.lastModifiedTime().toMillis(),
                    key == null ? "" : key.toString(),
                    !name.startsWith(".") && names.matches(path.getFileName())));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // gone between the list and the look
        }
    }

    /** By the hub's own watch: clocks of file servers and copied times say nothing. */
    private void observe(List<Found> found) {
        Map<String, Watched> next = new HashMap<>();
        long now = nanos.getAsLong();
        for (Found one : found) {
            Watched before = watched.get(one.name());
            next.put(one.name(), before != null && before.state().same(one) ? before : new Watched(one, now));
        }
        watched = next;
    }

    /** Whether a file can be read to its end. */
    boolean ready(Found found) {
        var marker = file.marker(found.name());
        if (marker.isPresent()) {
            return watched.containsKey(marker.get());
        }
        Watched seen = watched.get(found.name());
        return seen != null
                && nanos.getAsLong() - seen.since() >= file.readyAge().toNanos();
    }
}
