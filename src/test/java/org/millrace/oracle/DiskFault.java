package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F08 on the whole way: the hub's data folder is on a small disk of its own. */
class DiskFault {

    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=320m", "tmpfs", disk.toString()))
                .as("a really full disk needs a small tmpfs: run the tests as root")
                .isZero();
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    @Test
    void f08AFullDiskHoldsSourcesBackSaysSoAndRoomIsEnoughToGoOn() throws Exception {
        try (Rig rig = Rig.withSqlite(folder, disk.resolve("data"), 2, 1)) {
            rig.startHub();
            rig.plant().send(200);
            rig.verify(0);
            Path filler = disk.resolve("filler");
            Files.write(filler, new byte[200 << 20]); // leaves less than the journal's reserve
            rig.plant().send(500);
            await().untilAsserted(() -> assertThat(sourceDetail(rig)).contains("held back"));
            assertThat(rig.hub().alive()).isTrue();
            Files.delete(filler);
            rig.plant().incident(0);
            rig.verify(0);
        }
    }

    private static String sourceDetail(Rig rig) {
        return rig.hub().get("sources").path("items").path(0).path("detail").asText();
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1; // no such command here
        }
    }
}
