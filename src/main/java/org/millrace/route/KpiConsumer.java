package org.millrace.route;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.millrace.journal.Journal;
import org.millrace.kpi.OeeSpec;
import org.millrace.signal.Micros;
import org.millrace.signal.SampleBatch;

/**
 * {@code hub:kpi/<cursor>}: the figures of OEE as they come into the journal, one message for one machine and time, in
 * order, each until its route completes. Body = JSON text, see docs/kpi.md; headers {@code kpi} (id of the Oee document),
 * {@code period}, {@code path} and {@code at}. The cursor moves after each message: a restart offers only the one again
 * that was under way.
 */
final class KpiConsumer extends LoopConsumer {
    static final String SHIFT = "shift";
    static final String RUNNING = "running";
    static final String ALL = "all";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final String PREFIX = "kpi.";

    /** @param path of the asset; @param at event time, µs */
    private record Report(String path, String id, String period, long at) {}

    private final Journal journal;
    private final String cursor;
    private final String period;
    private final String only;

    KpiConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.journal = endpoint.port().journal();
        this.cursor = endpoint.path();
        this.period = endpoint.getPeriod();
        this.only = endpoint.getId();
    }

    @Override
    protected void doStart() throws Exception {
        journal.register(cursor);
        super.doStart();
    }

    @Override
    String place() {
        return cursor;
    }

    @Override
    void step() throws Exception {
        List<Journal.Entry> entries = journal.read(journal.position(cursor), hub().getMaxSamples(), WAIT);
        for (Journal.Entry entry : entries) {
            if (entry instanceof Journal.Entry.Samples samples
                    && samples.source().equals(OeeSpec.SOURCE)
                    && told(samples.batch())) {
                pass(entry);
            }
        }
        if (!entries.isEmpty()) {
            pass(entries.getLast());
        }
    }

    private void pass(Journal.Entry entry) throws Exception {
        journal.advance(cursor, entry.sequence(), Map.of(), List.of());
    }

    /** True when the route has had a message of it. */
    private boolean told(SampleBatch batch) throws Exception {
        Map<Report, ObjectNode> reports = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            String tag = journal.tagPath(batch.tag(i));
            int dot = tag.lastIndexOf('.');
            Optional<Report> report = report(tag.substring(0, Math.max(0, dot)), batch.time(i));
            if (report.isPresent() && wanted(report.get())) {
                reports.computeIfAbsent(report.get(), r -> JSON.createObjectNode())
                        .put(tag.substring(dot + 1), batch.number(i));
            }
        }
        for (Map.Entry<Report, ObjectNode> report : reports.entrySet()) {
            process(message(report.getKey(), report.getValue()));
        }
        return !reports.isEmpty();
    }

    /** @param figures path of the figures without the last name: {@code <asset path>/kpi.<id>[.shift]} */
    private static Optional<Report> report(String figures, long at) {
        int slash = figures.lastIndexOf('/');
        String name = figures.substring(slash + 1);
        if (slash < 0 || !name.startsWith(PREFIX)) {
            return Optional.empty();
        }
        boolean shift = name.endsWith("." + SHIFT);
        String id = name.substring(PREFIX.length(), name.length() - (shift ? SHIFT.length() + 1 : 0));
        return Optional.of(new Report(figures.substring(0, slash), id, shift ? SHIFT : RUNNING, at));
    }

    private boolean wanted(Report report) {
        return (period.equals(ALL) || period.equals(report.period())) && (only.isEmpty() || only.equals(report.id()));
    }

    private Exchange message(Report report, ObjectNode figures) throws Exception {
        String at = Micros.iso(report.at());
        ObjectNode body = JSON.createObjectNode()
                .put("kpi", report.id())
                .put("path", report.path())
                .put("period", report.period())
                .put("at", at);
        body.set("figures", figures);
        Map<String, String> context =
                hub().port().contextAt(report.path(), report.at() - 1); // the end is the next's begin
        if (!context.isEmpty()) {
            body.set("context", JSON.valueToTree(context));
        }
        Exchange exchange = exchange(JSON.writeValueAsString(body));
        exchange.getMessage().setHeader("kpi", report.id());
        exchange.getMessage().setHeader("path", report.path());
        exchange.getMessage().setHeader("period", report.period());
        exchange.getMessage().setHeader("at", at);
        return exchange;
    }
}
