package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.slf4j.LoggerFactory;

/** F15: a server comes back with other namespace indices, without a node, and with another type for one. */
class ServerRestartFault {
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Sources sources;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(OpcUaSource.class.getPackageName());

    @BeforeEach
    void open() throws Exception {
        sources = new Sources(folder.resolve("pki"));
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() throws Exception {
        logger.detachAppender(log);
        sources.close();
    }

    @Test
    void anotherAddressSpaceIsReadWithoutHelpAndTheLostNodeIsSaidOnce() throws Exception {
        ScriptedServer before = new ScriptedServer(
                sources.setup().with("Kept", 1.0).with("Removed", 2.0).with("Changed", 3.0));
        sources.closing(before);
        OpcUaSource source = sources.start("Kept", "Removed", "Changed");
        await().atMost(RECOVERY).until(() -> sources.got.size() == 3);
        before.close();
        await().atMost(RECOVERY).until(() -> !source.status().up());

        ScriptedServer.Setup other = sources.setup().with("Changed", "three").with("Kept", 10.0);
        other.namespaces = List.of("urn:new:first", "urn:new:second", ScriptedServer.URI);
        ScriptedServer after = sources.closing(new ScriptedServer(other));

        await().atMost(RECOVERY)
                .until(() -> sources.values("Kept").getLast().value().equals(Value.of(10.0))
                        && sources.values("Changed").getLast().value().equals(Value.of("three"))
                        && sources.values("Removed").getLast().quality() == Quality.BAD_NODE_ID_UNKNOWN);
        assertThat(source.status().detail()).contains("2 of 3 nodes monitored", "s=Removed (Bad_NodeIdUnknown)");
        assertThat(source.status().up()).isTrue();
        for (String node : new String[] {"Kept", "Changed"}) {
            assertThat(sources.values(node))
                    .as("%s: the gap is marked once", node)
                    .extracting(Reading::quality)
                    .containsExactly(Quality.GOOD, Quality.BAD_NO_COMMUNICATION, Quality.GOOD);
        }
        after.set("Kept", 11.0);
        await().until(() -> sources.values("Kept").getLast().value().equals(Value.of(11.0)));
        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .filteredOn(event -> event.getFormattedMessage().contains("Removed"))
                .as("one message, not a flood")
                .hasSize(1);
    }
}
