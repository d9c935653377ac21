package org.millrace.route;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.rule.AlarmEvent;
import org.millrace.store.OperationalStore;

/** Routes as they are shipped, on a real Camel context and a real outbox, with the rest of the hub written down. */
abstract class RouteTestSupport extends CamelTestSupport {
    @TempDir
    Path folder;

    private OperationalStore store;
    private long sequence;
    RecordingPort port;

    @Override
    public void configureTest(TestExecutionConfiguration configuration) {
        configuration.withUseRouteBuilder(false);
    }

    @Override
    protected void bindToRegistry(Registry registry) throws Exception {
        store = OperationalStore.open(folder);
        port = new RecordingPort(store.outbox());
        registry.bind(HubPort.NAME, port);
    }

    @AfterEach
    void closeStore() {
        context.stop(); // consumers first: they read the outbox
        store.close();
    }

    /** As the rules commit them. */
    void decide(AlarmEvent... events) {
        store.commit(++sequence, java.util.Map.of(), java.util.Set.of(), java.util.List.of(events));
    }

    long pending(String consumer) {
        Long pending = store.outbox().pending().get(consumer);
        if (pending == null) {
            throw new AssertionError("no route reads the events as " + consumer);
        }
        return pending;
    }

    /** A file of the checkout, running. */
    void shipped(String file) throws Exception {
        load(file, Files.readString(Path.of(file)));
    }

    void load(String name, String text) throws Exception {
        prepare(name, text);
        context.start();
    }

    /** Loaded, not yet started. */
    void prepare(String name, String text) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString(name, text));
    }
}
