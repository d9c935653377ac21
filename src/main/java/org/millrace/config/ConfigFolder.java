package org.millrace.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.millrace.config.YamlNode.Entry;
import org.millrace.config.YamlNode.Mapping;
import org.millrace.config.YamlNode.Scalar;

/** Reads every document below a folder and binds each to the record of its {@code kind:}. */
public final class ConfigFolder {
    /**
     * What a folder says. {@code records} are in the order of file names; documents with problems are not among them.
     */
    public record Config(List<Record> records, Positions positions, List<Problem> problems) {
        /** All records of one kind. */
        public <T extends Record> List<T> all(Class<T> kind) {
            return records.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        public boolean hasErrors() {
            return problems.stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
        }
    }

    /** Files at work before the next are: a large plant's texts need not all be in memory. */
    private static final int AT_ONCE = 64;

    private final Map<String, Class<? extends Record>> kinds = new LinkedHashMap<>();
    private final Placeholders placeholders;

    /** @param kinds records with {@link Kind} */
    public ConfigFolder(Collection<Class<? extends Record>> kinds, Placeholders placeholders) {
        for (Class<? extends Record> type : kinds) {
            String kind =
                    RecordShape.of(type).kind().orElseThrow(() -> new IllegalArgumentException(type + " has no @Kind"));
            this.kinds.put(kind, type);
        }
        this.placeholders = placeholders;
    }

    /**
     * A folder, and which kinds of its documents are wanted; the others are passed over unread.
     */
    public record Part(Path folder, Predicate<String> wanted) {}

    /**
     * @param home folder that file names are relative to
     * @param folder below or equal to home; all {@code *.yaml} and {@code *.yml} in it, but not what begins with a dot
     */
    public Config read(Path home, Path folder) {
        return read(home, List.of(new Part(folder, kind -> true)));
    }

    /** Several folders as one. */
    public Config read(Path home, List<Part> parts) {
        List<Problem> problems = new ArrayList<>();
        List<Problem> unbound = new ArrayList<>();
        List<Record> records = new ArrayList<>();
        Positions positions = new Positions();
        for (Part part : parts) {
            List<Path> files = files(part.folder(), problems);
            for (int from = 0; from < files.size(); from += AT_ONCE) {
                // on every core, in the order of the files: a large plant's check is half YAML
                List<Bound> some = files.subList(from, Math.min(files.size(), from + AT_ONCE)).parallelStream()
                        .map(path -> bound(home, path, part))
                        .toList();
                for (Bound file : some) {
                    problems.addAll(file.problems());
                    unbound.addAll(file.binder().problems());
                    positions.add(file.binder().positions());
                    records.addAll(file.records());
                }
            }
        }
        problems.addAll(unbound);
        // a file that is read for two parts says what is wrong with it once
        return new Config(List.copyOf(records), positions, List.copyOf(new LinkedHashSet<>(problems)));
    }

    /** @param problems of the file as YAML and of its kinds; what is wrong within a document the binder has */
    private record Bound(List<Record> records, List<Problem> problems, RecordBinder binder) {}

    private Bound bound(Path home, Path path, Part part) {
        YamlReader.Parsed parsed = YamlReader.read(home, path);
        List<Problem> problems = new ArrayList<>(parsed.problems());
        List<Record> records = new ArrayList<>();
        RecordBinder binder = new RecordBinder(placeholders);
        for (YamlNode document : parsed.documents()) {
            if (isWanted(document, part)) {
                kindOf(document, problems)
                        .flatMap(type -> binder.bind(type, document))
                        .ifPresent(records::add);
            }
        }
        return new Bound(records, problems, binder);
    }

    private static boolean isWanted(YamlNode document, Part part) {
        return !(document instanceof Mapping mapping)
                || mapping.entry("kind")
                        .map(entry -> entry.value() instanceof Scalar kind
                                ? part.wanted().test(kind.text())
                                : true)
                        .orElse(true);
    }

    private Optional<Class<? extends Record>> kindOf(YamlNode document, List<Problem> problems) {
        if (!(document instanceof Mapping mapping)) {
            if (!(document instanceof YamlNode.Unusable)) {
                problems.add(document.at()
                        .error("expected a block of keys, found " + document.describe(), "begin with kind: ..."));
            }
            return Optional.empty();
        }
        Optional<Entry> entry = mapping.entry("kind");
        if (entry.isEmpty()) {
            problems.add(mapping.at().error("the key 'kind' is missing", DidYouMean.hint("", kinds.keySet())));
            return Optional.empty();
        }
        String kind = entry.get().value() instanceof Scalar scalar ? scalar.text() : "";
        Class<? extends Record> type = kinds.get(kind);
        if (type == null) {
            problems.add(entry.get()
                    .value()
                    .at()
                    .error("unknown kind '" + kind + "'", DidYouMean.hint(kind, kinds.keySet())));
        }
        return Optional.ofNullable(type);
    }

    private static List<Path> files(Path folder, List<Problem> problems) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(path -> path.getFileName().toString().matches("[^.].*\\.ya?ml"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            problems.add(new Position(folder.toString(), 0, 0)
                    .error("cannot list the folder: " + e.getMessage(), "check that the hub's user may read it"));
            return List.of();
        }
    }
}
