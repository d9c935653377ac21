package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * F13: a copy of a hub's folder is started by mistake, with a data folder of its own. A broker lets only one client of an
 * id be connected and ends the other one (MQTT 5 §3.1.4), so the two take the session from each other.
 */
class SharedClientIdFault {
    private static final Duration WATCHED = Duration.ofSeconds(12);

    @TempDir
    Path folder;

    @Test
    void f13TwoHubsUnderOneClientIdSaySoAndDoNotThrowEachOtherOffInALoop() throws Exception {
        try (Rig rig = Rig.withSqlite(folder, 1, 1)) {
            rig.startHub();
            try (HubProcess second =
                    HubProcess.start(rig.home(), folder.resolve("data-of-the-copy"), rig.environment())) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(said(rig.hub(), second)).isPositive());
                long before = said(rig.hub(), second) + reconnects(rig.hub()) + reconnects(second);
                await().atMost(Duration.ofSeconds(60)).pollDelay(WATCHED).until(() -> true);
                assertThat(said(rig.hub(), second) + reconnects(rig.hub()) + reconnects(second) - before)
                        .as("takeovers within %s: each waits 20 s and more before it comes back", WATCHED)
                        .isLessThanOrEqualTo(8);
                assertThat(rig.hub().alive() && second.alive()).isTrue();
            }
            rig.awaitConnected(Duration.ofSeconds(60)); // the copy is gone: nobody has to be told
            long received = received(rig);
            rig.plant().send(20);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(received(rig)).isGreaterThanOrEqualTo(received + 20));
        }
    }

    /** Lines that name the cause and the remedy. */
    private static long said(HubProcess... hubs) {
        return Stream.of(hubs)
                .flatMap(hub -> hub.log().lines())
                .filter(line -> line.contains("taken over the session of client_id 'millrace-oracle'")
                        && line.contains("client_id of its own"))
                .count();
    }

    private static long reconnects(HubProcess hub) {
        return hub.get("sources").path("items").path(0).path("reconnects").asLong();
    }

    private static long received(Rig rig) {
        return rig.hub().get("sources").path("items").path(0).path("received").asLong();
    }
}
