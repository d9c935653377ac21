package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Disks;

/** F08 on the whole way: the hub's data folder is on a small disk of its own. */
class DiskFault {

    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Disks.small(folder.resolve("disk"), "320m");
    }

    @AfterEach
    void unmount() throws Exception {
        Disks.unmount(disk);
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
}
