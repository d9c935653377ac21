package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** File systems of their own, for tests of a disk that is full or fails. */
public final class Disks {
    private Disks() {}

    /** Mounts a new folder that has room for so much, e.g. {@code 8m}, and no more. */
    public static Path small(Path folder, String size) throws Exception {
        Files.createDirectory(folder);
        must("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
        return folder;
    }

    /** Also while it is in use, and where nothing is mounted. */
    public static void unmount(Path folder) throws Exception {
        run("umount", "-l", folder.toString());
    }

    public static void must(String... command) throws Exception {
        assertThat(run(command))
                .as(
                        "%s: a disk that is full or fails is a tmpfs or a loop device: run the tests as root, with e2fsprogs",
                        String.join(" ", command))
                .isZero();
    }

    /** @return exit code; -1 when there is no such command here */
    public static int run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                LoggerFactory.getLogger(Disks.class).warn("{}: {}", command[0], said.strip());
            }
            return exit;
        } catch (IOException e) {
            return -1;
        }
    }
}
