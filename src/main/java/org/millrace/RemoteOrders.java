package org.millrace;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.millrace.alarm.AlarmCommand;
import org.millrace.check.Configuration;
import org.millrace.connector.OrderTexts;
import org.millrace.connector.Orders;
import org.millrace.connector.Readings;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.connector.rest.JdkTransport;
import org.millrace.connector.rest.RestConnector;
import org.millrace.journal.Journal;
import org.millrace.plant.Asset;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;
import org.millrace.runtime.Commands;
import org.millrace.security.Secrets;
import org.millrace.signal.Micros;
import org.millrace.signal.SampleBatch;
import org.millrace.store.AlarmEventJson;
import org.millrace.store.Alarms;
import org.millrace.store.OperationalStore;
import org.millrace.ticket.OrderNotes;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.Ticket;
import org.millrace.ticket.TicketText;
import org.millrace.ticket.TrendPng;
import org.millrace.ticket.Words;
import org.millrace.ticket.WorkUnderWay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work orders of every connector file of the home folder, each with its own thread, language and pauses. */
final class RemoteOrders implements WorkUnderWay, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteOrders.class);

    /** How often orders are asked for where the system has no list of changes. */
    private static final Duration POLL = Duration.ofSeconds(30);

    /** @param locale of its texts */
    private record Remote(
            ConnectorFile file,
            Locale locale,
            TicketText writer,
            RestConnector client,
            Orders orders,
            Readings readings) {
        void start() {
            orders.start();
            readings.start();
        }
    }

    private final Map<String, Remote> systems = new ConcurrentHashMap<>();
    private final Path home;
    private final Supplier<Configuration> configuration;
    private final OperationalStore store;
    private final Journal journal;
    private final TicketText.Evidence evidence;
    private final String consoleUrl;
    private final Secrets secrets;
    private final Clock clock;
    private boolean started;

    /**
     * @param consoleUrl where people open the console; empty when it has no address of its own
     * @throws IOException when certificates a connector names can't be read
     */
    RemoteOrders(
            Path home,
            Supplier<Configuration> configuration,
            OperationalStore store,
            Journal journal,
            TicketText.Evidence evidence,
            String consoleUrl,
            Clock clock)
            throws IOException {
        this.home = home;
        this.configuration = configuration;
        this.store = store;
        this.journal = journal;
        this.evidence = evidence;
        this.consoleUrl = consoleUrl;
        this.secrets = Secrets.of(home);
        this.clock = clock;
        change(configuration.get());
    }

    /** Connectors that came or changed; those that went stay until {@link #keep}, because routes may still name them. */
    synchronized void change(Configuration next) throws IOException {
        for (ConnectorFile file : next.connectors()) {
            Locale locale = Locale.forLanguageTag(
                    file.orders().language().orElse(next.hub().language()));
            Remote running = systems.get(file.id());
            if (running != null
                    && running.file().equals(file)
                    && running.locale().equals(locale)) {
                continue;
            }
            HttpClient http = JdkTransport.client(file.connection(), home);
            if (running != null) {
                close(running); // first: one writer per key
            }
            Remote made = make(file, locale, ZoneId.of(next.hub().timeZone()), http);
            systems.put(file.id(), made);
            if (started) {
                made.start();
            }
        }
    }

    /** Closes the systems that a configuration has no more; what they still owe waits in the ledger. */
    synchronized void keep(Configuration now) {
        for (Remote system : List.copyOf(systems.values())) {
            String id = system.file().id();
            if (now.connectors().stream().noneMatch(file -> file.id().equals(id))) {
                systems.remove(id);
                close(system);
            }
        }
    }

    private Remote make(ConnectorFile file, Locale locale, ZoneId zone, HttpClient http) {
        TicketText writer = new TicketText(new TicketText.Settings(locale, zone, consoleUrl), evidence);
        RestConnector client = RestConnector.of(file, secrets, http, clock); // one: what is allowed, is allowed to all
        Orders orders = new Orders(
                client,
                store.tickets(),
                new Texts(writer, new OrderNotes(new Words(locale))),
                new FromRules(file.orders()),
                new Kept(file.id()),
                settings(file),
                clock);
        ConnectorFile.Keeping keeping = file.orders();
        Readings readings = new Readings(
                client,
                store.meterReadings(),
                new Readings.Settings(
                        keeping.firstPause(), keeping.longestPause(), keeping.settle(), keeping.maxAttempts()),
                clock);
        return new Remote(file, locale, writer, client, orders, readings);
    }

    private static Orders.Settings settings(ConnectorFile file) {
        ConnectorFile.Keeping keeping = file.orders();
        Duration poll =
                file.operations().changes().map(ConnectorFile.Operation::every).orElse(POLL);
        return new Orders.Settings(poll, keeping.firstPause(), keeping.longestPause());
    }

    synchronized void start() {
        started = true;
        systems.values().forEach(Remote::start);
    }

    Optional<Orders> system(String id) {
        return Optional.ofNullable(systems.get(id)).map(Remote::orders);
    }

    /**
     * A system says that something changed there. What it says is not read: it is asked.
     *
     * @param token what followed the connector's id in the address
     * @return false for an unknown connector, one without a webhook, or another token
     */
    boolean told(String id, String token) {
        Remote system = systems.get(id);
        if (system == null || token.isEmpty()) {
            return false;
        }
        byte[] given = token.getBytes(StandardCharsets.UTF_8);
        boolean right = system.file()
                .orders()
                .webhook()
                .filter(secret ->
                        MessageDigest.isEqual(given, secrets.reveal(secret).getBytes(StandardCharsets.UTF_8)))
                .isPresent();
        if (right) {
            system.orders().look();
        }
        return right;
    }

    List<Orders.Status> statuses() {
        return systems.values().stream()
                .map(system -> system.orders().status())
                .sorted(Comparator.comparing(Orders.Status::id))
                .toList();
    }

    /** The client of a connector, which its orders use too. */
    Optional<RestConnector> client(String id) {
        return Optional.ofNullable(systems.get(id)).map(Remote::client);
    }

    /** Latest values of the meters that the configuration names for a connector. */
    void readings(String connector, List<Journal.Entry.Samples> entries) {
        Remote system = systems.get(connector);
        if (system == null) {
            throw new IllegalArgumentException("there is no connector '" + connector + "'; hint: hub connector list");
        }
        system.readings().offer(MeterFeed.offers(configuration.get(), connector, entries, journal::tagPath));
    }

    /** Of the systems that keep meters. */
    List<Readings.Status> readings() {
        Set<String> fed = configuration.get().meters().stream()
                .map(org.millrace.connector.MetersFile::connector)
                .collect(java.util.stream.Collectors.toSet());
        return systems.values().stream()
                .filter(system -> fed.contains(system.file().id()))
                .map(system -> system.readings().status())
                .sorted(Comparator.comparing(Readings.Status::id))
                .toList();
    }

    @Override
    public Optional<String> order(String asset, String failureMode) {
        return systems.values().stream()
                .flatMap(system -> system.orders().order(asset, failureMode).stream())
                .findFirst();
    }

    /** Where people see the order in its own system; empty when the connector file does not say. */
    String link(OrderRow row) {
        Remote system = systems.get(row.id().system());
        if (system == null || row.there().id().isEmpty()) {
            return "";
        }
        return system.file()
                .orders()
                .link()
                .map(link -> link.replace("{id}", row.there().id())
                        .replace("{number}", row.there().number()))
                .orElse("");
    }

    /** What the order says, written anew; its title alone when its connector is gone. */
    Ticket ticket(OrderRow row) {
        AlarmEvent event = row.facts().last();
        Remote system = systems.get(row.id().system());
        return system == null
                ? new Ticket(event.title(), event.title(), "")
                : system.writer().write(event);
    }

    @Override
    public synchronized void close() {
        systems.values().forEach(RemoteOrders::close);
    }

    private static void close(Remote system) {
        try {
            system.readings().close();
            system.orders().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<RuleFile.WorkOrder> asked(String rule) {
        return configuration.get().ruleFiles().stream()
                .filter(file -> file.id().equals(rule))
                .findFirst()
                .flatMap(RuleFile::workOrder);
    }

    private final class FromRules implements Orders.Rules {
        private final ConnectorFile.Keeping keeping;

        FromRules(ConnectorFile.Keeping keeping) {
            this.keeping = keeping;
        }

        @Override
        public OrderPolicy policy(String rule) {
            RuleFile.WorkOrder order = asked(rule).orElseGet(() -> new RuleFile.WorkOrder("raised", Map.of()));
            return new OrderPolicy(
                    order.reopenWithin(),
                    OrderPolicy.OnRepeat.valueOf(order.onRepeat().name()),
                    order.closeWhenCleared(),
                    keeping.closeAfter(),
                    keeping.commentEvery(),
                    keeping.settle(),
                    keeping.firstPause(),
                    keeping.longestPause(),
                    keeping.maxAttempts(),
                    keeping.checkEvery(),
                    OrderPolicy.STANDARD.can());
        }

        @Override
        public boolean wanted(AlarmEvent event) {
            return asked(event.rule())
                    .filter(order -> order.wantedAt(event.level()))
                    .isPresent();
        }

        @Override
        public Duration within(AlarmEvent event) {
            return OrderPolicy.within(event, asked(event.rule()));
        }
    }

    private final class Texts implements OrderTexts {
        private final TicketText writer;
        private final OrderNotes notes;

        Texts(TicketText writer, OrderNotes notes) {
            this.writer = writer;
            this.notes = notes;
        }

        @Override
        public Ticket write(AlarmEvent event) {
            try {
                return writer.write(event);
            } catch (RuntimeException e) {
                LOG.warn("no ticket text for event {}; the work order gets the rule's title only", event.id(), e);
                return new Ticket(event.title(), event.title(), "");
            }
        }

        @Override
        public OrderNotes notes() {
            return notes;
        }

        @Override
        public Optional<byte[]> png(Ticket ticket) {
            return TrendPng.of(ticket.trendSvg());
        }

        @Override
        public Map<String, String> cmms(String asset) {
            return configuration.get().plant().asset(asset).map(Asset::cmms).orElse(Map.of());
        }

        @Override
        public boolean assetDown(AlarmEvent event) {
            return asked(event.rule())
                    .filter(order -> order.assetDown().contains(event.level()))
                    .isPresent();
        }

        @Override
        public String link(AlarmEvent event) {
            return consoleUrl.isEmpty() ? "" : writer.consoleLink(event);
        }
    }

    private final class Kept implements Orders.Records {
        private final String system;

        Kept(String system) {
            this.system = system;
        }

        @Override
        public void deadLetter(String of, AlarmEvent event, String why) {
            long now = now();
            byte[] raw = AlarmEventJson.write(event).getBytes(StandardCharsets.UTF_8);
            Journal.DeadLetter letter =
                    new Journal.DeadLetter("events", now, "cmms/" + of, "rejected", why, event.id(), raw);
            journal.append(new Journal.Intake("events", now, 1, SampleBatch.empty(), Map.of(), List.of(letter)))
                    .join();
        }

        @Override
        public void audit(String what, String detail) {
            store.audit().record(now(), "hub", what, detail);
        }

        @Override
        public void working(String order, String asset, String failureMode, boolean begun) {
            String who = "work order " + order;
            if (!begun) {
                say(Commands.write(new AlarmCommand.Unmute(system, order, who)));
            } else if (configuration.get().alarms().mutesInProgress(asset)) {
                say(Commands.write(new AlarmCommand.Mute(system, order, asset, failureMode, 0, who)));
            }
        }

        /** Who finished the work has seen the alarm; and a meter counts anew from then. */
        @Override
        public void finished(String order, AlarmEvent last, long when) {
            String who = "work order " + order;
            if (configuration.get().ruleFiles().stream()
                    .anyMatch(rule -> rule.id().equals(last.rule()) && rule.watch() == RuleFile.Watch.METER)) {
                say(Commands.completed(last.asset(), last.rule(), when, who));
            }
            store.alarms()
                    .incident(last.incident())
                    .filter(alarm -> alarm.state() != Alarms.State.CLOSED)
                    .ifPresent(alarm ->
                            say(Commands.write(new AlarmCommand.Acknowledge(last.incident(), who, "finished"))));
        }

        private void say(String command) {
            journal.command(now(), command).join();
        }

        private long now() {
            return Micros.of(clock.instant());
        }
    }
}
