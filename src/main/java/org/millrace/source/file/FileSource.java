package org.millrace.source.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.millrace.signal.Micros;
import org.millrace.source.Handover;
import org.millrace.source.Places;
import org.millrace.source.RetryPause;
import org.millrace.source.Silence;
import org.millrace.source.Source;
import org.millrace.source.SourceStatus;
import org.millrace.source.SourceThread;
import org.millrace.source.file.FolderScan.Found;
import org.millrace.source.table.RowMapping;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls a folder and reads its files in the order of their names, each line once. A folder that is away is looked for
 * again for ever; a file that is not what the configuration says does not hold up the others.
 */
public final class FileSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(FileSource.class);
    /** A network drive that is not mounted shows an empty folder: places are not given up before that. */
    private static final long FORGET_NANOS = Duration.ofHours(24).toNanos();

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final FileSourceFile file;
    private final Path folder;
    private final RowMapping.Numeric numeric;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Places places;
    private final FolderScan scan;
    private final Silence silence;
    private final RetryPause pause;
    private final SourceThread life = new SourceThread();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    /** As they were when they were last read to where they go. */
    private final Map<String, Found> handled = new HashMap<>();

    private final Map<String, String> refused = new TreeMap<>();
    private final Set<String> unfinished = new HashSet<>();
    private final Map<String, Long> goneSince = new HashMap<>();
    private volatile boolean up;
    private volatile String detail;
    private volatile String trouble = "";
    private volatile long lastData;

    /**
     * @param folder where the files are
     * @param places where it stands; loaded when it starts
     */
    public FileSource(FileSourceFile file, Path folder, RowMapping.Numeric numeric, Places places, Clock clock) {
        this(file, folder, numeric, places, clock, System::nanoTime);
    }

    FileSource(
            FileSourceFile file,
            Path folder,
            RowMapping.Numeric numeric,
            Places places,
            Clock clock,
            LongSupplier nanos) {
        this.file = file;
        this.folder = folder;
        this.numeric = numeric;
        this.places = places;
        this.clock = clock;
        this.nanos = nanos;
        this.scan = new FolderScan(file, folder, nanos);
        this.silence = new Silence(file.silentAfter(), nanos);
        this.pause = new RetryPause(file.poll(), max(file.poll(), LONGEST_PAUSE), RandomGenerator.getDefault());
        this.detail = folder + ": not looked at yet";
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public String kind() {
        return "file";
    }

    @Override
    public void start(Receiver receiver) {
        Handover handover = new Handover(
                id(),
                receiver,
                new RetryPause(Duration.ofMillis(500), Duration.ofSeconds(10), RandomGenerator.getDefault()));
        silence.begin();
        life.start("file-" + id(), () -> live(handover));
    }

    @Override
    public SourceStatus status() {
        Optional<String> silent = up ? silence.text() : Optional.empty();
        String more = trouble;
        return new SourceStatus(
                id(),
                kind(),
                up && silent.isEmpty() && more.isEmpty(),
                silent.map(text -> folder + ": " + text + "; ").orElse("")
                        + (more.isEmpty() ? "" : more + "; ")
                        + detail,
                received.get(),
                lastData,
                Math.max(0, connections.get() - 1));
    }

    /** Lets the batch that is on its way arrive, so that the place is known. */
    @Override
    public void close() {
        life.end();
        life.join();
        up = false;
        detail = folder + ": closed";
    }

    private void live(Handover handover) {
        FileReading reading =
                new FileReading(file, places, handover, numeric, () -> Micros.of(clock.instant()), life::isEnding);
        boolean loaded = false;
        try {
            Duration wait = Duration.ZERO;
            while (!life.endsWithin(wait)) {
                try {
                    if (!loaded) {
                        places.load();
                        loaded = true;
                    }
                    poll(reading);
                    pause.reset();
                    wait = file.poll();
                } catch (IOException | RuntimeException e) {
                    wait = pause.next();
                    down(text(e) + "; next try in " + Math.max(1, wait.toSeconds()) + " s");
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: reading ends", id());
        }
    }

    private String text(Exception e) {
        if (e instanceof NoSuchFileException gone && gone.getFile().equals(folder.toString())) {
            return "there is no such folder";
        }
        return switch (e) {
            case NotDirectoryException no -> "this is not a folder";
            case AccessDeniedException denied -> "the hub may not read " + denied.getFile();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    private void down(String reason) {
        if (up || pause.failures() == 1) {
            LOG.warn("{}: {}: {}", id(), folder, reason);
        }
        up = false;
        detail = folder + ": " + reason;
    }

    private void up(String text) {
        detail = folder + ": " + text;
        if (!up) {
            up = true;
            connections.incrementAndGet();
            LOG.info("{}: {}", id(), detail);
        }
    }

    private void poll(FileReading reading) throws IOException, InterruptedException {
        List<Found> all = scan.list();
        renamed(all);
        Map<String, byte[]> known = places.all();
        List<Found> work = new ArrayList<>(all.stream() // what was rotated away is older than what has its name now
                .filter(one -> !one.wanted() && known.containsKey(one.name()))
                .toList());
        all.stream().filter(Found::wanted).forEach(work::add);
        List<String> troubles = new ArrayList<>();
        int waiting = 0;
        for (int i = 0; i < work.size() && !life.isEnding(); i++) {
            Found one = work.get(i);
            Found before = handled.get(one.name());
            if (before != null && before.same(one) && !finishLater(one)) {
                continue;
            }
            if (one.wanted() && !file.grows() && !scan.ready(one)) {
                waiting++;
                continue;
            }
            read(reading, one, work.size() - i - 1, troubles);
        }
        refused.keySet()
                .removeIf(name -> work.stream().noneMatch(one -> one.name().equals(name)));
        troubles.addAll(refused.values().stream().limit(3).toList());
        tell(troubles);
        forgetGone(all);
        unfinished.retainAll(work.stream().map(Found::name).toList());
        up(summary(work.size(), waiting, unfinished.size()));
    }

    /** Read to its end before, but not yet moved or deleted: a disk or a right was in the way. */
    private boolean finishLater(Found one) {
        return file.after() != FileSourceFile.After.leave && one.wanted() && !refused.containsKey(one.name());
    }

    private void tell(List<String> troubles) {
        String text = String.join("; ", troubles);
        if (!text.isEmpty() && !text.equals(trouble)) {
            LOG.warn("{}: {}", id(), text);
        }
        trouble = text;
    }

    private static String summary(int files, int waiting, int unfinished) {
        if (files == 0) {
            return "no files";
        }
        return files
                + (files == 1 ? " file" : " files")
                + (waiting + unfinished == 0 ? ", all read" : "")
                + (waiting == 0 ? "" : "; " + waiting + " not complete yet")
                + (unfinished == 0 ? "" : "; " + unfinished + " with a last line that has no end yet");
    }

    /** One file that can't be read does not hold up the others. */
    private void read(FileReading reading, Found one, int more, List<String> troubles) throws InterruptedException {
        try {
            FileReading.Outcome outcome = reading.read(one, (batch, offset, line) -> {
                received.addAndGet(
                        batch.readings().size() + (long) batch.undecodable().size());
                lastData = Micros.of(clock.instant());
                silence.heard();
                up(String.format(
                        Locale.ROOT,
                        "reading %s: %d %%, line %,d%s",
                        one.name(),
                        one.size() == 0 ? 100 : Math.min(100, offset * 100 / one.size()),
                        line,
                        more == 0 ? "" : "; " + more + " more files"));
            });
            unfinished.remove(one.name());
            refused.remove(one.name());
            switch (outcome) {
                case FileReading.Outcome.Ended ended -> {
                    finish(one);
                }
                case FileReading.Outcome.Unfinished rest -> {
                    handled.put(one.name(), one);
                    if (rest.bytes() > 0) {
                        unfinished.add(one.name());
                    }
                }
                case FileReading.Outcome.Refused because -> {
                    refused.put(one.name(), because.why());
                    handled.put(one.name(), one);
                }
            }
        } catch (NoSuchFileException e) {
            handled.remove(one.name()); // taken away meanwhile
        } catch (IOException e) {
            handled.remove(one.name());
            troubles.add(one.name() + ": " + text(e));
        }
    }

    private void finish(Found one) throws IOException, InterruptedException {
        handled.put(one.name(), one);
        if (file.after() == FileSourceFile.After.leave || !one.wanted()) {
            return;
        }
        if (!scan.look(one.path()).map(one::same).orElse(false)) {
            return; // it was written on meanwhile: read again first
        }
        try {
            Optional<Path> marker = file.marker(one.name()).map(folder::resolve);
            if (file.after() == FileSourceFile.After.delete) {
                Files.deleteIfExists(one.path());
            } else {
                Path done = Files.createDirectories(folder.resolve(file.doneFolder()));
                Files.move(one.path(), free(done, one.name()));
            }
            if (marker.isPresent()) {
                Files.deleteIfExists(marker.get());
            }
        } catch (IOException e) {
            throw new IOException(
                    "it was read, but can't be " + (file.after() == FileSourceFile.After.move ? "moved" : "deleted")
                            + ": " + text(e) + " (the hub needs the right to write in the folder)",
                    e);
        }
        handled.remove(one.name());
        places.forget(one.name());
    }

    private static Path free(Path done, String name) {
        Path target = done.resolve(name);
        for (int i = 2; Files.exists(target, LinkOption.NOFOLLOW_LINKS); i++) {
            target = done.resolve(name + "." + i);
        }
        return target;
    }

    /** A logger that rotates gives its file another name: the place goes with it, and the rest is read there. */
    private void renamed(List<Found> all) throws IOException, InterruptedException {
        Map<String, Found> byName = new HashMap<>();
        Map<String, Found> byKey = new HashMap<>();
        for (Found one : all) {
            byName.put(one.name(), one);
            byKey.put(one.key(), one);
        }
        for (Map.Entry<String, byte[]> entry : places.all().entrySet()) {
            FilePlace place = FilePlace.of(entry.getValue());
            Found same = byName.get(entry.getKey());
            Found now = byKey.get(place.key());
            if (place.key().isEmpty()
                    || now == null
                    || now.name().equals(entry.getKey())
                    || same != null && same.key().equals(place.key())
                    || !fits(place, now)) {
                continue;
            }
            Optional<FilePlace> there = places.get(now.name()).map(FilePlace::of);
            if (there.isEmpty() || !there.get().key().equals(place.key())) {
                LOG.info("{}: {} is called {} now", id(), entry.getKey(), now.name());
                places.keep(now.name(), entry.getValue());
                handled.remove(now.name());
            }
            places.forget(entry.getKey());
            handled.remove(entry.getKey());
        }
    }

    private static boolean fits(FilePlace place, Found found) throws IOException {
        try (FileChannel channel =
                FileChannel.open(found.path(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            return place.fits(channel);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void forgetGone(List<Found> all) throws InterruptedException {
        Set<String> names = new HashSet<>();
        all.forEach(one -> names.add(one.name()));
        handled.keySet().retainAll(names);
        goneSince.keySet().removeAll(names);
        long now = nanos.getAsLong();
        for (String name : places.all().keySet()) {
            if (!names.contains(name) && now - goneSince.computeIfAbsent(name, n -> now) > FORGET_NANOS) {
                goneSince.remove(name);
                places.forget(name);
            }
        }
    }
}
