package org.millrace.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;

/** Files of a home folder written by a program: checked as a whole before the first of them is touched. */
public final class Rewrite {
    private Rewrite() {}

    /**
     * Errors that the configuration has with these texts and has not without them. Routes are not looked at.
     *
     * @param before the configuration as it is
     * @param texts whole new texts by file, below {@code connectors-config/}
     */
    public static List<Problem> newErrors(
            Path home, Configuration before, Map<Path, String> texts, Placeholders placeholders) throws IOException {
        if (texts.isEmpty()) {
            return List.of();
        }
        Path trial = Files.createTempDirectory("millrace-check");
        try {
            copy(home.resolve("connectors-config"), trial.resolve("connectors-config"));
            for (Map.Entry<Path, String> text : texts.entrySet()) {
                Path file = trial.resolve(home.relativize(text.getKey()).toString());
                Files.createDirectories(file.getParent());
                Files.writeString(file, text.getValue());
            }
            Set<String> known = errors(before.problems()).map(Rewrite::words).collect(Collectors.toSet());
            return errors(HomeFolder.read(trial, placeholders).problems())
                    .filter(problem -> !known.contains(words(problem)))
                    .toList();
        } finally {
            delete(trial);
        }
    }

    /** Each file whole or not at all: a hub that reloads meanwhile sees no half file. */
    public static void write(Map<Path, String> texts) throws IOException {
        for (Map.Entry<Path, String> text : texts.entrySet()) {
            Path file = text.getKey();
            Files.createDirectories(file.getParent());
            Path beside = file.resolveSibling("." + file.getFileName() + ".new");
            Files.writeString(beside, text.getValue());
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Stream<Problem> errors(List<Problem> problems) {
        return problems.stream().filter(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    /** Without its line: that may have moved. */
    private static String words(Problem problem) {
        return problem.file() + ": " + problem.message();
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.filter(file -> file.toString().matches(".*\\.ya?ml") && Files.isRegularFile(file))
                    .toList();
        }
        for (Path file : files) {
            Path copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
