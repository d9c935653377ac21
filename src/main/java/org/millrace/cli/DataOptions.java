package org.millrace.cli;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where journal, stores and certificates are: shared by the commands that work on a data folder. */
public final class DataOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of journal, stores and certificates (default: $MILLRACE_DATA, else data/ in the home"
                    + " folder).")
    @Nullable
    Path data;

    /** The folder as given, by the environment, or in the home folder. */
    public Path resolve(HomeOptions home) {
        return resolve(data, home::resolve);
    }

    /** The same for commands that describe their option in words of their own; home is asked for at need. */
    static Path resolve(@Nullable Path given, Supplier<Path> home) {
        if (given != null) {
            return given;
        }
        String fromEnvironment = System.getenv("MILLRACE_DATA");
        return fromEnvironment == null ? home.get().resolve("data") : Path.of(fromEnvironment);
    }
}
