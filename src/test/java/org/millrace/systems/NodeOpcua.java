package org.millrace.systems;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A server of node-opcua on 127.0.0.1, path {@code /plant}, namespace {@code urn:test:plant}: {@code N} with history,
 * {@code Broken} with Bad_SensorFailure, the alarm {@code Temperature} of {@code Motor}, which is active while {@code Hot}
 * is true. Policies None, Basic256Sha256 and Aes256_Sha256_RsaPss; anonymous, or the given user.
 */
public final class NodeOpcua implements AutoCloseable {
    public static final String USER = "hub";
    public static final String PASSWORD = "correct horse";

    private static final Path MODULES = Path.of("target/systems/node-opcua/node_modules");

    private final Process server;
    private final Writer commands;

    private NodeOpcua(Process server) {
        this.server = server;
        this.commands = server.outputWriter(StandardCharsets.UTF_8);
    }

    /** @param folder for its certificates and its log; a second start with the same one shows the same certificate */
    public static NodeOpcua start(int port, Path folder) throws IOException {
        if (!Files.isDirectory(MODULES.resolve("node-opcua"))) {
            throw new IllegalStateException(MODULES + " has no node-opcua; hint: ./hub test --systems installs it");
        }
        Path log = Files.createDirectories(folder).resolve("node-opcua.log");
        Files.deleteIfExists(log);
        NodeOpcua server = new NodeOpcua(Installed.launch(
                Map.of("NODE_PATH", MODULES.toAbsolutePath().toString()),
                log,
                List.of(
                        "node",
                        Path.of("src/test/resources/systems/node-opcua-server.js")
                                .toAbsolutePath()
                                .toString(),
                        Integer.toString(port),
                        folder.toAbsolutePath().toString())));
        Awaitility.await("node-opcua on port " + port + ", see " + log)
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> Files.readAllLines(log).contains("up"));
        return server;
    }

    /** @param name {@code N} or {@code Hot} */
    public void set(String name, Object value) throws IOException {
        commands.write(name + " " + value + "\n");
        commands.flush();
    }

    @Override
    public void close() {
        Installed.end(server);
    }
}
