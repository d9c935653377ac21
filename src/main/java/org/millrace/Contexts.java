package org.millrace;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.millrace.connector.rest.RestConnector;
import org.millrace.context.ContextFile;
import org.millrace.context.ContextPoller;
import org.millrace.context.ContextSources;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.signal.Micros;
import org.millrace.store.AssetContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The business context of the plant's machines: one poller a file, and what holds as of a time. */
final class Contexts implements AutoCloseable {
    /** Key under which an answer says which sources are too old to be believed. */
    static final String STALE = "stale";

    private static final Logger LOG = LoggerFactory.getLogger(Contexts.class);

    private record Running(ContextFile file, Map<String, String> assets, ContextPoller poller) {}

    private final AssetContext store;
    private final Function<String, Optional<RestConnector>> connectors;
    private final UnaryOperator<String> secrets;
    private final ContextPoller.Changes changes;
    private final Clock clock;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private boolean started;

    /** @param changes told of what changed before it is kept */
    Contexts(
            AssetContext store,
            Function<String, Optional<RestConnector>> connectors,
            UnaryOperator<String> secrets,
            ContextPoller.Changes changes,
            Clock clock) {
        this.store = store;
        this.connectors = connectors;
        this.secrets = secrets;
        this.changes = changes;
        this.clock = clock;
    }

    /** Runs what the configuration says; what did not change goes on. */
    synchronized void keep(List<ContextFile> files, Plant plant) {
        Map<String, Running> wanted = new HashMap<>();
        for (ContextFile file : files) {
            Map<String, String> assets = assets(file, plant);
            Running present = running.get(file.id());
            if (present != null
                    && present.file().equals(file)
                    && present.assets().equals(assets)) {
                wanted.put(file.id(), present);
            } else {
                ContextPoller poller = new ContextPoller(
                        file, ContextSources.of(file, connectors, secrets), assets, store, changes, clock);
                wanted.put(file.id(), new Running(file, assets, poller));
            }
        }
        for (Running present : List.copyOf(running.values())) {
            if (wanted.get(present.file().id()) != present) {
                running.remove(present.file().id());
                close(present);
            }
        }
        wanted.forEach((id, one) -> {
            if (running.putIfAbsent(id, one) == null && started) {
                one.poller().start();
            }
        });
    }

    /** Begins to read: not before the routes run, or the journal would forget what came before the historian's place. */
    synchronized void start() {
        started = true;
        running.values().forEach(one -> one.poller().start());
    }

    /** Asset id by the name a source gives it. */
    private static Map<String, String> assets(ContextFile file, Plant plant) {
        Map<String, String> assets = new HashMap<>();
        for (Asset asset : plant.assets()) {
            if (file.match().equals("id")) {
                assets.put(asset.id(), asset.id());
            } else {
                Optional.ofNullable(asset.cmms().get(file.match().substring("cmms.".length())))
                        .ifPresent(name -> assets.put(name, asset.id()));
            }
        }
        return assets;
    }

    /**
     * What holds for an asset as of a source time, µs. A source whose last answer is too old for that time says nothing;
     * its id stands under {@link #STALE}. Local and quick; empty when the store can't be read.
     */
    Map<String, String> asOf(String asset, long time) {
        if (running.isEmpty()) {
            return Map.of();
        }
        try {
            Map<String, String> fields = new LinkedHashMap<>();
            List<String> stale = new ArrayList<>();
            for (AssetContext.Valid valid : store.asOf(asset, time)) {
                Running source = running.get(valid.source());
                if (source == null) {
                    continue; // its file is gone
                }
                long believed =
                        store.lastRead(valid.source()) + Micros.of(source.file().staleAfter());
                if (time > believed) {
                    stale.add(valid.source());
                } else {
                    valid.fields().forEach(fields::putIfAbsent);
                }
            }
            if (!stale.isEmpty()) {
                fields.put(STALE, String.join(", ", stale));
            }
            return fields;
        } catch (RuntimeException e) {
            LOG.warn("the context of {} can't be looked up: {}", asset, e.toString());
            return Map.of();
        }
    }

    List<ContextPoller.Status> statuses() {
        return running.values().stream()
                .map(one -> one.poller().status())
                .sorted(Comparator.comparing(ContextPoller.Status::id))
                .toList();
    }

    @Override
    public synchronized void close() {
        running.values().forEach(Contexts::close);
        running.clear();
    }

    private static void close(Running one) {
        try {
            one.poller().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
