package org.millrace.route;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.millrace.config.Problem;

/** Finds the route and kamelet files of a home folder: {@code routes/**}. Never follows a link out of the folder. */
public final class RouteFiles {
    /** File names come from users (CVE-2026-103412): nothing but these characters. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");

    private RouteFiles() {}

    /** What a file holds, by its name's ending. */
    public enum Kind {
        ROUTE,
        KAMELET
    }

    /**
     * One file.
     *
     * @param path relative to the home folder, with {@code /}
     * @param text as read; the file's text is cut off just past {@link RouteGuard#MAX_BYTES}
     */
    public record RouteFile(String path, String text, Kind kind) {
        /** The name without folder and ending: a kamelet's name. */
        public String name() {
            String file = path.substring(path.lastIndexOf('/') + 1);
            int dot = file.indexOf('.');
            return dot < 0 ? file : file.substring(0, dot);
        }
    }

    /** Files that can be checked, and problems with those that cannot. */
    public record Found(List<RouteFile> files, List<Problem> problems) {}

    /**
     * All route and kamelet files with an acceptable name, sorted by path.
     *
     * @throws IOException when the folder cannot be read; a folder that is absent is empty
     */
    public static List<RouteFile> load(Path home) throws IOException {
        return find(home).files();
    }

    /**
     * The same, and what is wrong with files that are none: read once, so that what is checked is what is loaded.
     *
     * @throws IOException when the folder cannot be read; a folder that is absent is empty
     */
    public static Found find(Path home) throws IOException {
        Path routes = home.resolve("routes");
        List<RouteFile> files = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        if (Files.isDirectory(routes)) {
            List<Path> paths;
            try (Stream<Path> walk = Files.walk(routes)) {
                paths = walk.filter(p -> !Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
                        .sorted()
                        .toList();
            }
            Path root = routes.toRealPath();
            for (Path path : paths) {
                read(home, root, path, files, problems);
            }
        }
        return new Found(List.copyOf(files), List.copyOf(problems));
    }

    private static void read(Path home, Path root, Path path, List<RouteFile> files, List<Problem> problems)
            throws IOException {
        String relative = home.relativize(path).toString().replace('\\', '/');
        String name = path.getFileName().toString();
        if (name.startsWith(".") || name.equals("README.md")) {
            return;
        }
        if (!name.endsWith(".camel.yaml") && !name.endsWith(".kamelet.yaml")) {
            // a slip in a name must not pass for a route taken away: what waits for that is given up
            problems.add(
                    new Problem(
                            Problem.Severity.ERROR,
                            relative,
                            0,
                            0,
                            "this is no route file by its name",
                            "name it *.camel.yaml (a route) or *.kamelet.yaml (a kamelet), or move it out of the routes folder"));
            return;
        }
        if (!validNames(path, home)) {
            problems.add(error(
                    relative, "a file or folder name has other characters than letters, digits, '_', '.' and '-'"));
            return;
        }
        if (!Files.exists(path) || !path.toRealPath().startsWith(root)) {
            problems.add(error(relative, "this is a link that leads out of the routes folder"));
            return;
        }
        byte[] bytes;
        try (var in = Files.newInputStream(path)) {
            bytes = in.readNBytes(RouteGuard.MAX_BYTES + 1);
        }
        files.add(new RouteFile(
                relative, text(bytes, relative, problems), name.endsWith(".kamelet.yaml") ? Kind.KAMELET : Kind.ROUTE));
    }

    private static String text(byte[] bytes, String relative, List<Problem> problems) {
        if (bytes.length > RouteGuard.MAX_BYTES) { // cut, maybe inside a character; the guard refuses it for its size
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            problems.add(error(relative, "the file is not UTF-8"));
            return "";
        }
    }

    private static boolean validNames(Path path, Path home) {
        for (Path part : home.relativize(path)) {
            if (!NAME.matcher(part.toString()).matches()) {
                return false;
            }
        }
        return true;
    }

    private static Problem error(String file, String message) {
        return new Problem(Problem.Severity.ERROR, file, 0, 0, message, "rename or replace the file");
    }
}
