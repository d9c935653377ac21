package org.millrace;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmCommand;
import org.millrace.alarm.AlarmMetrics;
import org.millrace.connector.Desk;
import org.millrace.console.ConsoleData;
import org.millrace.erp.DocumentRow;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.journal.SqliteJournal;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;
import org.millrace.runtime.Commands;
import org.millrace.runtime.LiveView;
import org.millrace.runtime.Replay;
import org.millrace.runtime.RuleLoop;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;
import org.millrace.source.Source;
import org.millrace.source.SourceStatus;
import org.millrace.store.Alarms;
import org.millrace.store.WorkOrders;
import org.millrace.ticket.BreachTime;
import org.millrace.ticket.Numbers;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.Ticket;
import org.millrace.why.Explanation;
import org.millrace.why.Why;
import org.millrace.why.WhyNot;

/** The running hub as the console sees it. */
final class HubConsole implements ConsoleData {
    private final Hub hub;
    private final Path home;
    private final Reload reload;
    private final long started;
    private final HubAlarms alarms;

    HubConsole(Hub hub, Path home, Reload reload) {
        this.hub = hub;
        this.home = home;
        this.reload = reload;
        this.started = hub.now();
        this.alarms = new HubAlarms(hub);
    }

    @Override
    public Info info() {
        var settings = hub.configuration().hub();
        return new Info(
                settings.site(),
                BuildInfo.version(),
                hub.configuration().version(),
                home.toString(),
                settings.timeZone(),
                started);
    }

    @Override
    public ConfigurationView configuration() {
        return reload.view();
    }

    @Override
    public ConfigurationView reload(String user) {
        return reload.run(user);
    }

    @Override
    public List<String> notReady() {
        List<String> reasons = new ArrayList<>();
        String trouble = hub.rules().trouble();
        if (trouble != null) {
            reasons.add(trouble);
        }
        String disk = hub.journal().trouble();
        if (!disk.isEmpty()) {
            reasons.add("the journal can't be written, sources are held back: " + disk);
        }
        SqliteJournal.Usage usage = hub.journal().usage();
        if (usage.full()) {
            reasons.add(
                    "the journal is full (" + usage.bytes() + " bytes); sources are held back until a sink drains it");
        }
        // a route whose counterpart is away is retried by Camel's route controller: that is degraded, not unready
        if (hub.routes().routes().isEmpty() && !hub.configuration().routes().isEmpty()) {
            reasons.add("the routes are not loaded yet");
        }
        return reasons;
    }

    @Override
    public List<AssetView> assets() {
        return hub.configuration().plant().assets().stream()
                .map(HubConsole::view)
                .toList();
    }

    private static AssetView view(Asset asset) {
        return new AssetView(
                asset.id(),
                asset.name(),
                asset.path(),
                asset.type(),
                asset.criticality(),
                asset.tags().stream()
                        .map(tag -> new TagView(
                                tag.path(), tag.name(), tag.unit(), tag.origin().source(), tag.states()))
                        .toList());
    }

    @Override
    public List<TagValue> values() {
        return hub.configuration().plant().tags().stream().map(this::value).toList();
    }

    @Override
    public Optional<TagValue> last(String tag) {
        return hub.configuration().plant().tag(tag).map(this::value);
    }

    private TagValue value(Tag tag) {
        Optional<LiveView.Live> live = hub.live().last(hub.journal().tagNumber(tag.path()));
        if (live.isEmpty()) {
            return new TagValue(
                    tag.path(), Value.NONE, "", 0, 0, 0, tag.staleAfter().isPresent());
        }
        LiveView.Live last = live.get();
        long age = hub.now() - last.hubTime();
        int told = last.sample().quality();
        boolean stale = tag.staleAfter()
                .map(limit -> age > Micros.of(limit) || told == Quality.UNCERTAIN_LAST_USABLE_VALUE)
                .orElse(false);
        return new TagValue(
                tag.path(),
                last.sample().value(),
                text(last.sample().value()),
                stale && Quality.isGood(told) ? Quality.UNCERTAIN_LAST_USABLE_VALUE : told,
                last.sample().time(),
                last.hubTime(),
                stale);
    }

    private static String text(Value value) {
        return switch (value) {
            case Value.Real v -> Numbers.text(v.value(), Locale.ENGLISH);
            case Value.Whole v -> Long.toString(v.value());
            case Value.Flag v -> v.value() ? "on" : "off";
            case Value.Text v -> v.value();
            case Value.None v -> "";
        };
    }

    @Override
    public Optional<Series> series(SeriesQuery query) {
        Optional<Tag> tag = hub.configuration().plant().tag(query.tag());
        if (tag.isEmpty()) {
            return Optional.empty();
        }
        try {
            var mode = org.millrace.historian.Series.Mode.valueOf(query.mode().name());
            return Optional.of(hub.historian()
                    .query()
                    .series(query.tag(), query.from(), query.to(), mode, query.points())
                    .map(found -> series(tag.get(), found))
                    .orElseGet(() -> new Series(
                            query.tag(),
                            tag.get().unit(),
                            "raw",
                            0,
                            Double.NaN,
                            new long[0],
                            new double[0],
                            new int[0])));
        } catch (SQLException e) {
            throw new IllegalStateException("the historian does not answer: " + e.getMessage(), e);
        }
    }

    private static Series series(Tag tag, org.millrace.historian.Series found) {
        var points = found.points();
        return new Series(
                tag.path(),
                tag.unit(),
                found.resolution() == 0 ? "raw" : found.resolution() / 1_000_000 + "s",
                found.n(),
                found.n() == 0 ? Double.NaN : found.percentGood(),
                points.stream().mapToLong(point -> point.time()).toArray(),
                points.stream().mapToDouble(point -> number(tag, point.value())).toArray(),
                points.stream().mapToInt(point -> point.quality()).toArray());
    }

    /** A state is charted as its place among the tag's states. */
    private static double number(Tag tag, Value value) {
        if (value instanceof Value.Text text) {
            int place = List.copyOf(tag.states().values()).indexOf(text.value());
            return place < 0 ? Double.NaN : place;
        }
        return value.number();
    }

    @Override
    public List<SourceStatus> sources() {
        return hub.sources().stream().map(Source::status).toList();
    }

    @Override
    public List<DeviceClock> clocks(int limit) {
        return hub.clocks().clocks().stream()
                .limit(limit)
                .map(c -> new DeviceClock(c.source(), c.device(), c.skew(), c.minutes(), c.lastSeen()))
                .toList();
    }

    @Override
    public List<CertificateEnd> certificateEnds() {
        return hub.sources().stream()
                .flatMap(source -> source.certificatesEnd().entrySet().stream()
                        .map(e -> new CertificateEnd(source.id(), e.getKey(), e.getValue())))
                .toList();
    }

    @Override
    public List<RouteView> routes() {
        return hub.routes().routes().stream()
                .map(route -> new RouteView(route.id(), route.state(), route.from(), route.completed(), route.failed()))
                .toList();
    }

    @Override
    public Ledger ledger() {
        return hub.journal().ledger();
    }

    @Override
    public JournalView journal() {
        Map<String, Long> cursors = new LinkedHashMap<>();
        hub.journal()
                .ledger()
                .sinks()
                .keySet()
                .forEach(name -> cursors.put(name, hub.journal().position(name)));
        cursors.put(RuleLoop.CURSOR, hub.journal().position(RuleLoop.CURSOR));
        return new JournalView(hub.journal().head(), hub.journal().usage().bytes(), cursors);
    }

    @Override
    public List<SinkView> sinks() {
        return Sinks.of(hub);
    }

    @Override
    public List<Alarm> alarms(boolean open, int limit) {
        List<Alarms.Alarm> found =
                open ? hub.store().alarms().open() : hub.store().alarms().history(limit);
        List<String> incidents =
                found.stream().map(alarm -> alarm.last().incident()).toList();
        Map<String, String> orders = hub.orderNumbers(incidents);
        Map<String, AlarmBoard.Entry> board = alarms.board().alarms();
        return found.stream()
                .map(alarm -> new Alarm(
                        alarm.last(),
                        alarm.state() != Alarms.State.ACTIVE_UNACKNOWLEDGED
                                && alarm.state() != Alarms.State.NORMAL_UNACKNOWLEDGED,
                        alarm.state() != Alarms.State.CLOSED,
                        orders.getOrDefault(alarm.last().incident(), ""),
                        BreachTime.micros(steps(alarm.last()), alarm.last().hubTime()),
                        Optional.ofNullable(board.get(
                                        alarm.last().rule() + "@" + alarm.last().asset()))
                                .filter(entry ->
                                        entry.incident().equals(alarm.last().incident()))))
                .sorted((a, b) -> Long.compare(b.latest().hubTime(), a.latest().hubTime()))
                .toList();
    }

    /** What {@link BreachTime} needs: an acknowledgement alone does not say when the condition ended. */
    private List<AlarmEvent> steps(AlarmEvent last) {
        List<AlarmEvent> steps = BreachTime.isByValues(last.type())
                ? List.of()
                : hub.store().outbox().events(last.incident());
        return steps.isEmpty() ? List.of(last) : steps;
    }

    @Override
    public Outcome alarm(AlarmCommand command) {
        return alarms.command(command);
    }

    @Override
    public AlarmBoard board() {
        return alarms.board();
    }

    @Override
    public List<AlarmMetrics> alarmMetrics(long from, long to) {
        return alarms.metrics(from, to);
    }

    @Override
    public List<WorkOrder> workOrders(int limit) {
        Stream<WorkOrder> remote = hub.store().tickets().list(limit).stream().map(this::order);
        Stream<WorkOrder> desk = hub.desk().list(limit).stream().map(HubConsole::order);
        return Stream.concat(remote, desk)
                .sorted(Comparator.comparingLong(WorkOrder::updated).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public List<DocumentRow> documents(int limit) {
        return hub.store().documents().list(limit);
    }

    @Override
    public Outcome retryDocument(String system, String reference, String user) {
        Optional<DocumentRow> row = hub.store().documents().get(system, reference);
        if (row.isEmpty()) {
            return new Outcome.NotFound("no document " + reference + " for " + system);
        }
        if (!hub.erpDocuments().system(system).map(s -> s.retry(reference)).orElse(false)) {
            return new Outcome.Refused("the document is "
                    + row.get().state().name().toLowerCase(Locale.ROOT)
                    + ", or its system is not configured; only a refused one is tried again");
        }
        hub.store().audit().record(hub.now(), user, "document.retry", system + " " + reference);
        return new Outcome.Done();
    }

    @Override
    public List<DocumentSystem> documentSystems() {
        var documents = hub.store().documents();
        return hub.erpDocuments().statuses().stream()
                .map(s -> new DocumentSystem(
                        s.id(),
                        s.up(),
                        s.unauthorized(),
                        documents.waiting(s.id()),
                        documents.count(s.id(), DocumentRow.State.REFUSED),
                        s.creations(),
                        s.doubles()))
                .toList();
    }

    @Override
    public List<OrderSystem> orderSystems() {
        return hub.remoteOrders().statuses().stream()
                .map(s -> new OrderSystem(s.id(), s.up(), s.unauthorized(), s.posts(), s.doubles(), s.refused()))
                .toList();
    }

    /** An order of a remote system, which owns its states. */
    private WorkOrder order(OrderRow row) {
        AlarmEvent event = row.facts().last();
        return new WorkOrder(
                row.there().number().isEmpty()
                        ? row.id().reference()
                        : row.there().number(),
                event.incident(),
                row.id().key(),
                event.title(),
                event.asset(),
                event.assetName(),
                event.rule(),
                row.facts().severity().name().toLowerCase(Locale.ROOT),
                row.state().code(),
                List.of(),
                row.state().isLive(),
                row.id().system(),
                row.times().created(),
                row.times().updated(),
                row.times().due(),
                hub.remoteOrders().link(row));
    }

    private Optional<OrderRow> remote(String number) {
        return hub.store()
                .tickets()
                .byNumber(number)
                .or(() -> hub.store().tickets().byReference(number));
    }

    private WorkOrderDetail detail(OrderRow row) {
        Ticket ticket = hub.remoteOrders().ticket(row);
        List<Note> notes = hub.store().tickets().log(row.id().system(), row.id().reference()).stream()
                .map(line -> new Note(line.time(), "hub", line.text()))
                .toList();
        return new WorkOrderDetail(order(row), ticket.text(), ticket.trendSvg(), notes);
    }

    private static WorkOrder order(WorkOrders.WorkOrder order) {
        return new WorkOrder(
                order.number(),
                order.incident(),
                order.key(),
                order.title(),
                order.asset(),
                order.assetName(),
                order.rule(),
                order.severity().name().toLowerCase(Locale.ROOT),
                order.state().code(),
                next(order.state()),
                order.state().isOpen(),
                "desk",
                order.created(),
                order.updated(),
                order.due(),
                "");
    }

    private static List<String> next(WorkOrders.State state) {
        return switch (state) {
            case OPEN -> List.of("in_progress", "done", "cancelled");
            case IN_PROGRESS -> List.of("open", "done", "cancelled");
            case DONE, CANCELLED -> List.of();
        };
    }

    @Override
    public Optional<WorkOrderDetail> workOrder(String number) {
        return hub.desk()
                .get(number)
                .map(order -> new WorkOrderDetail(
                        order(order),
                        order.text(),
                        order.trendSvg(),
                        hub.desk().log(number).stream()
                                .map(line -> new Note(line.time(), line.who(), line.text()))
                                .toList()))
                .or(() -> remote(number).map(this::detail));
    }

    @Override
    public Outcome setState(String number, String state, String user) {
        Optional<WorkOrders.State> wanted = Arrays.stream(WorkOrders.State.values())
                .filter(candidate -> candidate.code().equals(state))
                .findFirst();
        if (wanted.isEmpty()) {
            return new Outcome.Refused("'" + state + "' is not a state; states are "
                    + Arrays.stream(WorkOrders.State.values())
                            .map(WorkOrders.State::code)
                            .collect(Collectors.joining(", ")));
        }
        Optional<OrderRow> remote = remote(number);
        if (hub.desk().get(number).isEmpty() && remote.isPresent()) {
            return ownedBy(remote.get());
        }
        Outcome outcome = outcome(hub.desk().setState(number, wanted.get(), user));
        if (outcome instanceof Outcome.Done && wanted.get() == WorkOrders.State.DONE) {
            hub.desk().get(number).filter(this::ofMeter).ifPresent(order -> {
                long now = hub.now();
                hub.journal()
                        .command(now, Commands.completed(order.asset(), order.rule(), now, user))
                        .join();
            });
            // who finished the work has seen the alarm: it needs no second click
            hub.desk()
                    .get(number)
                    .flatMap(order -> hub.store().alarms().incident(order.incident()))
                    .filter(alarm -> alarm.state() != Alarms.State.CLOSED)
                    .ifPresent(alarm ->
                            alarm(new AlarmCommand.Acknowledge(alarm.last().incident(), user, "")));
        }
        if (outcome instanceof Outcome.Done) {
            hub.desk().get(number).ifPresent(order -> alarms.order(order, user));
        }
        return outcome;
    }

    /** A meter counts anew from when its work was done. */
    private boolean ofMeter(WorkOrders.WorkOrder order) {
        return hub.configuration().ruleFiles().stream()
                .anyMatch(rule -> rule.id().equals(order.rule()) && rule.watch() == RuleFile.Watch.METER);
    }

    @Override
    public RuleMemory ruleMemory() {
        Map<String, Integer> bytes = hub.rules().footprint();
        return new RuleMemory(
                bytes.size(),
                bytes.values().stream().mapToLong(Integer::longValue).sum());
    }

    private static Outcome ownedBy(OrderRow row) {
        return new Outcome.Refused(
                row.there().number() + " is kept in " + row.id().system() + "; change it there");
    }

    @Override
    public Outcome comment(String number, String text, String user) {
        Optional<OrderRow> remote = remote(number);
        if (hub.desk().get(number).isEmpty() && remote.isPresent()) {
            return ownedBy(remote.get());
        }
        return outcome(hub.desk().comment(number, text, user));
    }

    private static Outcome outcome(Desk.Change change) {
        return switch (change) {
            case Desk.Change.Changed c -> new Outcome.Done();
            case Desk.Change.NotFound missing -> new Outcome.NotFound("work order " + missing.number());
            case Desk.Change.Refused refused -> new Outcome.Refused(refused.why());
        };
    }

    @Override
    public List<Journal.StoredDeadLetter> deadLetters(int limit) {
        return hub.journal().deadLetters(limit);
    }

    @Override
    public Optional<Journal.StoredDeadLetter> deadLetter(long id) {
        return hub.journal().deadLetter(id);
    }

    @Override
    public Replayed replay(long id, String user) {
        Replay.Outcome outcome = hub.replay().replay(id);
        hub.store().audit().record(hub.now(), user, "dead-letter.replay", id + ": " + outcome);
        return switch (outcome) {
            case Replay.Outcome.Replayed r ->
                new Replayed(id, "replayed", "", r.accepted(), r.filtered(), r.rejected());
            case Replay.Outcome.FailedAgain f -> new Replayed(id, "failed", f.why(), 0, 0, 0);
            case Replay.Outcome.Refused r -> new Replayed(id, "refused", r.why(), 0, 0, 0);
            case Replay.Outcome.NotFound n -> new Replayed(id, "missing", "no dead letter " + id, 0, 0, 0);
        };
    }

    @Override
    public long deadLetterCount() {
        Ledger ledger = hub.journal().ledger();
        return ledger.sources().values().stream()
                        .mapToLong(Ledger.SourceAccount::rejected)
                        .sum()
                + ledger.sinks().values().stream()
                        .mapToLong(Ledger.SinkAccount::rejected)
                        .sum();
    }

    @Override
    public List<Unmapped> unmapped(int limit) {
        return hub.binder().unmapped().list().stream()
                .limit(limit)
                .map(seen -> new Unmapped(
                        seen.source(),
                        seen.device(),
                        seen.field(),
                        seen.count(),
                        seen.firstTime(),
                        seen.lastTime(),
                        seen.lastValue()))
                .toList();
    }

    @Override
    public Optional<Explanation> why(String id) {
        return new Why(hub.configuration(), hub.historian(), hub.store(), hub::now).explain(id);
    }

    @Override
    public Explanation whyNot(String tag, long time) {
        return new WhyNot(hub.configuration(), hub.historian(), hub.store(), new Present(hub), hub::now)
                .explain(tag, time);
    }

    @Override
    public List<OeeView> oee(String id, int shifts) {
        return new OeeConsole(hub).list(id, shifts);
    }

    @Override
    public Outcome giveReason(String id, long start, String reason, String user) {
        return new OeeConsole(hub).giveReason(id, start, reason, user);
    }
}
