package org.millrace.console;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.millrace.journal.Ledger;
import org.millrace.rule.RuleFile;
import org.millrace.signal.Micros;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's own metrics, computed at each scrape from {@link ConsoleData}: what a dashboard shows is what the ledger
 * says. A part that cannot be read is left out of that scrape and logged; the rest is served.
 */
final class ConsoleMetrics implements MultiCollector {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleMetrics.class);

    private static final int MOST_CLOCKS = 500;

    private final ConsoleData data;
    private final Clock clock;

    ConsoleMetrics(ConsoleData data, Clock clock) {
        this.data = data;
        this.clock = clock;
    }

    @Override
    public MetricSnapshots collect() {
        Page page = new Page();
        part(page, this::hub);
        part(page, this::sources);
        part(page, this::ledger);
        part(page, this::sinks);
        part(page, this::journal);
        part(page, this::work);
        return page.snapshots();
    }

    private interface Part {
        void write(Page page);
    }

    private static void part(Page page, Part part) {
        try {
            part.write(page);
        } catch (RuntimeException e) {
            LOG.warn("metrics: a part could not be read and is left out of this scrape", e);
        }
    }

    private void hub(Page page) {
        ConsoleData.Info info = data.info();
        long now = Micros.of(clock.instant());
        page.gauge("millrace_version", "1, labelled with the running version.", 1, "version", info.version());
        page.gauge("millrace_uptime_seconds", "Time since the hub started.", (now - info.started()) / 1e6);
        page.gauge(
                "millrace_ready",
                "1 when the hub is ready to serve.",
                data.notReady().isEmpty() ? 1 : 0);
    }

    private void sources(Page page) {
        for (var s : data.sources()) {
            String[] labels = {"source", s.id(), "kind", s.kind()};
            page.gauge(
                    "millrace_source_up",
                    "1 when the source is connected and able to deliver.",
                    s.up() ? 1 : 0,
                    labels);
            page.counter("millrace_source_received_messages", "Deliveries since start.", s.received(), labels);
            page.counter("millrace_source_reconnects", "Connections after the first.", s.reconnects(), labels);
            if (s.lastData() > 0) {
                page.gauge(
                        "millrace_source_last_data_timestamp_seconds",
                        "Time of the last delivery.",
                        s.lastData() / 1e6,
                        labels);
            }
        }
        clocks(page);
        stale(page);
        data.certificateEnds()
                .forEach(c -> page.gauge(
                        "millrace_source_certificate_end_timestamp_seconds",
                        "When a certificate of the connection ends.",
                        c.end().getEpochSecond(),
                        "source",
                        c.source(),
                        "owner",
                        c.owner()));
    }

    private void clocks(Page page) {
        for (ConsoleData.DeviceClock c : data.clocks(MOST_CLOCKS)) {
            page.gauge(
                    "millrace_device_clock_skew_seconds",
                    "The device's clock less the hub's; of many devices those that are farthest off.",
                    c.skew() / 1e6,
                    "source",
                    c.source(),
                    "device",
                    c.device());
        }
    }

    private void stale(Page page) {
        Map<String, ConsoleData.TagValue> values = new HashMap<>();
        data.values().forEach(value -> values.put(value.tag(), value));
        Map<String, Integer> stale = new TreeMap<>();
        for (ConsoleData.AssetView asset : data.assets()) {
            for (ConsoleData.TagView tag : asset.tags()) {
                ConsoleData.TagValue value = values.get(tag.path());
                stale.merge(tag.source(), value != null && value.stale() ? 1 : 0, Integer::sum);
            }
        }
        stale.forEach((source, count) -> page.gauge(
                "millrace_stale_tags",
                "Tags without a value for longer than their stale_after.",
                count,
                "source",
                source));
    }

    private void ledger(Page page) {
        Ledger ledger = data.ledger();
        page.gauge("millrace_ledger_balanced", "1 when every account balances to the unit.", ledger.balanced() ? 1 : 0);
        ledger.sources().forEach((id, a) -> {
            page.counter("millrace_ledger_received_readings", "Readings received.", a.received(), "source", id);
            page.counter(
                    "millrace_ledger_accepted_samples",
                    "Readings that became durable samples.",
                    a.accepted(),
                    "source",
                    id);
            page.counter(
                    "millrace_ledger_rejected_readings",
                    "Readings kept as dead letters, those replayed since included.",
                    a.rejected() + a.replayed(),
                    "source",
                    id);
            page.counter(
                    "millrace_ledger_replayed_readings",
                    "Dead letters replayed with success.",
                    a.replayed(),
                    "source",
                    id);
            a.filtered()
                    .forEach((reason, n) -> page.counter(
                            "millrace_ledger_filtered_readings",
                            "Readings left out for a reason.",
                            n,
                            "source",
                            id,
                            "reason",
                            reason));
        });
        ledger.sinks().forEach((id, a) -> {
            page.counter("millrace_sink_stored_samples", "Samples a consumer has taken.", a.stored(), "sink", id);
            page.counter(
                    "millrace_sink_rejected_samples",
                    "Samples a consumer refused, those replayed since included.",
                    a.rejected() + a.replayed(),
                    "sink",
                    id);
            page.counter(
                    "millrace_sink_expired_samples", "Samples dropped by retention policy.", a.expired(), "sink", id);
            page.gauge("millrace_sink_queued_samples", "Samples waiting for a consumer.", a.queued(), "sink", id);
        });
    }

    private void sinks(Page page) {
        long now = Micros.of(clock.instant());
        for (ConsoleData.SinkView s : data.sinks()) {
            String[] labels = {"sink", s.name(), "kind", s.kind()};
            page.gauge("millrace_sink_up", "1 unless the last try failed.", s.up() ? 1 : 0, labels);
            page.gauge("millrace_sink_failures", "Tries in a row that failed.", s.failures(), labels);
            page.gauge(
                    "millrace_sink_lag_entries", "Journal entries or events not yet passed.", s.lagEntries(), labels);
            page.gauge("millrace_sink_lag_samples", "Samples not yet passed.", s.lagSamples(), labels);
            page.gauge(
                    "millrace_sink_oldest_waiting_seconds",
                    "Age of the oldest thing that waits.",
                    s.oldest() == 0 ? 0 : Math.max(0, now - s.oldest()) / 1e6,
                    labels);
        }
    }

    private void journal(Page page) {
        ConsoleData.JournalView journal = data.journal();
        page.gauge("millrace_journal_head_entries", "Newest durable sequence number.", journal.head());
        page.gauge("millrace_journal_size_bytes", "Size of the journal on disk.", journal.bytes());
        journal.cursors()
                .forEach((cursor, position) -> page.gauge(
                        "millrace_journal_lag_entries",
                        "Entries a consumer has not passed.",
                        journal.head() - position,
                        "cursor",
                        cursor));
        page.counter("millrace_dead_letters", "Dead letters kept.", data.deadLetterCount());
    }

    private void work(Page page) {
        ConsoleData.RuleMemory rules = data.ruleMemory();
        page.gauge("millrace_rule_instances", "Rules on assets, and derived tags.", rules.instances());
        page.gauge("millrace_rule_state_bytes", "Approximate heap of their state.", rules.bytes());
        Map<RuleFile.Severity, Long> open = new LinkedHashMap<>();
        for (RuleFile.Severity severity : RuleFile.Severity.values()) {
            open.put(severity, 0L);
        }
        data.alarms(true, Integer.MAX_VALUE).forEach(a -> open.merge(a.latest().severity(), 1L, Long::sum));
        open.forEach((severity, n) -> page.gauge(
                "millrace_alarms_open",
                "Incidents that are not over.",
                n,
                "severity",
                severity.name().toLowerCase(Locale.ROOT)));
        long orders = data.workOrders(Integer.MAX_VALUE).stream()
                .filter(ConsoleData.WorkOrder::open)
                .count();
        for (ConsoleData.OrderSystem s : data.orderSystems()) {
            page.gauge(
                    "millrace_orders_unauthorized",
                    "1 while a work-order system refuses the hub's credentials.",
                    s.unauthorized() ? 1 : 0,
                    "system",
                    s.id());
            page.counter("millrace_orders_sent", "Creations sent to a work-order system.", s.posts(), "system", s.id());
            page.counter("millrace_orders_doubled", "Work orders found twice.", s.doubles(), "system", s.id());
            page.counter(
                    "millrace_orders_refused",
                    "What a work-order system refused for good.",
                    s.refused(),
                    "system",
                    s.id());
        }
        for (ConsoleData.DocumentSystem s : data.documentSystems()) {
            String[] labels = {"system", s.id()};
            page.gauge("millrace_documents_waiting", "Documents an ERP system does not have yet.", s.waiting(), labels);
            page.gauge("millrace_documents_refused", "Documents an ERP system does not take.", s.refused(), labels);
            page.counter("millrace_documents_sent", "Creations sent to an ERP system.", s.creations(), labels);
            page.counter("millrace_documents_doubled", "Documents found more than once.", s.doubles(), labels);
            page.gauge(
                    "millrace_documents_unauthorized",
                    "1 while an ERP system refuses the hub's credentials.",
                    s.unauthorized() ? 1 : 0,
                    labels);
        }
        page.gauge("millrace_work_orders_open", "Work orders not done or cancelled.", orders);
    }

    /** Collects points under their names; Prometheus wants each name once. Counters get their {@code _total} on output. */
    private static final class Page {
        private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
        private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();

        private void gauge(String name, String help, double value, String... labels) {
            gauges.computeIfAbsent(name, n -> GaugeSnapshot.builder().name(n).help(help))
                    .dataPoint(GaugeDataPointSnapshot.builder()
                            .value(value)
                            .labels(Labels.of(labels))
                            .build());
        }

        private void counter(String name, String help, double value, String... labels) {
            counters.computeIfAbsent(
                            name, n -> CounterSnapshot.builder().name(n).help(help))
                    .dataPoint(CounterDataPointSnapshot.builder()
                            .value(Math.max(0, value))
                            .labels(Labels.of(labels))
                            .build());
        }

        private MetricSnapshots snapshots() {
            List<MetricSnapshot> all = new ArrayList<>();
            gauges.values().forEach(builder -> all.add(builder.build()));
            counters.values().forEach(builder -> all.add(builder.build()));
            return new MetricSnapshots(all);
        }
    }
}
