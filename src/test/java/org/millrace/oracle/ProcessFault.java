package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the hub's own process: F01, F17, F20. */
class ProcessFault {
    @TempDir
    Path folder;

    @Test
    void f01KilledAtRandomPointsNothingIsLostOrDoubledAndEachIncidentHasOneOrder() throws Exception {
        Random random = new Random(Rig.seed(1));
        try (Rig rig = Rig.withSqlite(folder, 3, 5)) {
            rig.startHub();
            rig.plant().startLoad(600);
            for (int kill = 0; kill < 5; kill++) {
                long pause = random.nextInt(1_500);
                await().pollDelay(Duration.ofMillis(pause)).until(() -> true);
                int asset = kill;
                rig.plant().incident(asset);
                await().pollDelay(Duration.ofMillis(random.nextInt(60))).until(() -> true);
                rig.hub().kill();
                assertThat(rig.startHub().startedIn()).as("restart to ready").isLessThan(Rig.READY);
            }
            rig.plant().stopLoad();
            rig.verify(0);
        }
    }

    @Test
    void f17SigtermUnderLoadDrainsAndTheRestLosesNothing() throws Exception {
        try (Rig rig = Rig.withSqlite(folder, 3, 1)) {
            rig.startHub();
            rig.plant().startLoad(800);
            await().until(() -> rig.plant().acknowledged() > 1_000);
            long start = System.nanoTime();
            assertThat(rig.hub().terminate()).isIn(0, 143);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as("grace").isLessThan(Duration.ofSeconds(20));
            rig.plant().incident(0);
            rig.startHub();
            rig.plant().stopLoad();
            rig.verify(0);
        }
    }

    @Test
    void f20OutOfMemoryEndsTheProcessAndItsRestartLosesNothing() throws Exception {
        try (Rig rig = Rig.withSqlite(folder, 3, 1)) {
            rig.startHub();
            rig.plant().send(200);
            rig.hub().terminate();
            rig.plant().send(3_000);
            boolean ended = false; // how little is too little depends on the version: less and less, until it is
            for (int megabytes = 26; !ended && megabytes >= 14; megabytes -= 4) {
                rig.options("-Xmx" + megabytes + "m");
                try {
                    rig.restartHub();
                    ended = rig.hub().endsOutOfMemory(Duration.ofSeconds(10));
                    if (!ended) {
                        rig.hub().kill();
                        rig.plant().send(1_000);
                    }
                } catch (java.io.IOException notStarted) {
                    assertThat(notStarted).hasMessageContaining("exit code 3");
                    ended = true;
                }
            }
            assertThat(ended).as("ExitOnOutOfMemoryError").isTrue();
            rig.options("-Xmx384m");
            rig.startHub();
            rig.plant().incident(0);
            rig.verify(0);
        }
    }
}
