package org.millrace.connector;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.connector.DocumentClient.Created;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentAction;
import org.millrace.erp.DocumentAnswer;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.DocumentLedger;
import org.millrace.erp.DocumentPolicy;
import org.millrace.erp.DocumentRow;
import org.millrace.erp.DocumentRow.State;
import org.millrace.erp.DocumentSteps;
import org.millrace.erp.DocumentSteps.Step;
import org.millrace.erp.DocumentThere;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents of one system: each at most once there, whatever the system, the network and this process do.
 *
 * <p>{@link #deliver} only writes to the ledger and returns: a route never waits for an ERP. A thread of its own then does
 * what the rows need, one call at a time; a creation is in the ledger before it is sent, and nothing is created without a
 * find since the last creation. After a crash at any point the rows say what to do.
 */
public final class Documents implements AutoCloseable {
    /** What became of a hand-over. */
    public enum Delivery {
        QUEUED,
        /** The ledger has a document of this reference for this system. */
        KNOWN
    }

    /** Where the hub keeps what a system refuses for good. */
    public interface Records {
        void refused(DocumentRow row);
    }

    /**
     * @param circuit {@code closed}, {@code open} or {@code trying}
     * @param nextTry when it is called again, µs; 0 while it is called at will
     * @param creations sent since the start
     * @param doubles documents found more than once since the start
     */
    public record Status(
            String id,
            boolean up,
            String circuit,
            boolean unauthorized,
            int failures,
            long since,
            long nextTry,
            String lastError,
            long creations,
            long doubles) {}

    private static final Logger LOG = LoggerFactory.getLogger(Documents.class);
    private static final int ROUND = 50;

    private final DocumentClient client;
    private final DocumentLedger ledger;
    private final Records records;
    private final DocumentSteps steps;
    private final Circuit circuit;
    private final Clock clock;
    private final Rounds rounds;
    private final AtomicLong creations = new AtomicLong();
    private final Set<String> doubled = ConcurrentHashMap.newKeySet();

    public Documents(
            DocumentClient client, DocumentLedger ledger, Records records, DocumentPolicy policy, Clock clock) {
        this.client = client;
        this.ledger = ledger;
        this.records = records;
        this.clock = clock;
        this.steps = new DocumentSteps(policy);
        this.circuit = new Circuit(policy.firstPause(), policy.longestPause(), now());
        this.rounds = new Rounds(
                "hub-documents-" + client.id(),
                this::round,
                () -> circuit.status().until(),
                this::now);
    }

    public String id() {
        return client.id();
    }

    public Set<DocumentKind> kinds() {
        return client.kinds();
    }

    /** Starts the thread that talks to the system. */
    public void start() {
        rounds.start();
    }

    /**
     * Takes a document, durably.
     *
     * @throws IllegalArgumentException when the system takes no documents of this kind
     */
    public Delivery deliver(BusinessDocument document) {
        if (!client.kinds().contains(document.kind())) {
            throw new IllegalArgumentException(
                    "the connector " + id() + " takes no " + document.kind().word() + "; it has no documents."
                            + document.kind().key());
        }
        boolean fresh = ledger.add(DocumentRow.queued(id(), document, now()));
        rounds.signal();
        return fresh ? Delivery.QUEUED : Delivery.KNOWN;
    }

    /** Tries one again that was refused, after a person has changed what was in its way. */
    public boolean retry(String reference) {
        Optional<DocumentRow> row = ledger.get(id(), reference).filter(found -> found.state() == State.REFUSED);
        row.ifPresent(refused -> ledger.save(DocumentSteps.again(refused, now())));
        rounds.signal();
        return row.isPresent();
    }

    public Status status() {
        Circuit.Status s = circuit.status();
        return new Status(
                id(),
                s.failures() == 0,
                s.state().name().toLowerCase(Locale.ROOT),
                s.unauthorized(),
                s.failures(),
                s.since(),
                s.until(),
                s.lastError(),
                creations.get(),
                doubled.size());
    }

    @Override
    public void close() throws InterruptedException {
        rounds.close();
    }

    /** Everything that is due now; says when something is next. */
    long round() {
        for (DocumentRow row : ledger.due(id(), now(), ROUND)) {
            if (circuit.allows(now()) && !Thread.currentThread().isInterrupted()) {
                serve(row);
            }
        }
        return ledger.nextWake(id());
    }

    /** One document, as far as it goes. */
    private void serve(DocumentRow row) {
        Step step = steps.due(row, now());
        keep(row, step);
        while (step.action().isPresent() && !Thread.currentThread().isInterrupted()) {
            if (!circuit.allows(now())) {
                // what was to be created was not: nothing is lost when it is looked for once more
                return;
            }
            DocumentAction action = step.action().get();
            DocumentAnswer answer = perform(step.row().document(), action);
            Step next = steps.after(step.row(), action, answer, now());
            keep(step.row(), next);
            step = next;
        }
    }

    private void keep(DocumentRow before, Step step) {
        if (step.doubles() > 0 && doubled.add(step.row().reference())) {
            LOG.warn("{}: {} is there {} times", id(), step.row().reference(), step.doubles() + 1);
        }
        if (!step.row().equals(before)) {
            ledger.save(step.row());
        }
        if (step.row().state() == State.REFUSED && before.state() != State.REFUSED) {
            LOG.warn(
                    "{}: {} is not taken: {}",
                    id(),
                    step.row().reference(),
                    step.row().note());
            records.refused(step.row());
        }
    }

    private DocumentAnswer perform(BusinessDocument document, DocumentAction action) {
        return switch (action) {
            case DocumentAction.Find find -> {
                Answer<List<DocumentThere>> found = client.find(document);
                yield found instanceof Answer.Ok<List<DocumentThere>> ok
                        ? worked(new DocumentAnswer.Found(ok.value()))
                        : failed(found);
            }
            case DocumentAction.Create create -> {
                creations.incrementAndGet();
                Answer<Created> made = client.create(document);
                yield made instanceof Answer.Ok<Created> ok
                        ? worked(new DocumentAnswer.Made(
                                ok.value().id(), ok.value().number(), ok.value().finished()))
                        : failed(made);
            }
            case DocumentAction.Proceed proceed -> {
                Answer<Void> done = client.proceed(document, proceed.there());
                yield done instanceof Answer.Ok<Void> ? worked(new DocumentAnswer.Stepped()) : failed(done);
            }
        };
    }

    private DocumentAnswer worked(DocumentAnswer answer) {
        saw(new OrderAnswer.Done());
        return answer;
    }

    private <T> DocumentAnswer failed(Answer<T> answer) {
        OrderAnswer failure = OrderCalls.answer(answer, value -> {
            throw new IllegalStateException("not a failure: " + value);
        });
        saw(failure);
        return new DocumentAnswer.Failed((OrderAnswer.Failed) failure);
    }

    private void saw(OrderAnswer answer) {
        circuit.saw(answer, now(), LOG, id());
    }

    private long now() {
        return Micros.of(clock.instant());
    }
}
