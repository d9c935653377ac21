package org.millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Home folders for tests: the shipped one with additions, or one of their own. */
public final class Homes {
    private Homes() {}

    /** A copy of the checkout's {@code routes/} and {@code connectors-config/}. */
    static Path shipped(Path target) throws IOException {
        Path checkout = Path.of("").toAbsolutePath();
        for (String folder : new String[] {"routes", "connectors-config"}) {
            try (Stream<Path> files = Files.walk(checkout.resolve(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = target.resolve(checkout.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        return target;
    }

    /** Adds or replaces one file. */
    public static void write(Path home, String file, String text) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /** The source {@code field} with a broker that is not there: for tests that journal its values themselves. */
    public static void field(Path home) throws IOException {
        write(home, "connectors-config/sources/field.yaml", """
                kind: MqttSource
                id: field
                broker: mqtt://127.0.0.1:9
                client_id: t
                topics:
                  - { filter: "a/+", decode: json, map: { device: "$topic[1]", readings: . } }
                """);
    }
}
