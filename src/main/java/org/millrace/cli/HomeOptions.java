package org.millrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the configuration is: shared by the commands that read it. */
public final class HomeOptions {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Folder that holds routes/ and connectors-config/ (default: the checkout).")
    @Nullable
    Path home;

    /** The folder as given, or the checkout; fails with a hint when it holds no configuration. */
    public Path resolve() {
        Path given = home;
        Path folder = given != null ? given : Path.of(System.getProperty("millrace.root", "."));
        if (!Files.isDirectory(folder.resolve("connectors-config"))) {
            throw new IllegalArgumentException(folder + " has no connectors-config/ folder; hint: name the folder that"
                    + " holds routes/ and connectors-config/ with --home");
        }
        return folder.toAbsolutePath().normalize();
    }
}
