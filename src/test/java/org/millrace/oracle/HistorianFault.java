package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.oracle.FaultProxy.Mode;

/** What happens between the hub and its database: F05, F06, F19. One hub and one PostgreSQL live through all of them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HistorianFault {
    @TempDir
    static Path folder;

    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.withPostgres(folder, 4, 4);
        rig.startHub();
    }

    @AfterAll
    static void stop() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    /** Whatever a failed test has left broken. */
    @AfterEach
    void heal() throws Exception {
        rig.plant().stopLoad();
        rig.databaseProxy().mode(FaultProxy.PASS);
        rig.postgres().ensureRunning();
    }

    @Test
    @Order(1)
    void f05ADatabaseThatIsDownLosesNothingDelaysNoAlarmAndIsDrainedInOrder() throws Exception {
        rig.plant().send(100);
        rig.verify(0);
        rig.postgres().stop();
        rig.plant().startLoad(500);
        await().until(() -> queued("historian") > 3_000);
        rig.plant().incident(0);
        await("the alarm's order does not wait for the database").until(() -> ordered(0));
        assertThat(rig.hub().raw("health/live").statusCode()).isEqualTo(200);
        rig.postgres().restart();
        await("the backlog is drained while the load goes on").until(() -> queued("historian") < 1_500);
        rig.plant().stopLoad();
        rig.verify(0);
    }

    @Test
    @Order(2)
    void f06ACommitWhoseReplyIsLostIsStoredOnce() throws Exception {
        for (int round = 0; round < 3; round++) {
            long before = rig.databaseProxy().repliesLost();
            rig.databaseProxy().mode(new Mode.ReplyLost("COMMIT"));
            rig.plant().send(100);
            await().until(() -> rig.databaseProxy().repliesLost() > before);
            rig.databaseProxy().mode(FaultProxy.PASS);
        }
        rig.plant().incident(1);
        rig.verify(0);
    }

    @Test
    @Order(3)
    void f06ConnectionsCutAndResetInMidWriteLoseNothing() throws Exception {
        rig.plant().startLoad(500);
        for (int round = 0; round < 3; round++) {
            await().pollDelay(Duration.ofMillis(700)).until(() -> true);
            rig.databaseProxy().cut();
            await().pollDelay(Duration.ofMillis(700)).until(() -> true);
            rig.databaseProxy().reset();
        }
        rig.plant().stopLoad();
        rig.verify(0);
    }

    @Test
    @Order(4)
    void f19WhenOneSinkIsSlowOnlyItsQueueGrows() throws Exception {
        rig.databaseProxy().mode(new Mode.Throttle(8_000));
        rig.plant().startLoad(500);
        await().until(() -> queued("historian") > 2_000);
        await("the rules keep up").until(() -> queued("rules") < 1_000 && queued("historian") > 2_000);
        rig.plant().incident(2);
        await("alarms are not slowed").until(() -> ordered(2));
        rig.plant().stopLoad();
        rig.databaseProxy().mode(FaultProxy.PASS);
        rig.verify(0);
    }

    @Test
    @Order(5)
    void f05AHubThatStartsWhileItsDatabaseIsAwayIsReadyInTimeAndTakesData() throws Exception {
        rig.postgres().stop();
        rig.hub().kill();
        assertThat(rig.startHub().startedIn()).isLessThan(rig.readyWithin());
        rig.plant().send(200);
        rig.plant().incident(3);
        await("orders need no database").until(() -> ordered(3));
        rig.postgres().restart();
        rig.verify(0);
    }

    private static long queued(String sink) {
        JsonNode sinks = rig.hub().get("ledger").path("sinks");
        return sinks.path(sink).path("queued").asLong();
    }

    private static boolean ordered(int asset) {
        for (JsonNode order : rig.hub().get("work-orders?limit=1000").path("items")) {
            if (order.path("asset").asText().equals(StampedPlant.alarmAsset(asset))) {
                return true;
            }
        }
        return false;
    }
}
