package org.millrace.systems;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.Answer;
import org.millrace.connector.OrderClient.Changes;
import org.millrace.connector.OrderClient.Draft;
import org.millrace.connector.OrderClient.RemoteOrder;
import org.millrace.connector.OrderClient.State;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.connector.rest.JdkTransport;
import org.millrace.connector.rest.Probe;
import org.millrace.connector.rest.RestConnector;
import org.millrace.connector.rest.Shipped;
import org.millrace.connector.rest.Transport;
import org.millrace.rule.RuleFile.Severity;

/** The shipped connector against a real Request Tracker 5. */
class RequestTrackerOnRealServer {
    @TempDir
    static Path folder;

    private static RequestTracker server;

    @BeforeAll
    static void start() throws Exception {
        server = RequestTracker.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static ConnectorFile file() {
        return Shipped.file(
                "request-tracker", Map.of("REQUEST_TRACKER_URL", server.url() + "/REST/2.0", "REQUEST_TRACKER_USER", RequestTracker.USER));
    }

    private static Transport http() throws Exception {
        return new JdkTransport(JdkTransport.client(file().connection(), folder), file().connection());
    }

    private static RestConnector connector(Transport transport, String password) {
        return RestConnector.of(file(), reference -> password, transport, Clock.systemUTC());
    }

    private static RestConnector connector() throws Exception {
        return connector(http(), RequestTracker.PASSWORD);
    }

    private static Draft draft(String reference) {
        return new Draft(
                reference,
                "Vibration > 7.1 mm/s & \"rising\" – équipe Müller",
                "8.2 mm/s > 7.1 mm/s & rising\nPrüfen: Ausrichtung <b>nicht fett</b>",
                Severity.MAJOR,
                "P-101",
                "Cooling water pump",
                "acme/lyon/utilities/cooling/p-101",
                "VIB",
                Map.of(),
                false,
                Instant.parse("2026-11-22T09:58:00Z"),
                Optional.of(Instant.parse("2026-11-23T09:58:00Z")),
                Optional.empty(),
                Map.of());
    }

    private static <T> T ok(Answer<T> answer) {
        assertThat(answer).isInstanceOf(Answer.Ok.class);
        return ((Answer.Ok<T>) answer).value();
    }

    private static void done(Answer<Void> answer) {
        assertThat(answer).isInstanceOf(Answer.Ok.class);
    }

    @Test
    void theProbePasses() throws Exception {
        assertThat(new Probe(connector(), System::nanoTime).run()).hasSize(3).allMatch(Probe.Step::ok);
    }

    @Test
    void aTicketLivesFromCreationToItsEnd() throws Exception {
        RestConnector rt = connector();
        String reference = "hub:acme/lyon/p-101/VIB/vib-zone:1";
        Instant before = Instant.now().minus(Duration.ofMinutes(1));
        assertThat(ok(rt.find(reference))).isEmpty();

        RemoteOrder created = ok(rt.create(draft(reference)));
        assertThat(ok(rt.find(reference))).singleElement().satisfies(found -> {
            assertThat(found.id()).isEqualTo(created.id());
            assertThat(found.state()).isEqualTo(State.OPEN);
            assertThat(found.rawState()).isEqualTo("new");
            assertThat(found.touched()).isFalse();
            assertThat(found.updated()).isPresent();
        });
        assertThat(ok(rt.find("hub:acme/lyon/p-101/VIB/vib-zone:11")))
                .as("not a part of another")
                .isEmpty();

        done(rt.comment(created.id(), "repeated 3 times, 8.9 mm/s > limit"));
        done(rt.attach(created.id(), "trend.png", "image/png", new byte[] {(byte) 0x89, 'P', 'N', 'G'}));
        done(rt.update(created.id(), draft(reference)));
        done(rt.setState(created.id(), State.IN_PROGRESS, "started"));
        assertThat(ok(rt.get(created.id())).orElseThrow().state()).isEqualTo(State.IN_PROGRESS);
        done(rt.setState(created.id(), State.DONE, "condition cleared"));

        RemoteOrder end = ok(rt.get(created.id())).orElseThrow();
        assertThat(end.state()).isEqualTo(State.DONE);
        assertThat(end.reference()).contains(reference);
        Changes changes = ok(rt.changes(before.toString()));
        assertThat(changes.orders())
                .filteredOn(order -> order.id().equals(created.id()))
                .singleElement()
                .satisfies(order -> assertThat(order.state()).isEqualTo(State.DONE));
        assertThat(Instant.parse(changes.cursor())).isAfter(before);
    }

    @Test
    void textWithAngleBracketsAmpersandsAndUmlautsSurvives() throws Exception {
        RestConnector rt = connector();
        List<String> bodies = new java.util.concurrent.CopyOnWriteArrayList<>();
        Transport http = http();
        RestConnector seeing = connector(
                call -> {
                    Transport.Reply reply = http.send(call);
                    if (reply instanceof Transport.Answered answered) {
                        bodies.add(new String(answered.body(), java.nio.charset.StandardCharsets.UTF_8));
                    }
                    return reply;
                },
                RequestTracker.PASSWORD);
        RemoteOrder created = ok(rt.create(draft("hub:text:1")));
        ok(seeing.get(created.id()));

        String subject = new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(bodies.getFirst())
                .path("Subject")
                .asText();
        assertThat(subject).isEqualTo("Vibration > 7.1 mm/s & \"rising\" – équipe Müller [hub:text:1]");
    }

    @Test
    void anAnswerThatIsLostIsUnknownAndTheTicketIsFound() throws Exception {
        Transport http = http();
        RestConnector losing = connector(
                call -> {
                    Transport.Reply reply = http.send(call);
                    return call.method().equals("POST") ? new Transport.Lost("cut for the test") : reply;
                },
                RequestTracker.PASSWORD);

        assertThat(losing.create(draft("hub:lost:1"))).isInstanceOf(Answer.Unknown.class);
        assertThat(ok(losing.find("hub:lost:1"))).hasSize(1);
    }

    @Test
    void whatItRefusesIsToldApart() throws Exception {
        assertThat(connector(http(), "wrong").find("hub:a:1")).isInstanceOf(Answer.Unauthorized.class);
        assertThat(ok(connector().get("999999"))).isEmpty();
        assertThat(connector().comment("999999", "nobody")).isInstanceOf(Answer.Permanent.class);
    }
}
