package org.millrace.route;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.millrace.route.RouteFiles.Kind;
import org.millrace.route.RouteFiles.RouteFile;

/** The corpus under {@code route-cases/}: one folder a case, with the files and what the check says of them. */
record Case(String name, List<RouteFile> files, List<String> expected) {
    static final Known KNOWN = new Known(
            Map.of("field", "mqtt", "press-line", "opcua", "plc-7", "plc"),
            Set.of("desk", "atlas"),
            Set.of("sap"),
            Set.of("chirpstack", "json", "sparkplug"));
    static final Rights RIGHTS = Rights.standard().withPlaceholders(Set.of("file-secret:smtp"));

    static List<Case> all(String prefix) {
        try (Stream<Path> folders = Files.list(Path.of("src/test/resources/route-cases"))) {
            return folders.filter(f -> f.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .map(Case::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            List<RouteFile> files = paths.filter(p -> p.toString().endsWith(".yaml"))
                    .sorted()
                    .map(Case::file)
                    .toList();
            return new Case(
                    folder.getFileName().toString(),
                    files,
                    Files.readAllLines(folder.resolve("expected.txt")).stream()
                            .filter(l -> !l.isBlank())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RouteFile file(Path path) {
        String name = path.getFileName().toString();
        try {
            return new RouteFile(
                    name, Files.readString(path), name.endsWith(".kamelet.yaml") ? Kind.KAMELET : Kind.ROUTE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
