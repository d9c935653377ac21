package org.millrace.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.rest.RestConnector;
import org.millrace.connector.rest.Shipped;
import org.millrace.connector.stub.AtlasStub;
import org.millrace.connector.stub.AtlasStub.Trouble;
import org.millrace.oracle.FaultProxy;
import org.millrace.store.MeterReadings.Offer;
import org.millrace.store.MeterReadings.Row;
import org.millrace.store.OperationalStore;

/** Meter readings on their way to a server with Atlas's manners: once a day, and 406 for the rest. */
class MeterReadingsIT {
    private static final long HOUR = 3_600_000_000L;

    @TempDir
    Path folder;

    private final AtlasStub atlas = new AtlasStub();
    private final FaultProxy proxy = FaultProxy.to(atlas.port());
    private OperationalStore store;
    private Readings readings;

    @BeforeEach
    void open() throws Exception {
        store = OperationalStore.open(folder);
        readings = readings();
    }

    private Readings readings() {
        OrderClient client = RestConnector.of(
                Shipped.at("atlas", "http://127.0.0.1:" + proxy.port()),
                reference -> AtlasStub.PASSWORD,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                Clock.systemUTC());
        return new Readings(
                client,
                store.meterReadings(),
                new Readings.Settings(Duration.ofMillis(50), Duration.ofMillis(400), Duration.ofMillis(100), 50),
                Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        readings.close();
        store.close();
        proxy.close();
        atlas.close();
    }

    private static Offer offer(String meter, double value, long time, long every) {
        return new Offer(meter, "C-301", "hours.total", "h", value, time, every, false);
    }

    private Row row(String meter) {
        return store.meterReadings().of("atlas").stream()
                .filter(one -> one.meter().equals(meter))
                .findFirst()
                .orElseThrow();
    }

    private static void eventually(ThrowingRunnable what) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .untilAsserted(what);
    }

    @Test
    void theLatestValueGoesOnceInItsTimeAndABatchThatComesAgainChangesNothing() {
        readings.offer(List.of(offer("17", 10, 1, HOUR), offer("18", 5, 1, HOUR)));
        readings.offer(List.of(offer("17", 12.5, 3, HOUR)));
        readings.offer(List.of(offer("17", 11, 2, HOUR)));
        readings.start();
        eventually(() -> assertThat(atlas.readings()).containsExactlyInAnyOrder("17=12.5", "18=5.0"));

        readings.offer(List.of(offer("17", 12.5, 3, HOUR)));
        eventually(() -> assertThat(store.meterReadings().next("atlas"))
                .as("all is settled, and nothing new")
                .isEqualTo(Long.MAX_VALUE));
        readings.offer(List.of(offer("17", 13, 4, HOUR)));
        assertThat(row("17").next() - row("17").sentTime())
                .as("the next one has its time")
                .isGreaterThan(HOUR);
        assertThat(store.meterReadings().due("atlas", System.currentTimeMillis() * 1000, 10))
                .isEmpty();
    }

    @Test
    void aMeterNeverGoesBackUnlessItMay() {
        readings.offer(List.of(offer("17", 100, 1, HOUR)));
        readings.offer(List.of(offer("17", 3, 2, HOUR)));
        assertThat(row("17").value()).isEqualTo(100);
        assertThat(row("17").note()).contains("held back: 3.0 h is less than before");
        assertThat(readings.status().heldWhy()).startsWith("17: held back");
        readings.offer(List.of(offer("17", 101, 3, HOUR)));
        assertThat(row("17").note()).isEmpty();

        readings.offer(List.of(new Offer("17", "C-301", "hours.total", "h", 2, 4, HOUR, true)));
        assertThat(row("17").value()).as("a new meter").isEqualTo(2);
        readings.offer(List.of(new Offer("17", "C-302", "other.total", "h", 1, 5, HOUR, false)));
        assertThat(row("17").value()).as("another tag").isEqualTo(1);
    }

    @Test
    void anAnswerThatGotLostIsOneReading() {
        proxy.mode(new FaultProxy.Mode.ReplyLost("POST /readings HTTP"));
        readings.offer(List.of(offer("17", 12.5, 3, HOUR)));
        readings.start();
        eventually(() -> assertThat(proxy.repliesLost()).isPositive());
        proxy.mode(FaultProxy.PASS);
        eventually(() -> assertThat(row("17").sentTime()).isEqualTo(3));
        assertThat(row("17").sentValue()).isEqualTo(12.5);
        assertThat(row("17").note()).as("the 406 says that it is there").isEmpty();
        assertThat(atlas.readings()).containsExactly("17=12.5");
        assertThat(atlas.count("POST", "/readings")).isGreaterThan(1);
    }

    @Test
    void aHubThatDiesBetweenTheCallAndItsAnswerSendsTheSameAgain() {
        readings.offer(List.of(offer("17", 12.5, 3, HOUR)));
        store.meterReadings().trying("atlas", "17", 12.5, 3); // and dies; a newer value comes after the start
        readings.offer(List.of(offer("17", 14, 5, HOUR)));
        readings.start();
        eventually(() -> assertThat(row("17").sentTime()).isEqualTo(3));
        assertThat(atlas.readings()).containsExactly("17=12.5");
    }

    @Test
    void tooManyCallsWithoutRetryAfterAndAllArrive() {
        atlas.tooMany(4);
        readings.offer(List.of(offer("1", 1, 1, HOUR), offer("2", 2, 1, HOUR), offer("3", 3, 1, HOUR)));
        readings.start();
        eventually(() -> assertThat(atlas.readings()).containsExactlyInAnyOrder("1=1.0", "2=2.0", "3=3.0"));
        assertThat(readings.status().up()).isTrue();
    }

    @Test
    void aRefusedReadingIsNotAskedForAgainButTheNextOneIs() {
        readings.offer(List.of(offer("17", 1, 1, 1_000_000)));
        readings.start();
        eventually(() -> assertThat(atlas.readings()).containsExactly("17=1.0"));
        readings.offer(List.of(offer("17", 2, 2, 1_000_000))); // a second later: too early for Atlas
        eventually(() -> assertThat(row("17").note()).startsWith("refused: HTTP 406: The update frequency"));
        assertThat(readings.status().up()).as("the system works").isTrue();
        assertThat(atlas.count("POST", "/readings"))
                .as("asked once, refused once")
                .isEqualTo(2);
        atlas.nextDay();
        readings.offer(List.of(offer("17", 3, 3, 1_000_000)));
        eventually(() -> assertThat(atlas.readings()).containsExactly("17=1.0", "17=3.0"));
        eventually(() -> assertThat(row("17").note()).isEmpty());
    }

    @Test
    void whatWaitedForASystemThatWasAwayIsOneReadingAfterARestart() throws Exception {
        atlas.trouble("POST /readings", Trouble.TOO_MANY);
        readings.offer(List.of(offer("17", 1, 1, HOUR)));
        readings.start();
        eventually(() -> assertThat(readings.status().up()).isFalse());
        readings.close();
        store.close();
        store = OperationalStore.open(folder);
        readings = readings();
        readings.offer(List.of(offer("17", 2, 2, HOUR)));
        atlas.wellAgain();
        readings.start();
        eventually(() -> assertThat(atlas.readings()).hasSize(1));
        eventually(() -> assertThat(row("17").sentTime()).isPositive());
    }
}
