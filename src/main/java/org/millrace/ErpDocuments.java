package org.millrace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.millrace.check.Configuration;
import org.millrace.connector.DocumentClient;
import org.millrace.connector.DocumentFolderFile;
import org.millrace.connector.Documents;
import org.millrace.connector.FolderDocuments;
import org.millrace.connector.rest.ErpConnectorFile;
import org.millrace.connector.rest.JdkTransport;
import org.millrace.connector.rest.RestDocuments;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.BusinessDocument.Part;
import org.millrace.erp.DocumentJson;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.DocumentPolicy;
import org.millrace.erp.DocumentRow;
import org.millrace.erp.EventDocuments;
import org.millrace.journal.Journal;
import org.millrace.plant.Asset;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;
import org.millrace.security.Secrets;
import org.millrace.signal.Micros;
import org.millrace.signal.SampleBatch;
import org.millrace.store.OperationalStore;
import org.millrace.ticket.OrderReference;

/** What takes documents: every ERP connector and document folder of the home folder, each with its own thread. */
final class ErpDocuments implements AutoCloseable {
    private static final DocumentPolicy FOLDERS = new DocumentPolicy(
            Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(1), 8);

    /** @param file as it was configured: another one makes another system */
    private record Target(Record file, Documents documents) {}

    private final Map<String, Target> systems = new ConcurrentHashMap<>();
    private final Path home;
    private final Supplier<Configuration> configuration;
    private final OperationalStore store;
    private final Journal journal;
    private final Secrets secrets;
    private final Clock clock;
    private boolean started;

    /** @throws IOException when certificates a connector names can't be read */
    ErpDocuments(Path home, Supplier<Configuration> configuration, OperationalStore store, Journal journal, Clock clock)
            throws IOException {
        this.home = home;
        this.configuration = configuration;
        this.store = store;
        this.journal = journal;
        this.secrets = Secrets.of(home);
        this.clock = clock;
        change(configuration.get());
    }

    /** Systems that came or changed; those that went stay until {@link #keep}, because routes may still name them. */
    synchronized void change(Configuration next) throws IOException {
        for (ErpConnectorFile file : next.erp().connectors()) {
            Target running = systems.get(file.id());
            if (running == null || !running.file().equals(file)) {
                JdkTransport http = new JdkTransport(JdkTransport.client(file.connection(), home), file.connection());
                put(file, RestDocuments.of(file, secrets, http, clock), policy(file.sending()));
            }
        }
        for (DocumentFolderFile file : next.erp().folders()) {
            Target running = systems.get(file.id());
            if (running == null || !running.file().equals(file)) {
                put(file, new FolderDocuments(file, home), FOLDERS);
            }
        }
    }

    private void put(Record file, DocumentClient client, DocumentPolicy policy) {
        Target before = systems.get(client.id());
        if (before != null) {
            close(before); // first: one writer for a system
        }
        Documents documents = new Documents(client, store.documents(), this::refused, policy, clock);
        systems.put(client.id(), new Target(file, documents));
        if (started) {
            documents.start();
        }
    }

    private static DocumentPolicy policy(ErpConnectorFile.Sending sending) {
        return new DocumentPolicy(
                sending.settle(),
                sending.firstPause(),
                sending.longestPause(),
                sending.recheck(),
                sending.maxAttempts());
    }

    /** Closes what a configuration has no more; what it still owes waits in the ledger. */
    synchronized void keep(Configuration now) {
        List<String> ids = new ArrayList<>();
        now.erp().connectors().forEach(file -> ids.add(file.id()));
        now.erp().folders().forEach(file -> ids.add(file.id()));
        for (String id : List.copyOf(systems.keySet())) {
            if (!ids.contains(id)) {
                Target gone = systems.remove(id);
                if (gone != null) {
                    close(gone);
                }
            }
        }
    }

    synchronized void start() {
        started = true;
        systems.values().forEach(system -> system.documents().start());
    }

    Optional<Documents> system(String id) {
        return Optional.ofNullable(systems.get(id)).map(Target::documents);
    }

    List<Documents.Status> statuses() {
        return systems.values().stream()
                .map(system -> system.documents().status())
                .sorted(Comparator.comparing(Documents.Status::id))
                .toList();
    }

    /** The document an event asks for; a production confirmation is asked for by no event. */
    Optional<BusinessDocument> document(AlarmEvent event, DocumentKind kind, String workOrder) {
        Map<String, String> numbers = configuration
                .get()
                .plant()
                .asset(event.asset())
                .map(Asset::cmms)
                .orElse(Map.of());
        return switch (kind) {
            case PRODUCTION_CONFIRMATION -> Optional.empty();
            case PURCHASE_REQUEST -> EventDocuments.purchase(event, numbers).map(request -> request);
            case MATERIAL_RESERVATION -> {
                String order = workOrder.isEmpty() ? OrderReference.of(event.key(), 1) : workOrder;
                yield EventDocuments.reservation(event, parts(event.rule()), order, numbers)
                        .map(reservation -> reservation);
            }
        };
    }

    private List<Part> parts(String rule) {
        return configuration.get().ruleFiles().stream()
                .filter(file -> file.id().equals(rule))
                .findFirst()
                .flatMap(RuleFile::workOrder)
                .map(order -> order.parts().stream()
                        .map(part -> new Part(
                                part.material(),
                                part.quantity().value(),
                                part.quantity().unit()))
                        .toList())
                .orElse(List.of());
    }

    /** What a system does not take is kept where people look for what did not go on. */
    private void refused(DocumentRow row) {
        long now = Micros.of(clock.instant());
        byte[] raw = DocumentJson.write(row.document()).getBytes(StandardCharsets.UTF_8);
        Journal.DeadLetter letter = new Journal.DeadLetter(
                "documents", now, "erp/" + row.system(), "rejected", row.note(), row.reference(), raw);
        journal.append(new Journal.Intake(
                        "documents", now, 1, SampleBatch.empty(), new LinkedHashMap<>(), List.of(letter)))
                .join();
    }

    @Override
    public synchronized void close() {
        systems.values().forEach(ErpDocuments::close);
    }

    private static void close(Target system) {
        try {
            system.documents().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
