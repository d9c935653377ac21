package org.millrace;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.jspecify.annotations.Nullable;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmSystem;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.check.HubFile;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.connector.Desk;
import org.millrace.connector.Documents;
import org.millrace.connector.TracedSystem;
import org.millrace.connector.WorkOrderSystem;
import org.millrace.console.ConsoleServer;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.ShiftDocuments;
import org.millrace.historian.Historian;
import org.millrace.historian.LastValue;
import org.millrace.journal.Journal;
import org.millrace.journal.SqliteJournal;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;
import org.millrace.plant.TagBinder;
import org.millrace.plant.TimePolicy;
import org.millrace.route.CamelRoutes;
import org.millrace.route.Databases;
import org.millrace.route.HubPort;
import org.millrace.route.HubStep;
import org.millrace.route.JournalBatch;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleEngine;
import org.millrace.rule.RuleFile;
import org.millrace.runtime.ClockWatch;
import org.millrace.runtime.Commands;
import org.millrace.runtime.DeviceClocks;
import org.millrace.runtime.Housekeeping;
import org.millrace.runtime.Ingest;
import org.millrace.runtime.KpiLoop;
import org.millrace.runtime.LiveView;
import org.millrace.runtime.Orphans;
import org.millrace.runtime.Production;
import org.millrace.runtime.Refused;
import org.millrace.runtime.Replay;
import org.millrace.runtime.RuleLoop;
import org.millrace.runtime.StaleMarks;
import org.millrace.runtime.Ticker;
import org.millrace.security.CertificateFolders;
import org.millrace.security.Secrets;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Sample;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.decode.DecodeStep;
import org.millrace.source.decode.Decoders;
import org.millrace.source.http.HttpSource;
import org.millrace.source.http.HttpSourceFile;
import org.millrace.source.mqtt.MqttSource;
import org.millrace.source.opcua.OpcUaSource;
import org.millrace.source.plc.PlcSource;
import org.millrace.store.OperationalStore;
import org.millrace.store.Outbox;
import org.millrace.store.Trace;
import org.millrace.ticket.Ticket;
import org.millrace.ticket.TicketText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running hub: the one place where its parts are wired, by hand. */
public final class Hub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

    /** The configuration has errors; the hub did not start and nothing was touched. */
    public static final class BadConfigurationException extends Exception {
        private final transient List<Problem> problems;

        BadConfigurationException(List<Problem> problems) {
            super("the configuration has errors; nothing was started");
            this.problems = List.copyOf(problems);
        }

        public List<Problem> problems() {
            return problems;
        }
    }

    /** The journal's cursor that the shipped route writes the historian by. */
    private static final String HISTORIAN = "historian";

    private final Clock clock;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private volatile Configuration configuration;
    private final Secrets secrets;
    private final CertificateFolders certificates;
    private final SqliteJournal journal;
    private final OperationalStore store;
    private final Historian historian;
    private final TableSources tables;
    private volatile Map<String, Source> sources;
    private final LiveView live = new LiveView();
    private final DeviceClocks clocks = new DeviceClocks();
    private final StaleMarks staleMarks;
    private final Desk desk;
    private final TicketText writer;
    private final RemoteOrders remoteOrders;
    private final Contexts contexts;
    private final ErpDocuments erpDocuments;
    private final Databases databases;
    private final Production production;
    private volatile @Nullable AlarmSystem alarms;
    private final KpiLoop kpi;
    private final MuteCheck mutes;
    private final RuleLoop rules;
    private final Ingest ingest;
    private final Replay replay;
    private final ConsoleServer console;
    private final CamelRoutes routes;
    private final String url;

    /**
     * Starts a hub and returns when its routes run; sources go on connecting in the background.
     *
     * @throws BadConfigurationException with every problem, placed
     * @throws IOException when a folder, a port or a store can't be used; the message says what to do
     */
    public static Hub start(HubOptions options) throws BadConfigurationException, IOException {
        return start(options, Clock.systemUTC());
    }

    /** As {@link #start(HubOptions)}, by another clock. */
    public static Hub start(HubOptions options, Clock clock) throws BadConfigurationException, IOException {
        Placeholders placeholders = placeholders(options.environment());
        Configuration configuration = HomeFolder.read(options.home(), placeholders);
        if (configuration.hasErrors()) {
            throw new BadConfigurationException(configuration.problems());
        }
        configuration.problems().forEach(problem -> LOG.warn("{}", problem));
        Files.createDirectories(options.data());
        return new Hub(options, configuration, placeholders, clock);
    }

    private static Placeholders placeholders(Map<String, String> environment) {
        return new Placeholders(
                name -> Optional.ofNullable(environment.getOrDefault(name, System.getenv(name))),
                name -> Optional.ofNullable(System.getProperty(name)));
    }

    private Hub(HubOptions options, Configuration configuration, Placeholders placeholders, Clock clock)
            throws IOException {
        this.clock = clock;
        this.configuration = configuration;
        Path data = options.data();
        HubFile settings = configuration.hub();
        secrets = Secrets.of(options.home());
        certificates = CertificateFolders.opcUa(data);
        try {
            journal = open(SqliteJournal.open(data, settings.journalLimits(), clock));
            journal.configuration(configuration.version());
            store = open(OperationalStore.open(data));
            store.trace().configuration(configuration.version());
            historian = open(Historian.open(configuration.historian(), data, secrets));
            historian.describe(configuration.plant());
            tables = new TableSources(options.home(), journal, store, secrets, clock);
            List<LastValue> lastStored = lastStored();
            sources = sources(configuration, newest(lastStored), Map.of(), Set.of());
            seed(lastStored);

            HubFile.Http http = settings.httpOrDefault();
            int port = options.port().orElse(http.port());
            TicketText.Evidence evidence = new TicketEvidence(historian, store, this::configuration, this::context);
            String consoleUrl = consoleUrl(http, port);
            TicketText.Settings tickets = new TicketText.Settings(
                    Locale.forLanguageTag(settings.language()), ZoneId.of(settings.timeZone()), consoleUrl);
            writer = new TicketText(tickets, evidence);
            desk = new Desk(store.workOrders(), writer, this::workOrderSettings, clock);
            remoteOrders = open(
                    new RemoteOrders(options.home(), this::configuration, store, journal, evidence, consoleUrl, clock));
            contexts = open(new Contexts(
                    store.assetContext(),
                    remoteOrders::client,
                    secrets,
                    new ContextSamples(journal, () -> this.configuration.plant(), this::now),
                    clock));
            contexts.keep(configuration.contexts(), configuration.plant());
            erpDocuments = open(new ErpDocuments(options.home(), this::configuration, store, journal, clock));
            databases = open(new Databases(configuration.erp().databases(), secrets));
            production = new Production(
                    () -> this.configuration.erp().production(),
                    historian,
                    store.stopReasons(),
                    store.productionPlaces(),
                    this::storedUpTo,
                    this::now);
            kpi = open(new KpiLoop(configuration.oee(), journal, historian, store, this::now));
            kpi.start();
            staleMarks = new StaleMarks(journal, live, now());
            staleMarks.watch(configuration.plant());
            mutes = open(new MuteCheck(this));
            rules = resumedRules();
            ingest = new Ingest(
                    journal, new TagBinder(configuration.plant(), journal::tagNumber, TimePolicy.STANDARD), clocks);
            replay = new Replay(journal, ingest, new ReplayWays(), this::now);
            console = open(new ConsoleServer(
                    new ConsoleServer.Options(http.host(), port, Set.copyOf(http.names())),
                    new HubConsole(this, options.home(), new Reload(this, options.home(), placeholders)),
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                    clock));
            routes = new CamelRoutes(
                    new Port(),
                    historian.dataSource(),
                    Map.of(
                            VertxPlatformHttpRouter.PLATFORM_HTTP_ROUTER_NAME_ZERO,
                            new VertxPlatformHttpRouter(
                                    new VertxPlatformHttpServer(new VertxPlatformHttpServerConfiguration()),
                                    console.vertx(),
                                    console.router(),
                                    VertxPlatformHttpRouter.PLATFORM_HTTP_ROUTER_NAME_ZERO)));
            databases.ids().forEach(id -> routes.bind(id, databases.source(id)));
            new Webhooks(remoteOrders).mount(console.router());
            new HttpIngest(() -> sources).mount(console.router());
            console.start();
            url = "http://" + shown(http.host()) + ":" + console.port();
            remoteOrders.start();
            erpDocuments.start();
            mutes.wanted();
            rules.start();
            opened.push(rules);
            open(new Ticker(
                    journal, settings.tickEvery(), new ClockWatch(this::now, System::nanoTime, this::clockJumped)));
            opened.push(routes);
            routes.start(configuration.routes());
            forgetRemovedConsumers();
            contexts.start();
            open(new Housekeeping(store, this::now));
        } catch (IOException | RuntimeException e) {
            closeAll();
            throw e;
        } catch (Exception e) {
            closeAll();
            throw new IOException("the hub could not start: " + e.getMessage(), e);
        }
        LOG.info(
                "hub: {} sources, {} tags, {} rules, {} routes; console {}",
                sources.size(),
                configuration.plant().tags().size(),
                configuration.rules().rules().size(),
                routes.routes().size(),
                url);
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    /**
     * Every source of a configuration: the running one, unless it is among the changed.
     *
     * @param newest newest stored time by tag path, µs: a source whose server keeps history fills in what is missing since
     */
    private Map<String, Source> sources(
            Configuration next, Map<String, Long> newest, Map<String, Source> running, Set<String> changed) {
        Map<String, Source> made = new LinkedHashMap<>();
        BiConsumer<String, Supplier<Source>> one = (id, make) -> {
            Source source = changed.contains(id) ? null : running.get(id);
            made.put(id, source == null ? make.get() : source);
        };
        next.mqtt()
                .forEach(file -> one.accept(file.id(), () -> new MqttSource(file, secrets, memory(file.id()), clock)));
        next.http()
                .forEach(file -> one.accept(
                        file.id(), () -> new HttpSource(file, secrets, memory(file.id()), Hub::full, clock)));
        next.opcUa()
                .forEach(file -> one.accept(
                        file.id(),
                        () -> new OpcUaSource(
                                file,
                                tagsOf(next, file.id()),
                                secrets,
                                certificates,
                                tag -> newest.getOrDefault(tag.path(), Reading.NO_TIME),
                                clock)));
        next.files().forEach(file -> one.accept(file.id(), () -> tables.of(file, tagsOf(next, file.id()))));
        next.sql().forEach(file -> one.accept(file.id(), () -> tables.of(file, tagsOf(next, file.id()))));
        next.plc().forEach(file -> one.accept(file.id(), () -> new PlcSource(file, tagsOf(next, file.id()), clock)));
        return made;
    }

    private StoredMemory memory(String source) {
        return new StoredMemory(store, source);
    }

    /** Whether a failure says that the journal has no room. */
    private static boolean full(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Journal.JournalFullException) {
                return true;
            }
        }
        return false;
    }

    private static List<Tag> tagsOf(Configuration configuration, String source) {
        return configuration.plant().tagsOf(source).toList();
    }

    /**
     * Another configuration from one journal entry on: sources, tags and rules. The routes of changed sources stand
     * still meanwhile.
     *
     * @return completes when the rules have come to that entry
     */
    CompletableFuture<Void> adopt(Configuration next, Set<String> changedSources)
            throws IOException, InterruptedException {
        TagBinder binder = new TagBinder(
                next.plant(),
                journal::tagNumber,
                TimePolicy.STANDARD,
                ingest.binder().unmapped());
        Map<String, Long> newest = newest(lastStored());
        String marker = Commands.configuration(next.version(), now());
        CompletableFuture<Void> changed = rules.changeAt(marker, () -> resumed(next, store.load()));
        try {
            ingest.change(binder, () -> {
                        configuration = next;
                        sources = sources(next, newest, sources, changedSources);
                        journal.configuration(next.version());
                        store.trace().configuration(next.version());
                        return journal.command(now(), marker);
                    })
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            rules.noChangeAt(marker);
            throw new IOException("the journal does not take the change: " + e, e);
        }
        return changed;
    }

    private Map<String, String> context(String asset, long time) {
        return contexts.asOf(asset, time);
    }

    /** What follows a change of configuration once its routes run. */
    void settle() {
        kpi.adopt(configuration.oee());
        contexts.keep(configuration.contexts(), configuration.plant());
        forgetRemovedConsumers();
        remoteOrders.keep(configuration);
        staleMarks.watch(configuration.plant());
        clocks.keep(sources.keySet());
        erpDocuments.keep(configuration);
        databases.keep(configuration.erp().databases());
        mutes.wanted();
        historian.describe(configuration.plant());
    }

    /** What the historian knew last; nothing while its database is away: the start does not wait for it. */
    private List<LastValue> lastStored() {
        if (!historian.reached()) {
            return List.of();
        }
        try {
            return historian.query().lastAll().stream()
                    .map(last -> configuration
                            .plant()
                            .tag(last.tagPath())
                            .flatMap(Tag::staleAfter)
                            .map(after -> unmarked(last, after))
                            .orElse(last))
                    .toList();
        } catch (SQLException e) {
            LOG.warn("the last values can't be read from the historian yet: {}", e.getMessage());
            return List.of();
        }
    }

    /** A mark of {@link StaleMarks} repeats a value: the value itself is that much older. */
    private static LastValue unmarked(LastValue last, Duration staleAfter) {
        return last.quality() == Quality.UNCERTAIN_LAST_USABLE_VALUE
                ? new LastValue(
                        last.tagPath(),
                        last.unit(),
                        last.time() - Micros.of(staleAfter),
                        last.value(),
                        last.quality(),
                        last.received() - Micros.of(staleAfter))
                : last;
    }

    private static Map<String, Long> newest(List<LastValue> stored) {
        return stored.stream().collect(Collectors.toMap(LastValue::tagPath, LastValue::time, Math::max));
    }

    /** So that the console is not empty until every device has spoken again. */
    private void seed(List<LastValue> stored) {
        for (LastValue last : stored) {
            if (configuration.plant().tag(last.tagPath()).isPresent()) {
                live.seed(
                        new Sample(journal.tagNumber(last.tagPath()), last.time(), last.value(), last.quality()),
                        last.received());
            }
        }
    }

    private Optional<RuleFile.WorkOrder> workOrderSettings(String rule) {
        return configuration.ruleFiles().stream()
                .filter(file -> file.id().equals(rule))
                .findFirst()
                .flatMap(RuleFile::workOrder);
    }

    private List<AlarmEvent> orphans(List<String> incidents) {
        List<AlarmEvent> closing = Orphans.closing(store.alarms().open(), incidents, now());
        closing.forEach(event -> LOG.info(
                "alarm {} is closed: {}", event.incident(), event.inputs().get("closed")));
        return closing;
    }

    /** What no route reads any more must not hold values and events back for ever. */
    private void forgetRemovedConsumers() {
        Set<String> cursors = new HashSet<>(routes.names(HubStep.JOURNAL));
        cursors.addAll(routes.names(HubStep.KPI));
        for (String cursor : journal.ledger().sinks().keySet()) {
            if (!cursors.contains(cursor) && !cursor.equals(RuleLoop.CURSOR)) {
                LOG.warn(
                        "no route reads hub:journal/{} or hub:kpi/{} any more: its place is given up, with what waited for it",
                        cursor,
                        cursor);
                journal.unregister(cursor);
            }
        }
        Set<String> consumers = routes.names(HubStep.EVENTS);
        for (String consumer : store.outbox().pending().keySet()) {
            if (!consumers.contains(consumer)) {
                LOG.warn("no route reads hub:events?name={} any more: its place is given up", consumer);
                store.outbox().unregister(consumer);
            }
        }
    }

    /** The rules as they were at the last commit; what the journal holds after it is replayed. */
    private RuleLoop resumedRules() {
        OperationalStore.Checkpoint last = store.load();
        RuleLoop.Resumed resumed = resumed(configuration, last);
        return new RuleLoop(journal, resumed.engine(), store, last.sequence(), resumed.first(), entry -> {
            live.observe(entry);
            kpi.observe(entry);
            staleMarks.observe(entry);
            mutes.accept(entry);
        });
    }

    private RuleLoop.Resumed resumed(Configuration rulesOf, OperationalStore.Checkpoint last) {
        AlarmSystem next = new AlarmSystem(
                new RuleEngine(rulesOf.rules(), journal::tagNumber), rulesOf.alarms(), journal::tagNumber);
        next.restore(last.state());
        alarms = next;
        return new RuleLoop.Resumed(next, orphans(next.openIncidents()));
    }

    /** Empty for a port that is not known before the start, and of no use after the next. */
    private static String consoleUrl(HubFile.Http http, int port) {
        return port == 0 ? "" : "http://" + shown(http.host()) + ":" + port;
    }

    /** Nothing is done about it: source times are kept, delays run on by the ticks; people need to know. */
    private void clockJumped(long micros) {
        String jump = "the clock of this machine jumped by " + Duration.ofSeconds(Math.round(micros / 1e6))
                + ": hub times before and after it do not compare; readings whose own time is more than 5 minutes ahead"
                + " of it are kept as dead letters (future-time), to be replayed once it is right";
        LOG.warn("{}", jump);
        try {
            store.audit().record(now(), "hub", "clock.jump", jump);
        } catch (RuntimeException e) {
            LOG.warn("the jump is not in the audit trail: {}", e.getMessage());
        }
    }

    private static String shown(String host) {
        return host.equals("0.0.0.0") ? "127.0.0.1" : host;
    }

    Configuration configuration() {
        return configuration;
    }

    SqliteJournal journal() {
        return journal;
    }

    /** Numbers of the work orders of incidents, as people call them. */
    Map<String, String> orderNumbers(List<String> incidents) {
        Map<String, String> numbers = store.tickets().numbers(incidents);
        numbers.putAll(store.workOrders().numbers(incidents)); // the desk's own come first
        return numbers;
    }

    OperationalStore store() {
        return store;
    }

    Historian historian() {
        return historian;
    }

    LiveView live() {
        return live;
    }

    DeviceClocks clocks() {
        return clocks;
    }

    Desk desk() {
        return desk;
    }

    RemoteOrders remoteOrders() {
        return remoteOrders;
    }

    Contexts contexts() {
        return contexts;
    }

    ErpDocuments erpDocuments() {
        return erpDocuments;
    }

    /** What routes of the next configuration may name; what it has no more stays until {@link #settle}. */
    void prepare(Configuration next) throws IOException {
        remoteOrders.change(next);
        erpDocuments.change(next);
        databases.change(next.erp().databases());
        databases.ids().forEach(id -> routes.bind(id, databases.source(id)));
    }

    /** Hub time up to which the historian has everything: nothing that is older waits in the journal. */
    private long storedUpTo() {
        if (!journal.ledger().sinks().containsKey(HISTORIAN)) {
            return Long.MAX_VALUE; // no route fills the historian by this name: there is nothing to wait for
        }
        try {
            return journal.read(journal.position(HISTORIAN), 1, Duration.ZERO).stream()
                    .mapToLong(Journal.Entry::hubTime)
                    .findFirst()
                    .orElseGet(this::now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    TagBinder binder() {
        return ingest.binder();
    }

    CamelRoutes routes() {
        return routes;
    }

    Replay replay() {
        return replay;
    }

    RuleLoop rules() {
        return rules;
    }

    /** Where the alarms stand with people. */
    AlarmBoard alarmBoard() {
        AlarmSystem present = alarms;
        return present == null ? AlarmBoard.EMPTY : present.board();
    }

    KpiLoop kpi() {
        return kpi;
    }

    List<Source> sources() {
        return List.copyOf(sources.values());
    }

    /** µs since the epoch, UTC. */
    long now() {
        return Micros.of(clock.instant());
    }

    /** Where people open the console. */
    public String url() {
        return url;
    }

    /** What the hub came to, as the demo prints it. */
    public HubSummary summary(long seconds) {
        return HubSummary.of(this, seconds);
    }

    /** Stops intake, lets what was taken in finish, commits, closes. What is not acknowledged stays at its source. */
    @Override
    public void close() {
        closeAll();
    }

    private synchronized void closeAll() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close cleanly: {}", part.getClass().getSimpleName(), e.toString());
            }
        }
    }

    /** Dead letters go the way of today's configuration. */
    private final class ReplayWays implements Replay.Ways {
        private final DecodeStep decoder = new DecodeStep(Decoders.standard(), DecodeStep.AUTO);

        @Override
        public Optional<SourceBatch.Payload> payload(String source, String topic, byte[] bytes, long hubTime) {
            Optional<HttpSourceFile> http = configuration.http().stream()
                    .filter(file -> file.id().equals(source))
                    .findFirst();
            if (http.isPresent()) {
                HttpSourceFile file = http.get();
                return Optional.of(new SourceBatch.Payload(
                        topic,
                        bytes,
                        file.decode(),
                        file.map(),
                        hubTime,
                        false,
                        file.codec().orElse("")));
            }
            Optional<SourceBatch.Payload> row = TableSources.letter(configuration, source, topic, bytes, hubTime);
            if (row.isPresent()) {
                return row;
            }
            return configuration.mqtt().stream()
                    .filter(file -> file.id().equals(source))
                    .findFirst()
                    .flatMap(file -> file.reading(topic))
                    .map(entry -> new SourceBatch.Payload(
                            topic,
                            bytes,
                            entry.decode(),
                            entry.map(),
                            hubTime,
                            false,
                            entry.codec().orElse("")));
        }

        @Override
        public SourceBatch.Readings decode(SourceBatch.Payloads payloads) {
            return TableSources.replay(configuration, payloads)
                    .orElseGet(() -> decoder.apply(payloads, configuration.codecs()));
        }

        @Override
        public Historian.Result write(List<Journal.Entry.Samples> entries) throws SQLException {
            return historian.write(entries, journal::tagPath);
        }
    }

    /** The hub as its Camel endpoints see it. */
    private final class Port implements HubPort {
        private final Map<String, DecodeStep> decoders = new HashMap<>();

        @Override
        public Optional<Source> source(String id) {
            return Optional.ofNullable(sources.get(id));
        }

        @Override
        public SourceBatch.Readings decode(SourceBatch batch, String format) {
            return switch (batch) {
                case SourceBatch.Readings readings -> readings;
                case SourceBatch.Payloads payloads -> decoder(format).apply(payloads, configuration.codecs());
            };
        }

        private synchronized DecodeStep decoder(String format) {
            return decoders.computeIfAbsent(format, name -> new DecodeStep(Decoders.standard(), name));
        }

        @Override
        public int batch(String cursor) {
            return cursor.equals("historian") ? configuration.historian().batch() : HubPort.super.batch(cursor);
        }

        @Override
        public Duration flushEvery(String cursor) {
            return cursor.equals("historian")
                    ? configuration.historian().flushEvery()
                    : HubPort.super.flushEvery(cursor);
        }

        @Override
        public CompletionStage<HttpSource.Answer> receive(
                String source, String device, String path, String messageId, byte[] body) {
            if (!(sources.get(source) instanceof HttpSource http)) {
                return HubPort.super.receive(source, device, path, messageId, body);
            }
            CompletableFuture<HttpSource.Answer> answer = new CompletableFuture<>();
            http.take(device, path, messageId, body, answer::complete);
            return answer;
        }

        @Override
        public CompletionStage<Void> ingest(SourceBatch.Readings readings) {
            return ingest.accept(readings);
        }

        @Override
        public Journal journal() {
            return journal;
        }

        @Override
        public JournalBatch.Outcome store(JournalBatch batch) throws Exception {
            Historian.Result result = historian.write(batch.entries(), journal::tagPath);
            if (result.rejected().isEmpty()) {
                return JournalBatch.Outcome.STORED;
            }
            Refused refused = Refused.of(batch.cursor(), result);
            return new JournalBatch.Outcome(refused.bySource(), refused.letters());
        }

        @Override
        public Optional<WorkOrderSystem> workOrderSystem(String id) {
            return id.equals("desk")
                    ? Optional.of(traced(desk))
                    : remoteOrders.system(id).map(this::traced);
        }

        /** Every call leaves a trace, for {@code hub why}. */
        private WorkOrderSystem traced(WorkOrderSystem system) {
            return new TracedSystem(system, store.trace(), Hub.this::now);
        }

        @Override
        public void readings(String connector, JournalBatch batch) {
            remoteOrders.readings(connector, batch.entries());
        }

        @Override
        public Map<String, String> context(String asset, long time) {
            return contexts.asOf(asset, time);
        }

        @Override
        public Map<String, String> contextAt(String path, long time) {
            return configuration.plant().assets().stream()
                    .filter(asset -> asset.path().equals(path))
                    .findFirst()
                    .map(asset -> contexts.asOf(asset.id(), time))
                    .orElse(Map.of());
        }

        @Override
        public Optional<Documents> documents(String id) {
            return erpDocuments.system(id);
        }

        @Override
        public Optional<BusinessDocument> document(AlarmEvent event, DocumentKind kind, String workOrder) {
            return erpDocuments.document(event, kind, workOrder);
        }

        @Override
        public void documentTaken(AlarmEvent event, String system, String outcome, String reference) {
            try {
                store.trace().record(Hub.this.now(), event, Trace.Step.CALL, system, outcome, reference);
            } catch (RuntimeException e) {
                LOG.warn("that {} took {} is not in the trace: {}", system, reference, e.toString());
            }
        }

        @Override
        public Optional<ShiftDocuments> production(String consumer, Duration wait) throws Exception {
            Optional<ShiftDocuments> next = production.next(consumer);
            if (next.isEmpty()) {
                Thread.sleep(wait.toMillis());
            }
            return next;
        }

        @Override
        public void produced(String consumer, ShiftDocuments shift) {
            production.done(consumer, shift);
        }

        @Override
        public Ticket ticket(AlarmEvent event) {
            return writer.write(event);
        }

        @Override
        public String workOrder(AlarmEvent event) {
            return orderNumbers(List.of(event.incident())).getOrDefault(event.incident(), "");
        }

        @Override
        public Outbox events() {
            return store.outbox();
        }

        @Override
        public void routed(AlarmEvent event, String consumer, String outcome, String detail) {
            try {
                store.trace().record(Hub.this.now(), event, Trace.Step.ROUTE, consumer, outcome, detail);
            } catch (RuntimeException e) {
                LOG.warn("what became of event {} at {} is not in the trace: {}", event.id(), consumer, e.toString());
            }
        }

        @Override
        public long now() {
            return Hub.this.now();
        }

        @Override
        public String criticality(String assetId) {
            return configuration
                    .plant()
                    .asset(assetId)
                    .map(Asset::criticality)
                    .map(Enum::name)
                    .orElse("B");
        }
    }
}
