package org.millrace.console;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmCommand;
import org.millrace.alarm.AlarmMetrics;
import org.millrace.config.Problem;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentRow;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.kpi.Loss;
import org.millrace.kpi.MachineState;
import org.millrace.kpi.Oee;
import org.millrace.kpi.OeeFile;
import org.millrace.kpi.ShiftCalendar;
import org.millrace.kpi.ShiftReport;
import org.millrace.kpi.StateSpan;
import org.millrace.plant.AssetFile.Criticality;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;
import org.millrace.source.SourceStatus;
import org.millrace.ticket.BreachTime;
import org.millrace.ticket.Numbers;
import org.millrace.ticket.Ticket;
import org.millrace.ticket.TicketText;
import org.millrace.ticket.TrendPoint;
import org.millrace.why.Explanation;

/** A plausible plant that is a pure function of the clock: same time, same values. Actions are remembered. */
final class FakePlant implements ConsoleData {
    static final long SECOND = 1_000_000L;
    static final String PUMP = "acme/lyon/utilities/cooling/p-101";
    static final String VIBRATION = PUMP + "/vibration.velocity_rms";
    static final String INCIDENT = "lyon/" + PUMP + "/VIB/vib-zone@2026-11-22T17:00:00Z";
    static final String PRESS_INCIDENT = "lyon/press/OHE/oil-hot@2026-11-22T16:20:00Z";
    static final String ORDER = "WO-000001";
    static final String HOSTILE = "Silo <script>alert(1)</script> & \"Co\"";

    private final Clock clock;
    private final long started;
    private final Map<String, String> acked = new LinkedHashMap<>();
    private final Map<String, AlarmCommand.Shelve> shelved = new LinkedHashMap<>();
    private final List<Note> notes = new ArrayList<>();
    private String state = "open";
    private final List<String> reasons = new ArrayList<>();
    private boolean broken;

    FakePlant(Clock clock) {
        this.clock = clock;
        this.started = now() - 3 * 3600 * SECOND;
    }

    private long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    synchronized void notReady(String reason) {
        reasons.add(reason);
    }

    synchronized void breakDown() {
        broken = true;
    }

    synchronized Map<String, String> acked() {
        return Map.copyOf(acked);
    }

    @Override
    public List<DocumentRow> documents(int limit) {
        BusinessDocument request = new BusinessDocument.PurchaseRequest(
                "hub:shift:12",
                new BusinessDocument.Equipment("T-201", "Silo 2", "acme/lyon/silos/t-201", Map.of()),
                "Level of silo 2",
                "GRAN-PP",
                new BigDecimal("12.5"),
                "t",
                now(),
                "k@1");
        return List.of(new DocumentRow(
                "tryton",
                request,
                DocumentRow.State.REFUSED,
                "",
                "",
                "create",
                "HTTP 400: no such product",
                0,
                1,
                now(),
                now(),
                DocumentRow.NEVER));
    }

    @Override
    public Outcome retryDocument(String system, String reference, String user) {
        return documents(1).getFirst().document().reference().equals(reference)
                ? new Outcome.Done()
                : new Outcome.NotFound("no document " + reference);
    }

    @Override
    public Info info() {
        return new Info("Millrace", "0.1.0", "3f2a9c01b7de", "Lyon works", "Europe/Paris", started);
    }

    @Override
    public ConfigurationView configuration() {
        return new ConfigurationView(
                "3f2a9c01b7de",
                started,
                "refused",
                "77aa01b2c3d4",
                "anna",
                now() - 60 * SECOND,
                "the files have errors; the configuration before goes on",
                List.of(),
                List.of(new Problem(
                        Problem.Severity.ERROR,
                        "connectors-config/rules/vib.yaml",
                        7,
                        9,
                        "'velocity' is not a tag of this asset",
                        "did you mean vibration.velocity_rms?")));
    }

    @Override
    public synchronized ConfigurationView reload(String user) {
        acked.put("reload", user);
        return user.equals("bad")
                ? configuration()
                : new ConfigurationView(
                        "77aa01b2c3d4",
                        now(),
                        "applied",
                        "77aa01b2c3d4",
                        user,
                        now(),
                        "",
                        List.of("rules 4 -> 5"),
                        List.of());
    }

    @Override
    public synchronized List<String> notReady() {
        return List.copyOf(reasons);
    }

    private static TagView tag(String asset, String name, String unit, String source) {
        return new TagView(asset + "/" + name, name, unit, source, Map.of());
    }

    private static TagView states(String asset, String source) {
        return new TagView(asset + "/state", "state", "", source, Map.of("0", "STOP", "1", "RUN", "2", "FAULT"));
    }

    @Override
    public List<AssetView> assets() {
        String press = "acme/lyon/forming/line-3/pr-3";
        String comp = "acme/lyon/utilities/air/c-301";
        String silo = "acme/lyon/raw-material/storage/silo-2";
        String furnace = "acme/lyon/heat-treatment/furnace-1/f-1";
        return List.of(
                new AssetView(
                        "P-101",
                        "Cooling water pump",
                        PUMP,
                        "rotodynamic-pump",
                        Criticality.A,
                        List.of(
                                tag(PUMP, "vibration.velocity_rms", "mm/s", "field"),
                                tag(PUMP, "temperature.bearing", "Cel", "field"),
                                tag(PUMP, "battery", "%", "field"),
                                states(PUMP, "plc-7"))),
                new AssetView(
                        "PR-3",
                        "Hydraulic press 3",
                        press,
                        "press",
                        Criticality.A,
                        List.of(
                                tag(press, "temperature.oil", "Cel", "press-line"),
                                tag(press, "pressure.main", "bar", "press-line"),
                                tag(press, "cycles.total", "{cycles}", "press-line"),
                                states(press, "press-line"))),
                new AssetView(
                        "C-301",
                        "Screw compressor",
                        comp,
                        "compressor",
                        Criticality.B,
                        List.of(
                                tag(comp, "pressure.outlet", "bar", "plc-7"),
                                tag(comp, "power.active", "kW", "plc-7"),
                                tag(comp, "energy.total", "kW.h", "plc-7"),
                                states(comp, "plc-7"))),
                new AssetView(
                        "SILO-2",
                        HOSTILE,
                        silo,
                        "silo",
                        Criticality.B,
                        List.of(
                                tag(silo, "fill.level", "%", "field"),
                                tag(silo, "temperature.product", "Cel", "field"))),
                new AssetView(
                        "F-1",
                        "Annealing furnace",
                        furnace,
                        "furnace",
                        Criticality.A,
                        List.of(
                                tag(furnace, "temperature.zone_1", "Cel", "recorder"),
                                tag(furnace, "temperature.zone_2", "Cel", "recorder"),
                                tag(furnace, "gas.flow", "m3/h", "press-line"))));
    }

    /** Slow sines with texture; the vibration climbs through 4.5 and 7.1 within a half hour. */
    private double wave(String path, long time) {
        double t = time / 1e6;
        double noise = Math.sin(t * 1.7 + path.hashCode() % 7) * .5 + Math.sin(t * .73) * .3 + Math.sin(t * 3.1) * .2;
        double minutesBack = (now() - time) / 60e6;
        return switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "vibration.velocity_rms" -> 2.6 + 5.2 / (1 + Math.exp((minutesBack - 9) * .55)) + noise * .16;
            case "temperature.bearing" -> 52 + 6 / (1 + Math.exp((minutesBack - 7) * .4)) + noise * .2;
            case "battery" -> 87;
            case "temperature.oil" -> 61.5 + Math.sin(t / 400) * 3 + noise * .2;
            case "pressure.main" -> 180 + Math.signum(Math.sin(t / 45)) * 55 + noise * 3;
            case "cycles.total" -> Math.floor(t / 12) % 1e6;
            case "pressure.outlet" -> 7.4 + Math.sin(t / 70) * .35 + noise * .05;
            case "power.active" -> 68 + Math.sin(t / 70) * 9 + noise;
            case "energy.total" -> 184_200 + (t % 1e6) / 50;
            case "fill.level" -> 34 + Math.sin(t / 3000) * 8;
            case "temperature.product" -> 19.4 + Math.sin(t / 2000);
            case "temperature.zone_1" -> 842 + Math.sin(t / 220) * 6 + noise;
            case "temperature.zone_2" -> 839 + Math.sin(t / 260 + 1) * 7 + noise;
            default -> 42 + noise;
        };
    }

    @Override
    public List<TagValue> values() {
        if (broken) {
            throw new IllegalStateException("secret path /var/lib/store is locked");
        }
        List<TagValue> all = new ArrayList<>();
        for (AssetView asset : assets()) {
            for (TagView tag : asset.tags()) {
                all.add(value(tag));
            }
        }
        return all;
    }

    private TagValue value(TagView tag) {
        long at = now() / SECOND * SECOND;
        if (!tag.states().isEmpty()) {
            return new TagValue(tag.path(), Value.of("RUN"), "RUN", Quality.GOOD, at - 40 * SECOND, at, false);
        }
        if (tag.name().equals("gas.flow")) {
            return new TagValue(tag.path(), Value.NONE, "", Quality.BAD_SENSOR_FAILURE, at, at, false);
        }
        if (tag.name().equals("temperature.product")) {
            long old = at - 2700 * SECOND;
            return new TagValue(
                    tag.path(), Value.of(19.4), "19.4", Quality.UNCERTAIN_LAST_USABLE_VALUE, old, old, true);
        }
        double v = Math.round(wave(tag.path(), at) * 100) / 100.0;
        int quality = tag.name().equals("fill.level") ? Quality.UNCERTAIN_LAST_USABLE_VALUE : Quality.GOOD;
        return new TagValue(tag.path(), Value.of(v), Numbers.text(v, Locale.ROOT), quality, at, at, false);
    }

    @Override
    public Optional<TagValue> last(String tag) {
        return values().stream().filter(v -> v.tag().equals(tag)).findFirst();
    }

    @Override
    public Optional<Series> series(SeriesQuery q) {
        return last(q.tag()).map(known -> {
            int n = known.value() instanceof Value.Real ? q.points() : 0;
            long[] times = new long[n];
            double[] values = new double[n];
            int[] qualities = new int[n];
            for (int i = 0; i < n; i++) {
                times[i] = q.from() + (q.to() - q.from()) * i / n;
                boolean gap = q.tag().contains("outlet") && i > n / 3 && i < n / 3 + n / 12;
                values[i] = gap ? Double.NaN : wave(q.tag(), times[i]);
                qualities[i] = gap ? Quality.BAD_COMMUNICATION_ERROR : Quality.GOOD;
            }
            return new Series(
                    q.tag(), unit(q.tag()), "raw", n * 3L, n == 0 ? Double.NaN : 97.5, times, values, qualities);
        });
    }

    private String unit(String path) {
        return assets().stream()
                .flatMap(a -> a.tags().stream())
                .filter(t -> t.path().equals(path))
                .map(TagView::unit)
                .findFirst()
                .orElse("");
    }

    @Override
    public List<SourceStatus> sources() {
        long n = (now() - started) / SECOND;
        return List.of(
                new SourceStatus(
                        "field", "mqtt", true, "mqtt://10.20.0.4:1883, session kept", n * 2, now() - SECOND, 1),
                new SourceStatus(
                        "press-line", "opcua", true, "opc.tcp://10.20.0.31:4840, Basic256Sha256", n * 9, now(), 0),
                new SourceStatus("plc-7", "plc", true, "modbus-tcp://10.20.0.40:502, 250 ms", n * 4, now(), 2),
                new SourceStatus(
                        "recorder", "mqtt", true, "mqtt://10.20.0.4:1883, furnace recorder", n, now() - SECOND, 0),
                new SourceStatus(
                        "press-2",
                        "opcua",
                        false,
                        "opc.tcp://10.20.0.32:4840: connection refused; next try in 12 s",
                        4120,
                        now() - 640 * SECOND,
                        3));
    }

    @Override
    public List<RouteView> routes() {
        return List.of(
                new RouteView("field-in", "Started", "hub:mqtt/field", 41_233, 0),
                new RouteView("press-line-in", "Started", "hub:opcua/press-line", 97_220, 0),
                new RouteView("work-orders", "Started", "hub:events?type=alarm", 4, 0));
    }

    @Override
    public Ledger ledger() {
        long n = (now() - started) / SECOND * 10;
        var field = new Ledger.SourceAccount(n + 12, n - 300, Map.of("unmapped", 180L, "deadband", 120L), 12);
        var press = new Ledger.SourceAccount(n * 9, n * 9, Map.of(), 0);
        long accepted = n - 300 + n * 9;
        Map<String, Ledger.SinkAccount> sinks = new LinkedHashMap<>();
        sinks.put("historian", new Ledger.SinkAccount(accepted, accepted - 118, 118, 0, 0));
        sinks.put("rules", new Ledger.SinkAccount(accepted, accepted, 0, 0, 0));
        return new Ledger(Map.of("field", field, "press-line", press), sinks);
    }

    @Override
    public List<SinkView> sinks() {
        return List.of(
                new SinkView("rules", "rules", "", true, started, 0, "", 0, 0, 0, 0),
                new SinkView(
                        "historian",
                        "journal",
                        "historian",
                        false,
                        now() - 64 * SECOND,
                        7,
                        "Connection to 10.20.0.9:5432 refused",
                        now() + 12 * SECOND,
                        10,
                        118,
                        now() - 65 * SECOND),
                new SinkView("work-orders", "events", "work-orders", true, started, 0, "", 0, 0, 0, 0));
    }

    @Override
    public JournalView journal() {
        return new JournalView(10_000, 48_000_000, Map.of("historian", 9_990L, "rules", 10_000L));
    }

    private List<AlarmEvent> pumpSteps() {
        long now = clock.instant().truncatedTo(ChronoUnit.MINUTES).getEpochSecond() * SECOND;
        return List.of(
                event(1, AlarmEvent.Type.RAISED, "C", RuleFile.Severity.MINOR, now - 480 * SECOND, 5.18, 5.2, 4.5),
                event(2, AlarmEvent.Type.RAISED, "D", RuleFile.Severity.CRITICAL, now - 125 * SECOND, 7.62, 7.71, 7.1));
    }

    private AlarmEvent event(
            int step,
            AlarmEvent.Type type,
            String level,
            RuleFile.Severity severity,
            long time,
            double value,
            double peak,
            double limit) {
        long since = clock.instant().truncatedTo(ChronoUnit.MINUTES).getEpochSecond() * SECOND - 600 * SECOND;
        return new AlarmEvent(
                INCIDENT + "." + step,
                INCIDENT,
                "lyon/" + PUMP + "/VIB/vib-zone",
                step,
                type,
                "vib-zone",
                "Vibration zone " + level + " on Cooling water pump",
                "P-101",
                "Cooling water pump",
                PUMP,
                "VIB",
                VIBRATION,
                time,
                time,
                since,
                level,
                severity,
                value,
                peak,
                limit,
                false,
                "mm/s",
                Map.of(
                        "vibration.velocity_rms",
                        Numbers.text(value, Locale.ROOT) + " mm/s (GOOD)",
                        "state",
                        "RUN (GOOD)"));
    }

    @Override
    public synchronized List<Alarm> alarms(boolean open, int limit) {
        AlarmEvent pump = pumpSteps().getLast();
        long t = now() / (60 * SECOND) * 60 * SECOND - 2400 * SECOND;
        AlarmEvent oil = new AlarmEvent(
                PRESS_INCIDENT + ".2",
                PRESS_INCIDENT,
                "lyon/press/OHE/oil-hot",
                2,
                AlarmEvent.Type.RTN_UNACK,
                "oil-hot",
                "Oil temperature high on Hydraulic press 3",
                "PR-3",
                "Hydraulic press 3",
                "acme/lyon/forming/line-3/pr-3",
                "OHE",
                "acme/lyon/forming/line-3/pr-3/temperature.oil",
                t,
                t,
                t - 540 * SECOND,
                "",
                RuleFile.Severity.MAJOR,
                61.2,
                68.4,
                65,
                false,
                "Cel",
                Map.of("temperature.oil", "61.2 Cel (GOOD)"));
        AlarmEvent silo = new AlarmEvent(
                "silo.1",
                "silo",
                "lyon/silo/LOO/silo-low",
                1,
                AlarmEvent.Type.RAISED,
                "silo-low",
                "Level low in " + HOSTILE,
                "SILO-2",
                HOSTILE,
                "acme/lyon/raw-material/storage/silo-2",
                "LOO",
                "acme/lyon/raw-material/storage/silo-2/fill.level",
                t,
                t,
                t,
                "L",
                RuleFile.Severity.MINOR,
                33.9,
                33.2,
                35,
                true,
                "%",
                Map.of());
        AlarmEvent past = new AlarmEvent(
                "old.3",
                "old",
                "lyon/c-301/PDE",
                3,
                AlarmEvent.Type.NORMAL,
                "air-low",
                "Net pressure low on Screw compressor",
                "C-301",
                "Screw compressor",
                "acme/lyon/utilities/air/c-301",
                "PDE",
                "acme/lyon/utilities/air/c-301/pressure.outlet",
                t - 7200 * SECOND,
                t,
                t - 7500 * SECOND,
                "",
                RuleFile.Severity.MINOR,
                7.2,
                5.9,
                6.2,
                true,
                "bar",
                Map.of());
        List<Alarm> all = new ArrayList<>(List.of(
                new Alarm(
                        pump,
                        acked.containsKey(INCIDENT),
                        true,
                        ORDER,
                        held(pump),
                        Optional.ofNullable(board().alarms().get(INCIDENT))),
                new Alarm(silo, acked.containsKey("silo"), true, "WO-000003", held(silo), Optional.empty()),
                new Alarm(oil, acked.containsKey(PRESS_INCIDENT), true, "WO-000002", held(oil), Optional.empty())));
        if (!open) {
            all.add(new Alarm(past, true, false, "", held(past), Optional.empty()));
        }
        return all.subList(0, Math.min(limit, all.size()));
    }

    private static long held(AlarmEvent latest) {
        return BreachTime.micros(List.of(latest), latest.hubTime());
    }

    synchronized Outcome acknowledge(String incident, String user) {
        if (alarms(true, 99).stream().noneMatch(a -> a.latest().incident().equals(incident))) {
            return new Outcome.NotFound("no open alarm " + incident);
        }
        return acked.putIfAbsent(incident, user) == null
                ? new Outcome.Done()
                : new Outcome.Refused(incident + " is already acknowledged");
    }

    @Override
    public synchronized Outcome alarm(AlarmCommand command) {
        return switch (command) {
            case AlarmCommand.Acknowledge c -> acknowledge(c.target(), c.who());
            case AlarmCommand.Shelve c -> {
                shelved.put(c.target(), c);
                yield new Outcome.Done();
            }
            case AlarmCommand.Unshelve c ->
                shelved.remove(c.target()) == null ? new Outcome.Refused("it is not shelved") : new Outcome.Done();
            default -> new Outcome.Done();
        };
    }

    synchronized Map<String, AlarmCommand.Shelve> shelved() {
        return Map.copyOf(shelved);
    }

    @Override
    public synchronized AlarmBoard board() {
        Map<String, AlarmBoard.Entry> entries = new LinkedHashMap<>();
        shelved.forEach((target, c) -> entries.put(target, entry(target, c)));
        return new AlarmBoard(entries, List.of(new AlarmBoard.Mute("atlas", "WO-000002", "PR-3", "OHE", 0, "atlas")));
    }

    private AlarmBoard.Entry entry(String target, AlarmCommand.Shelve c) {
        long now = now();
        long until = c.micros() == 0 ? now + 8 * 3600 * SECOND : now + c.micros();
        return new AlarmBoard.Entry(
                "vib-zone@P-101",
                "vib-zone",
                "P-101",
                PUMP,
                target,
                "",
                "",
                List.of(AlarmEvent.Silence.SHELVED),
                new AlarmBoard.Shelving(
                        c.oneShot() ? AlarmBoard.Kind.ONE_SHOT : AlarmBoard.Kind.TIMED,
                        now,
                        until,
                        c.who(),
                        c.reason()),
                AlarmBoard.Service.IN,
                "",
                "",
                0,
                false,
                false);
    }

    @Override
    public synchronized List<AlarmMetrics> alarmMetrics(long from, long to) {
        return AlarmMetrics.of(pumpSteps(), pumpSteps(), event -> "acme/lyon/utilities", from, to);
    }

    @Override
    public synchronized List<WorkOrder> workOrders(int limit) {
        AlarmEvent pump = pumpSteps().getLast();
        List<String> next = state.equals("open")
                ? List.of("in_progress", "done", "cancelled")
                : state.equals("in_progress") ? List.of("done", "cancelled") : List.of();
        long t = pump.time();
        List<WorkOrder> all = List.of(
                new WorkOrder(
                        ORDER,
                        INCIDENT,
                        pump.key(),
                        pump.title(),
                        "P-101",
                        "Cooling water pump",
                        "vib-zone",
                        "CRITICAL",
                        state,
                        next,
                        !next.isEmpty(),
                        "desk",
                        pumpSteps().getFirst().time(),
                        t,
                        t + 4 * 3600 * SECOND,
                        ""),
                new WorkOrder(
                        "WO-000003",
                        "silo",
                        "k3",
                        "Level low in " + HOSTILE,
                        "SILO-2",
                        HOSTILE,
                        "silo-low",
                        "MINOR",
                        "open",
                        List.of("in_progress", "done", "cancelled"),
                        true,
                        "desk",
                        t - 1300 * SECOND,
                        t,
                        0,
                        ""),
                new WorkOrder(
                        "WO-000002",
                        PRESS_INCIDENT,
                        "k2",
                        "Oil temperature high on Hydraulic press 3",
                        "PR-3",
                        "Hydraulic press 3",
                        "oil-hot",
                        "MAJOR",
                        "in_progress",
                        List.of("done"),
                        true,
                        "desk",
                        t - 2700 * SECOND,
                        t,
                        t + 86400 * SECOND,
                        ""));
        return all.subList(0, Math.min(limit, all.size()));
    }

    @Override
    public synchronized Optional<WorkOrderDetail> workOrder(String number) {
        return workOrders(99).stream()
                .filter(o -> o.number().equals(number))
                .findFirst()
                .map(order -> {
                    if (!number.equals(ORDER)) {
                        return new WorkOrderDetail(order, order.title() + "\n", "", List.of());
                    }
                    Ticket ticket = new TicketText(
                                    new TicketText.Settings(
                                            Locale.ENGLISH, ZoneId.of("Europe/Paris"), "http://127.0.0.1:8080"),
                                    evidence())
                            .write(pumpSteps().getLast());
                    return new WorkOrderDetail(order, ticket.text(), ticket.trendSvg(), List.copyOf(notes));
                });
    }

    private TicketText.Evidence evidence() {
        return new TicketText.Evidence() {
            @Override
            public List<TrendPoint> trend(String tag, long from, long to) {
                List<TrendPoint> points = new ArrayList<>();
                for (long t = from; t <= to; t += SECOND) {
                    boolean bad = t - from > 500 * SECOND && t - from < 590 * SECOND;
                    points.add(new TrendPoint(t, wave(tag, t), bad ? Quality.BAD_COMMUNICATION_ERROR : Quality.GOOD));
                }
                return points;
            }

            @Override
            public List<AlarmEvent> history(String incident) {
                return pumpSteps();
            }

            @Override
            public Optional<RuleFile.Guidance> guidance(String rule) {
                return Optional.of(new RuleFile.Guidance(
                        "Check alignment and suction pressure (cavitation).",
                        Optional.of("https://intranet/doc/P-101")));
            }
        };
    }

    @Override
    public synchronized Outcome setState(String number, String next, String user) {
        Optional<WorkOrder> order =
                workOrders(99).stream().filter(o -> o.number().equals(number)).findFirst();
        if (order.isEmpty()) {
            return new Outcome.NotFound("no work order " + number);
        }
        if (!order.get().nextStates().contains(next)) {
            return new Outcome.Refused(number + " is " + order.get().state() + " and cannot become " + next);
        }
        state = next;
        notes.add(new Note(now(), user, "State: " + next));
        return new Outcome.Done();
    }

    @Override
    public synchronized Outcome comment(String number, String text, String user) {
        if (workOrder(number).isEmpty()) {
            return new Outcome.NotFound("no work order " + number);
        }
        notes.add(new Note(now(), user, text));
        return new Outcome.Done();
    }

    @Override
    public List<Journal.StoredDeadLetter> deadLetters(int limit) {
        byte[] raw = "{\"devEui\":\"24e1\",\"object\":{\"v_rms\":\"NaN\"}}".getBytes(StandardCharsets.UTF_8);
        return List.of(new Journal.StoredDeadLetter(
                12,
                new Journal.DeadLetter(
                        "field",
                        now() - 900 * SECOND,
                        "bind",
                        "not-a-number",
                        "v_rms of 24e124136b502217 is NaN; check the sensor or its decoder",
                        "application/1/device/24e1/event/up",
                        raw)));
    }

    @Override
    public Optional<Journal.StoredDeadLetter> deadLetter(long id) {
        return deadLetters(1).stream().filter(letter -> letter.id() == id).findFirst();
    }

    @Override
    public Replayed replay(long id, String user) {
        if (deadLetter(id).isEmpty()) {
            return new Replayed(id, "missing", "no dead letter " + id, 0, 0, 0);
        }
        acked.merge("replay " + id, user, (first, again) -> again);
        return new Replayed(id, "failed", "not-a-number: it is NaN still", 0, 0, 0);
    }

    @Override
    public long deadLetterCount() {
        return 12;
    }

    @Override
    public List<DeviceClock> clocks(int limit) {
        return List.of(
                new DeviceClock("field", "silo-2", -734_200_000, 9, now() - 20 * SECOND),
                new DeviceClock("press-line", "", 240_000, 9, now() - SECOND));
    }

    @Override
    public List<Unmapped> unmapped(int limit) {
        return List.of(new Unmapped("field", "24e124136b509999", "co2", 180, started, now() - 30 * SECOND, "612 ppm"));
    }

    @Override
    public Optional<Explanation> why(String id) {
        return id.equals("none") ? Optional.empty() : Optional.of(whyNot(VIBRATION, now()));
    }

    @Override
    public Explanation whyNot(String tag, long time) {
        Explanation.Step step = new Explanation.Step(
                "rule",
                Explanation.Outcome.STOPPED,
                time,
                "3 mm/s is within the limits",
                "0123456789ab",
                Map.of("a", "b"));
        Explanation.Plot plot = new Explanation.Plot(
                VIBRATION,
                "mm/s",
                time - SECOND,
                time,
                List.of(new Explanation.Point(time, 3, true), new Explanation.Point(time, Double.NaN, false)),
                List.of(new Explanation.Limit("C", 4.5, false)),
                List.of(new Explanation.Band(time - SECOND, time, "normal", "")),
                List.of(new Explanation.Mark(time, "asked")));
        return new Explanation(tag, "rule: 3 mm/s is within the limits", true, List.of(step), Optional.of(plot));
    }

    @Override
    public List<OeeView> oee(String id, int shifts) {
        long start = now() - 3600 * SECOND;
        ShiftReport report = new ShiftReport(
                "press-3",
                "PR-3",
                OeeFile.Standard.ISO22400,
                new ShiftCalendar.Shift(
                        "early", LocalDate.EPOCH, new ShiftCalendar.Interval(start, start + 7200 * SECOND), List.of()),
                now(),
                3600 * SECOND,
                0,
                0,
                OptionalDouble.of(1),
                new Oee(3600 * SECOND, 3000 * SECOND, 0, 2500.0 * SECOND, 1250, 1240),
                List.of(new ShiftReport.LossTime(Loss.BREAKDOWNS, 600 * SECOND, 1)),
                List.of(new StateSpan(start, now(), MachineState.PRODUCING, "RUN", "")),
                List.of(new ShiftReport.Stop(start, start + 600 * SECOND, 600 * SECOND, false, "FAULT", "")),
                0,
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                List.of());
        OeeView press = new OeeView("press-3", "PR-3", "Press", Optional.of(report), List.of(), List.of("drive fault"));
        return id.isEmpty() || id.equals(press.id()) ? List.of(press) : List.of();
    }

    @Override
    public Outcome giveReason(String id, long start, String reason, String user) {
        return new Outcome.Done();
    }
}
