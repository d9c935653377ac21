package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.alarm.AlarmCommand;
import org.millrace.e2e.Homes;
import org.millrace.journal.Journal;
import org.millrace.runtime.Commands;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** The mail route of docs/routes.md, as it stands there, on a whole hub and an SMTP server. */
class MailRouteIT {
    @TempDir
    Path folder;

    @Test
    void anIncidentIsOneConversationAndWaitsForAServerThatIsAway() throws Exception {
        Path home = folder.resolve("home");
        ServerSetup smtp = ServerSetup.SMTP.dynamicPort();
        GreenMail mail = new GreenMail(smtp);
        mail.start();
        int port = mail.getSmtp().getPort();
        mail.stop();
        write(home, port);
        try (Hub hub = Hub.start(new HubOptions(home, folder.resolve("data"), Map.of(), OptionalInt.of(0)))) {
            load(hub, 100);
            load(hub, 2_000);
            await().untilAsserted(() -> assertThat(hub.store().workOrders().list(5))
                    .as("nobody waits for it")
                    .hasSize(1));
            mail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
            mail.start();
            GreenMail server = mail;
            await().untilAsserted(() -> assertThat(server.getReceivedMessages()).hasSize(1));
            load(hub, 100);
            acknowledge(hub);
            await().untilAsserted(() -> assertThat(server.getReceivedMessages()).hasSize(2));

            MimeMessage first = server.getReceivedMessages()[0];
            assertThat(first.getSubject()).isEqualTo("High on Machine");
            assertThat(first.getMessageID()).matches("<[0-9a-f-]{36}@millrace>");
            Multipart parts = (Multipart) first.getContent();
            assertThat(text(parts.getBodyPart(0))).contains("Highest: 2000 (limit 1000");
            assertThat(parts.getBodyPart(1).getFileName()).isEqualTo("trend.png");
            assertThat(parts.getBodyPart(1).getInputStream().readNBytes(4)).contains('P', 'N', 'G');
            MimeMessage last = server.getReceivedMessages()[1];
            assertThat(last.getSubject()).isEqualTo("Re: High on Machine");
            assertThat(last.getHeader("References", " ")).isEqualTo(first.getMessageID());
            assertThat(last.getMessageID()).isNotEqualTo(first.getMessageID());
        } finally {
            mail.stop();
        }
    }

    private static String text(BodyPart part) throws Exception {
        return part.getContent() instanceof Multipart inner
                ? text(inner.getBodyPart(0))
                : String.valueOf(part.getContent());
    }

    private static void acknowledge(Hub hub) {
        String incident = hub.store().alarms().open().getFirst().last().incident();
        hub.journal()
                .command(hub.now(), Commands.write(new AlarmCommand.Acknowledge(incident, "ann", "seen")))
                .join();
    }

    private static void load(Hub hub, double value) {
        SampleBatch batch = SampleBatch.of(List.of(new Sample(
                hub.journal().tagNumber("acme/lyon/hall/line/m/load"), hub.now(), Value.of(value), Quality.GOOD)));
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), 1, batch, Map.of(), List.of()))
                .join();
    }

    private static void write(Path home, int port) throws Exception {
        Matcher route = Pattern.compile("(?s)for each critical incident\n\n```yaml\n(.*?)```")
                .matcher(Files.readString(Path.of("docs/routes.md")));
        assertThat(route.find()).isTrue();
        Homes.write(
                home,
                "routes/sinks/mail.camel.yaml",
                route.group(1).replace("mail.plant.example:25", "127.0.0.1:" + port));
        Homes.write(home, "routes/sinks/all.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { flushEvery: 100 }
                      steps:
                        - to: hub:historian
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters: { name: work-orders }
                      steps:
                        - to: hub:cmms/desk
                """);
        Homes.field(home);
        Homes.write(home, "connectors-config/plant.yaml", """
                kind: Asset
                id: M
                name: Machine
                path: acme/lyon/hall/line/m
                class: machine
                tags:
                  load: { from: field, device: m, field: load }
                ---
                kind: Rule
                id: high
                title: "High on {asset.name}"
                for: { class: machine }
                watch: threshold
                input: load
                limits: { H: 1000 }
                levels: { H: { severity: critical } }
                work_order: { on: raised }
                """);
    }
}
