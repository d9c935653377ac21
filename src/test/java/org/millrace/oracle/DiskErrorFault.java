package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Disks;

/**
 * F09: the data folder's disk fails. It is an ext4 file system in a file, and the file is in a small tmpfs: where that
 * has no room the kernel answers the hub's fdatasync with EIO; and ext4 can be told to act as after damage found, that
 * is to go read-only under its open files, which {@code mount -o remount,ro} refuses to do.
 */
class DiskErrorFault {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long IMAGE_BYTES = 320L << 20;

    @TempDir
    Path folder;

    private Path backing;
    private Path image;
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        backing = Disks.small(folder.resolve("backing"), "340m");
        disk = Files.createDirectory(folder.resolve("disk"));
        image = backing.resolve("image");
        try (FileChannel sparse = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            sparse.write(java.nio.ByteBuffer.wrap(new byte[1]), IMAGE_BYTES - 1);
        }
    }

    @AfterEach
    void unmount() throws Exception {
        Disks.unmount(disk);
        Disks.unmount(backing);
    }

    /** The kernel lets nobody make such a disk writable again while it is mounted, so a repair means a restart. */
    @Test
    void f09ADiskThatTurnsReadOnlyMakesTheHubUnreadyWithTheReasonAndCostsNothing() throws Exception {
        Disks.must("mkfs.ext4", "-q", "-F", image.toString());
        Disks.must("mount", "-o", "loop,errors=remount-ro", image.toString(), disk.toString());
        try (Rig rig = Rig.withSqlite(folder, disk.resolve("data"), 2, 1)) {
            rig.startHub();
            rig.plant().send(200);
            rig.verify(0);
            Files.writeString(ext4().resolve("trigger_fs_error"), "1");
            rig.plant().send(300);
            awaitUnready(rig);
            assertThat(rig.hub().alive()).isTrue();
            rig.hub().kill();
            Disks.must("umount", disk.toString());
            assertThat(Disks.run("e2fsck", "-p", "-f", image.toString()))
                    .as("repaired")
                    .isLessThanOrEqualTo(1);
            Disks.must("mount", "-o", "loop", image.toString(), disk.toString());
            rig.startHub();
            rig.plant().incident(0);
            rig.verify(0);
        }
    }

    @Test
    void f09ADiskThatAnswersWithErrorsHoldsSourcesBackAndIsUsedAgainWithoutARestartWhenItWorks() throws Exception {
        // without a journal of its own ext4 passes errors of data on, and stays writable
        Disks.must("mkfs.ext4", "-q", "-F", "-O", "^has_journal", image.toString());
        Disks.must("mount", "-o", "loop,errors=continue", image.toString(), disk.toString());
        try (Rig rig = Rig.withSqlite(folder, disk.resolve("data"), 2, 1)) {
            rig.startHub();
            rig.plant().send(200);
            rig.verify(0);
            Path filler = fill();
            for (int more = 0; more < 40 && rig.hub().raw("health/ready").statusCode() == 200; more++) {
                rig.plant().send(200);
                rig.plant().settle();
            }
            awaitUnready(rig);
            assertThat(rig.hub().alive()).isTrue();
            Files.delete(filler);
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(rig.hub().raw("health/ready").statusCode())
                                    .isEqualTo(200));
            rig.plant().incident(0);
            rig.verify(0);
        }
    }

    private static void awaitUnready(Rig rig) {
        await().atMost(SOON).untilAsserted(() -> {
            HttpResponse<String> ready = rig.hub().raw("health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("the journal can't be written, sources are held back");
        });
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rig.hub()
                                .get("sources")
                                .path("items")
                                .path(0)
                                .path("detail")
                                .asText())
                        .contains("held back"));
    }

    /** Takes all that the image has not used yet of the memory behind it. */
    private Path fill() throws IOException {
        Path filler = backing.resolve("filler");
        byte[] piece = new byte[1 << 20];
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (true) {
                channel.write(java.nio.ByteBuffer.wrap(piece));
            }
        } catch (IOException full) {
            return filler;
        }
    }

    private Path ext4() throws Exception {
        String device = Files.readString(Path.of("/proc/mounts"))
                .lines()
                .filter(line -> line.contains(" " + disk + " "))
                .map(line -> line.substring("/dev/".length(), line.indexOf(' ')))
                .findFirst()
                .orElseThrow();
        return Path.of("/sys/fs/ext4", device);
    }
}
