package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.stub.AtlasStub;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.SqliteJournal;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.store.AlarmEvents;
import org.millrace.store.OperationalStore;
import org.millrace.ticket.TicketText;
import org.millrace.ticket.TrendPoint;

/** Connector files at work: language, link, and a change of the file while the hub runs. */
class RemoteOrdersIT {
    @TempDir
    Path home;

    private final AtlasStub atlas = new AtlasStub();

    private Configuration configuration(String orders) throws IOException {
        Path file = home.resolve("connectors-config/cmms/atlas.yaml");
        Files.createDirectories(file.getParent());
        Files.createDirectories(home.resolve("secrets"));
        Files.writeString(home.resolve("secrets/atlas"), AtlasStub.PASSWORD);
        Files.writeString(file, Catalogue.text("atlas").orElseThrow() + orders + "\n");
        file(home, "vib-zone");
        Configuration read = HomeFolder.read(
                home,
                new Placeholders(
                        name -> Optional.of(name.equals("ATLAS_URL") ? atlas.url() : "hub"), name -> Optional.empty()));
        assertThat(read.problems().stream().filter(p -> p.file().contains("cmms")))
                .isEmpty();
        return read;
    }

    private static void file(Path home, String rule) throws IOException {
        Path path = home.resolve("connectors-config/rules/" + rule + ".yaml");
        Files.createDirectories(path.getParent());
        Files.copy(
                Path.of("connectors-config/rules/pump-vibration.yaml"),
                path,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aConnectorFileGivesItsLanguageAndLinkAndMayChangeWhileTheHubRuns() throws Exception {
        Configuration french = configuration("orders: { language: fr, link: \"https://cmms.example/wo/{id}\" }");
        AtomicReference<Configuration> now = new AtomicReference<>(french);
        try (atlas;
                SqliteJournal journal =
                        SqliteJournal.open(home.resolve("data"), JournalLimits.DEFAULT, Clock.systemUTC());
                OperationalStore store = OperationalStore.open(home.resolve("data"));
                RemoteOrders remote = new RemoteOrders(
                        home, now::get, store, journal, new Nothing(), "http://hub.example", Clock.systemUTC())) {
            remote.start();
            raise(remote, "a", "a@1");
            order(1);
            assertThat(atlas.orders().getFirst().description).contains("Machine : Pump 101", "Gravité : majeure");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(store.tickets().list(1))
                            .singleElement()
                            .satisfies(row -> assertThat(remote.link(row)).isEqualTo("https://cmms.example/wo/1")));

            now.set(configuration("orders: { language: de }"));
            remote.change(now.get());
            raise(remote, "b", "b@1");
            order(2);
            assertThat(atlas.orders().get(1).description).contains("Maschine: Pump 101", "Schwere: erheblich");

            Files.delete(home.resolve("connectors-config/cmms/atlas.yaml"));
            now.set(HomeFolder.read(home, new Placeholders(name -> Optional.empty(), name -> Optional.empty())));
            remote.change(now.get());
            assertThat(remote.system("atlas")).as("a route may still name it").isPresent();
            remote.keep(now.get());
            assertThat(remote.system("atlas")).isEmpty();
        }
    }

    private static void raise(RemoteOrders remote, String key, String incident) {
        remote.system("atlas")
                .orElseThrow()
                .deliver(AlarmEvents.event(key, incident, 1, Type.RAISED, Severity.MAJOR, 8));
    }

    private void order(int count) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(atlas.orders()).hasSize(count));
    }

    private static final class Nothing implements TicketText.Evidence {
        @Override
        public java.util.List<TrendPoint> trend(String tag, long from, long to) {
            return java.util.List.of();
        }
    }
}
