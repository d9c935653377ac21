package org.millrace.cli;

import java.nio.file.Path;
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
        Path given = data;
        if (given != null) {
            return given;
        }
        String fromEnvironment = System.getenv("MILLRACE_DATA");
        return fromEnvironment == null ? home.resolve().resolve("data") : Path.of(fromEnvironment);
    }
}
