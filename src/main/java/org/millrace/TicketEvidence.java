package org.millrace;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.millrace.check.Configuration;
import org.millrace.historian.Historian;
import org.millrace.historian.Series;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.BoundRule;
import org.millrace.rule.RuleFile;
import org.millrace.store.OperationalStore;
import org.millrace.ticket.OrderState;
import org.millrace.ticket.TicketText;
import org.millrace.ticket.TrendPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a ticket shows, from the historian, the outbox and the rule files. A historian that is away costs the picture only. */
final class TicketEvidence implements TicketText.Evidence {
    private static final Logger LOG = LoggerFactory.getLogger(TicketEvidence.class);
    private static final int POINTS = 2_000;
    private static final int PAST_ORDERS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** After a failure: tickets of a flood of alarms must not each wait in vain. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Historian historian;
    private final OperationalStore store;
    private final Supplier<Configuration> configuration;
    private final BiFunction<String, Long, Map<String, String>> context;
    private volatile long askAgain = System.nanoTime();

    TicketEvidence(
            Historian historian,
            OperationalStore store,
            Supplier<Configuration> configuration,
            BiFunction<String, Long, Map<String, String>> context) {
        this.historian = historian;
        this.store = store;
        this.configuration = configuration;
        this.context = context;
    }

    @Override
    public Map<String, String> context(String asset, long time) {
        return context.apply(asset, time);
    }

    /** Empty when the historian does not answer in time: a work order never waits for its picture. */
    @Override
    public List<TrendPoint> trend(String tag, long from, long to) {
        if (!historian.reached() || System.nanoTime() - askAgain < 0) {
            return List.of();
        }
        FutureTask<List<TrendPoint>> query = new FutureTask<>(() -> read(tag, from, to));
        Thread.ofVirtual().name("ticket-trend").start(query);
        try {
            return query.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException | TimeoutException e) {
            query.cancel(true);
            askAgain = System.nanoTime() + PAUSE.toNanos();
            LOG.warn(
                    "the ticket goes without a picture, the historian does not answer: {}",
                    e.getCause() == null ? "nothing within " + PATIENCE.toMillis() + " ms" : e.getCause());
            return List.of();
        }
    }

    private List<TrendPoint> read(String tag, long from, long to) throws SQLException {
        return historian
                .query()
                .series(tag, from, to + 1, Series.Mode.LTTB, POINTS)
                .map(series -> series.points().stream()
                        .map(point -> new TrendPoint(point.time(), point.value().number(), point.quality()))
                        .toList())
                .orElse(List.of());
    }

    @Override
    public List<AlarmEvent> history(String incident) {
        return store.outbox().events(incident);
    }

    /** Of every system, the desk's too. */
    @Override
    public List<TicketText.PastOrder> orders(String asset) {
        Stream<TicketText.PastOrder> remote = store.tickets().ofAsset(asset, PAST_ORDERS).stream()
                .map(row -> new TicketText.PastOrder(
                        row.there().number(),
                        row.facts().last().title(),
                        row.state(),
                        row.times().created(),
                        row.facts().last().incident()));
        Stream<TicketText.PastOrder> desk = store.workOrders().ofAsset(asset, PAST_ORDERS).stream()
                .map(order -> new TicketText.PastOrder(
                        order.number(),
                        order.title(),
                        OrderState.valueOf(order.state().name()),
                        order.created(),
                        order.incident()));
        return Stream.concat(remote, desk)
                .sorted(Comparator.comparingLong(TicketText.PastOrder::created).reversed())
                .toList();
    }

    @Override
    public Optional<RuleFile.Guidance> guidance(String rule) {
        return configuration.get().ruleFiles().stream()
                .filter(file -> file.id().equals(rule))
                .findFirst()
                .flatMap(RuleFile::guidance);
    }

    @Override
    public Map<String, Double> limits(String rule, String tag) {
        Map<String, Double> limits = new LinkedHashMap<>();
        for (BoundRule bound : configuration.get().rules().rules()) {
            if (bound.measure().isEmpty()
                    && bound.rule().id().equals(rule)
                    && bound.input().path().equals(tag)) {
                bound.levels().forEach(level -> limits.put(level.name(), level.limit()));
            }
        }
        return limits;
    }
}
