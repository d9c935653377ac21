package org.millrace.demo;

import ch.qos.logback.classic.Level;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** A real MQTT 5 broker (HiveMQ Community Edition) inside this process, on 127.0.0.1 only, without extensions. */
public final class FieldBroker implements AutoCloseable {
    private static final int START_SECONDS = 60;

    private final EmbeddedHiveMQ broker;
    private final Path folder;
    private final int port;
    private final boolean temporary;

    private FieldBroker(EmbeddedHiveMQ broker, Path folder, int port, boolean temporary) {
        this.broker = broker;
        this.folder = folder;
        this.port = port;
        this.temporary = temporary;
    }

    /** In memory, on a free port; everything is forgotten at close. */
    public static FieldBroker start() {
        try {
            return start(Files.createTempDirectory("millrace-broker"), freePort(), false, true);
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder for the broker", e);
        }
    }

    /**
     * On the given port (0 = a free one), with sessions and queued messages on disk: a later start with the same folder
     * and port carries on.
     *
     * @throws IllegalStateException when the broker does not come up, e.g. because the port is taken
     */
    public static FieldBroker start(Path folder, int port) {
        return start(folder, port == 0 ? freePort() : port, true, false);
    }

    private static FieldBroker start(Path folder, int port, boolean durable, boolean temporary) {
        quiet();
        try {
            Path conf = Files.createDirectories(folder.resolve("conf"));
            Path data = Files.createDirectories(folder.resolve("data"));
            Path extensions = Files.createDirectories(folder.resolve("extensions"));
            Files.writeString(conf.resolve("config.xml"), config(port, durable));
            EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                    .withConfigurationFolder(conf)
                    .withDataFolder(data)
                    .withExtensionsFolder(extensions)
                    .withoutLoggingBootstrap()
                    .build();
            broker.start().get(START_SECONDS, TimeUnit.SECONDS);
            return new FieldBroker(broker, folder, port, temporary);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the broker's folder " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker started", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker did not start on 127.0.0.1:" + port, e);
        }
    }

    public int port() {
        return port;
    }

    /** {@code mqtt://127.0.0.1:<port>}, as a source file takes it. */
    public String uri() {
        return "mqtt://127.0.0.1:" + port;
    }

    /** Stops the broker; its clients see the connection break. Idempotent. */
    @Override
    public void close() {
        try {
            broker.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not stop in order", e.getCause());
        } finally {
            if (temporary) {
                delete(folder);
            }
        }
    }

    private static String config(int port, boolean durable) {
        return """
                <?xml version="1.0"?>
                <hivemq>
                    <listeners>
                        <tcp-listener>
                            <port>%d</port>
                            <bind-address>127.0.0.1</bind-address>
                        </tcp-listener>
                    </listeners>
                    <mqtt>
                        <queued-messages>
                            <max-queue-size>1000000</max-queue-size>
                        </queued-messages>
                    </mqtt>
                    <persistence>
                        <mode>%s</mode>
                    </persistence>
                    <anonymous-usage-statistics>
                        <enabled>false</enabled>
                    </anonymous-usage-statistics>
                </hivemq>
                """.formatted(port, durable ? "file" : "in-memory");
    }

    /** HiveMQ tells its life story at INFO; whoever configured its loggers keeps that. */
    private static void quiet() {
        for (String name : new String[] {"com.hivemq", "jetbrains.exodus"}) {
            if (LoggerFactory.getLogger(name) instanceof ch.qos.logback.classic.Logger logger
                    && logger.getLevel() == null) {
                logger.setLevel(Level.ERROR);
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on 127.0.0.1", e);
        }
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path visited, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            LoggerFactory.getLogger(FieldBroker.class).debug("{} stays behind", folder, e);
        }
    }
}
