package org.millrace.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.millrace.alarm.AlarmPlanner;
import org.millrace.alarm.AlarmPolicyFile;
import org.millrace.alarm.CalendarFile;
import org.millrace.config.ConfigFolder;
import org.millrace.config.Placeholders;
import org.millrace.config.Position;
import org.millrace.config.Problem;
import org.millrace.connector.DocumentFolderFile;
import org.millrace.connector.MetersFile;
import org.millrace.connector.rest.ConnectorCheck;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.connector.rest.ErpConnectorFile;
import org.millrace.context.ContextFile;
import org.millrace.erp.ProductionFile;
import org.millrace.historian.Historian;
import org.millrace.historian.HistorianFile;
import org.millrace.kpi.OeeCompiler;
import org.millrace.kpi.OeeFile;
import org.millrace.kpi.ShiftCalendarFile;
import org.millrace.plant.AssetFile;
import org.millrace.plant.PlantBuilder;
import org.millrace.plant.Tag;
import org.millrace.route.DatabaseFile;
import org.millrace.route.Known;
import org.millrace.route.Rights;
import org.millrace.route.RouteCheck;
import org.millrace.route.RouteFiles;
import org.millrace.rule.Compilation;
import org.millrace.rule.RuleCompiler;
import org.millrace.rule.RuleFile;
import org.millrace.rule.RuleProblem;
import org.millrace.source.decode.Decoders;
import org.millrace.source.file.FileSourceCheck;
import org.millrace.source.file.FileSourceFile;
import org.millrace.source.http.HttpSourceCheck;
import org.millrace.source.http.HttpSourceFile;
import org.millrace.source.mqtt.MqttSourceCheck;
import org.millrace.source.mqtt.MqttSourceFile;
import org.millrace.source.opcua.OpcUaSourceCheck;
import org.millrace.source.opcua.OpcUaSourceFile;
import org.millrace.source.plc.PlcSourceCheck;
import org.millrace.source.plc.PlcSourceFile;
import org.millrace.source.sql.SqlSourceCheck;
import org.millrace.source.sql.SqlSourceFile;

/** Reads and checks a home folder offline: what {@code hub check} prints and what {@code hub run} starts from. */
public final class HomeFolder {
    /** Every kind of document a home folder may hold. */
    public static final List<Class<? extends Record>> KINDS = List.of(
            HubFile.class,
            HistorianFile.class,
            OpcUaSourceFile.class,
            PlcSourceFile.class,
            MqttSourceFile.class,
            HttpSourceFile.class,
            FileSourceFile.class,
            SqlSourceFile.class,
            AssetFile.class,
            RuleFile.class,
            AlarmPolicyFile.class,
            CalendarFile.class,
            OeeFile.class,
            ShiftCalendarFile.class,
            ConnectorFile.class,
            MetersFile.class,
            ContextFile.class,
            ErpConnectorFile.class,
            DocumentFolderFile.class,
            ProductionFile.class,
            DatabaseFile.class);

    private static final long MIN_JOURNAL_BYTES = 10_000_000;
    /** Half of what the rules take for a pause of the hub. */
    private static final Duration LONGEST_TICK = Duration.ofSeconds(30);

    private static final Duration MIN_JOURNAL_AGE = Duration.ofMinutes(1);

    private final Path home;
    private final Placeholders placeholders;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Record> sourceFiles = new HashMap<>();

    private final CompletableFuture<RouteCheck> routeCheck;
    private Optional<Path> otherRules = Optional.empty();

    private HomeFolder(Path home, Placeholders placeholders, CompletableFuture<RouteCheck> routeCheck) {
        this.home = home;
        this.placeholders = placeholders;
        this.routeCheck = routeCheck;
    }

    /** @param home folder that holds {@code routes/} and {@code connectors-config/} */
    public static Configuration read(Path home, Placeholders placeholders) throws IOException {
        // Camel's schema and catalogue are read on another core while the rest is
        return new HomeFolder(home, placeholders, CompletableFuture.supplyAsync(RouteCheck::create)).read();
    }

    /** The same for who checks again and again: making a route check takes about a second. */
    public static Configuration read(Path home, Placeholders placeholders, RouteCheck routeCheck) throws IOException {
        return new HomeFolder(home, placeholders, CompletableFuture.completedFuture(routeCheck)).read();
    }

    /**
     * The home's machines with the rules of another folder: for trying rules out. Routes are neither read nor checked.
     *
     * @param rules every {@code kind: Rule} in it stands for those of the home; the configuration's version is that of
     *     its files
     */
    public static Configuration readWithRules(Path home, Path rules, Placeholders placeholders) throws IOException {
        HomeFolder folder = new HomeFolder(home, placeholders, new CompletableFuture<>());
        folder.otherRules = Optional.of(rules);
        return folder.read();
    }

    private static List<ConfigFolder.Part> parts(Path connectors, Optional<Path> otherRules) {
        Predicate<String> isRule = kind -> kind.equals("Rule");
        return otherRules
                .map(rules -> List.of(
                        new ConfigFolder.Part(connectors, isRule.negate()), new ConfigFolder.Part(rules, isRule)))
                .orElseGet(() -> List.of(new ConfigFolder.Part(connectors, kind -> true)));
    }

    private Configuration read() throws IOException {
        ConfigFolder.Config config =
                new ConfigFolder(KINDS, placeholders).read(home, parts(home.resolve("connectors-config"), otherRules));
        problems.addAll(config.problems());
        HubFile hub = one(config, HubFile.class, HubFile.defaults());
        checkHub(config, hub);
        problems.addAll(OrderCheck.problems(config, hub));
        HistorianFile historian = one(config, HistorianFile.class, noHistorianFile());
        checkHistorian(config, historian);
        Map<String, String> sources = sources(config);
        RouteFiles.Found routeFiles = RouteFiles.find(home);
        ErpCheck erp = new ErpCheck(config);
        CompletableFuture<List<Problem>> routeProblems =
                routeProblems(hub, sources, connectors(config), erp.systems(), erp.databases(), routeFiles);

        PlantBuilder.Built built =
                PlantBuilder.build(config.all(AssetFile.class), sources.keySet(), config.positions());
        problems.addAll(built.problems());
        problems.addAll(new TagCheck(sourceFiles, config.positions()).problems(config.all(AssetFile.class)));
        List<RuleFile> ruleFiles = rules(config);
        Compilation rules = RuleCompiler.compile(built.plant(), ruleFiles);
        place(config, ruleFiles, rules.problems());
        placeDerived(config, rules.deriveProblems());
        AlarmPlanner.Planned alarms = AlarmPlanner.plan(
                ruleFiles,
                rules.rules(),
                config.all(AlarmPolicyFile.class),
                config.all(CalendarFile.class),
                config.positions());
        problems.addAll(alarms.problems());

        OeeCompiler.Compiled oee = OeeCompiler.compile(
                built.plant(),
                config.all(OeeFile.class),
                config.all(ShiftCalendarFile.class),
                zone(hub),
                config.positions());
        problems.addAll(oee.problems());
        Configuration.Erp compiledErp = erp.compiled(oee.specs());
        problems.addAll(erp.problems());

        problems.addAll(MetersCheck.problems(config, built.plant()));
        problems.addAll(ContextCheck.problems(config, built.plant()));
        CodecFiles.Found codecs = new CodecFiles(home, hub.codecLimits(), config).read();
        problems.addAll(codecs.problems());

        problems.addAll(routeProblems.join());
        return new Configuration(
                hub,
                historian,
                config.all(OpcUaSourceFile.class),
                config.all(PlcSourceFile.class),
                config.all(MqttSourceFile.class),
                config.all(HttpSourceFile.class),
                config.all(FileSourceFile.class),
                config.all(SqlSourceFile.class),
                config.all(ConnectorFile.class),
                compiledErp,
                built.plant(),
                ruleFiles,
                rules,
                alarms.plan(),
                oee.specs(),
                config.all(MetersFile.class),
                config.all(ContextFile.class),
                routeFiles.files(),
                codecs.codecs(),
                otherRules.isPresent()
                        ? FilesVersion.of(otherRules.get(), List.of(""))
                        : FilesVersion.of(home, List.of("connectors-config", "routes")),
                List.copyOf(problems));
    }

    /** On another thread: it is the longest of the checks, and needs only the sources of the others. */
    private CompletableFuture<List<Problem>> routeProblems(
            HubFile hub,
            Map<String, String> sources,
            Set<String> connectors,
            Set<String> erp,
            Set<String> databases,
            RouteFiles.Found found) {
        if (otherRules.isPresent() || !Files.isDirectory(home.resolve("routes"))) {
            return CompletableFuture.completedFuture(List.of());
        }
        Known known = new Known(sources, connectors, erp, Decoders.standard().names());
        Rights read = Rights.standard().withDatabases(databases);
        Rights rights = hub.mayWrite() ? read.withWrite() : read;
        return routeCheck.thenApplyAsync(check -> {
            List<Problem> all = new ArrayList<>(found.problems());
            all.addAll(check.check(found.files(), known, rights));
            return all;
        });
    }

    private static HistorianFile noHistorianFile() {
        return new HistorianFile("", Optional.empty(), Optional.empty(), 10_000, Duration.ofSeconds(1));
    }

    private <T extends Record> T one(ConfigFolder.Config config, Class<T> kind, T otherwise) {
        List<T> found = config.all(kind);
        for (T more : found.subList(Math.min(1, found.size()), found.size())) {
            problems.add(config.positions()
                    .of(more)
                    .error(
                            "a second document of this kind; the first is in "
                                    + config.positions().of(found.getFirst()).file(),
                            "keep one"));
        }
        return found.isEmpty() ? otherwise : found.getFirst();
    }

    private static ZoneId zone(HubFile hub) {
        try {
            return ZoneId.of(hub.timeZone());
        } catch (DateTimeException told) {
            return ZoneId.of("UTC");
        }
    }

    private void checkHub(ConfigFolder.Config config, HubFile hub) {
        try {
            ZoneId.of(hub.timeZone());
        } catch (DateTimeException e) {
            problems.add(config.positions()
                    .of(hub, "time_zone")
                    .error("'" + hub.timeZone() + "' is not a time zone", "write an IANA name such as Europe/Paris"));
        }
        if (hub.tickEvery().isZero() || hub.tickEvery().isNegative()) {
            problems.add(config.positions()
                    .of(hub, "tick_every")
                    .error("tick_every must be longer than nothing", "write e.g. 1s"));
        } else if (hub.tickEvery().compareTo(LONGEST_TICK) > 0) {
            problems.add(config.positions()
                    .of(hub, "tick_every")
                    .error(
                            "with a tick every " + hub.tickEvery().toSeconds()
                                    + " s the rules take the time between for time in which the hub did not run",
                            "at most 30s; 1s is usual"));
        }
        hub.http().ifPresent(http -> {
            if (http.port() < 0 || http.port() > 65_535) {
                problems.add(config.positions()
                        .of(http, "port")
                        .error("port " + http.port() + " does not exist", "0 (any free port) to 65535"));
            }
        });
        hub.codecs().ifPresent(codecs -> {
            if (codecs.time().toMillis() < 1 || codecs.time().compareTo(Duration.ofSeconds(10)) > 0) {
                problems.add(config.positions()
                        .of(codecs, "time")
                        .error(
                                "a codec may not have " + codecs.time().toMillis() + " ms",
                                "1ms to 10s; 100ms is plenty"));
            }
            if (hub.codecLimits().memory() < 1_000_000 || hub.codecLimits().memory() > 500_000_000) {
                problems.add(config.positions()
                        .of(codecs, "memory")
                        .error("a codec may not have " + codecs.memory(), "1 MB to 500 MB; 32 MB is plenty"));
            }
        });
        hub.journal().ifPresent(journal -> {
            String unit = journal.maxSize().unit();
            if (!HubFile.SIZE_UNITS.containsKey(unit)) {
                problems.add(config.positions()
                        .of(journal, "max_size")
                        .error("'" + journal.maxSize() + "' is not a size", "write MB, GB, MiB or GiB, e.g. 2 GB"));
            } else if (hub.journalBytes() < MIN_JOURNAL_BYTES) {
                problems.add(config.positions()
                        .of(journal, "max_size")
                        .error("a journal of " + journal.maxSize() + " is too small", "at least 10 MB"));
            }
            journal.maxAge()
                    .filter(age -> age.compareTo(MIN_JOURNAL_AGE) < 0)
                    .ifPresent(age -> problems.add(config.positions()
                            .of(journal, "max_age")
                            .error("a max_age under a minute loses or blocks what is merely on its way", "e.g. 7d")));
        });
    }

    /** Source id to protocol; ids are unique across kinds. */
    private Map<String, String> sources(ConfigFolder.Config config) {
        Map<String, String> sources = new LinkedHashMap<>();
        Map<String, Position> first = new HashMap<>();
        for (Record record : config.records()) {
            String id = switch (record) {
                case OpcUaSourceFile s -> s.id();
                case PlcSourceFile s -> s.id();
                case MqttSourceFile s -> s.id();
                case HttpSourceFile s -> s.id();
                case FileSourceFile s -> s.id();
                case SqlSourceFile s -> s.id();
                default -> "";
            };
            if (id.isEmpty()) {
                continue;
            }
            problems.addAll(problemsOf(record, config));
            Position here = config.positions().of(record, "id");
            Position before = first.putIfAbsent(id, here);
            if (before != null) {
                problems.add(here.error(
                        "a second source has the id '" + id + "'",
                        "the first is at " + before.file() + ":" + before.line()));
            }
            if (id.equals(Tag.DERIVED)) {
                problems.add(here.error("'" + id + "' is the source of derived tags", "give this one another id"));
            }
            if (id.equals(Tag.STALE)) {
                problems.add(
                        here.error("'" + id + "' is the source of marks at stale tags", "give this one another id"));
            }
            sources.put(id, protocol(record));
            sourceFiles.put(id, record);
        }
        return sources;
    }

    private static List<Problem> problemsOf(Record source, ConfigFolder.Config config) {
        return switch (source) {
            case OpcUaSourceFile s -> OpcUaSourceCheck.problems(s, config.positions());
            case PlcSourceFile s -> PlcSourceCheck.problems(s, config.positions());
            case MqttSourceFile s ->
                MqttSourceCheck.problems(s, Decoders.standard().names(), config.positions());
            case HttpSourceFile s ->
                HttpSourceCheck.problems(s, Decoders.standard().names(), config.positions());
            case FileSourceFile s -> FileSourceCheck.problems(s, config.positions());
            case SqlSourceFile s -> SqlSourceCheck.problems(s, config.positions());
            default -> List.of();
        };
    }

    /** Ids of the work-order systems: the desk and every connector. */
    private Set<String> connectors(ConfigFolder.Config config) {
        Set<String> ids = new HashSet<>(Set.of("desk"));
        for (ConnectorFile file : config.all(ConnectorFile.class)) {
            problems.addAll(ConnectorCheck.problems(file, config.positions()));
            if (!ids.add(file.id())) {
                problems.add(config.positions()
                        .of(file, "id")
                        .error(
                                file.id().equals("desk")
                                        ? "'desk' is the hub's own work-order desk"
                                        : "a second connector has the id '" + file.id() + "'",
                                "give it an id of its own"));
            }
        }
        return ids;
    }

    /** Rules by unique id: of two with one id only the first goes on, so that a problem of it is placed in its file. */
    private List<RuleFile> rules(ConfigFolder.Config config) {
        Map<String, Position> first = new HashMap<>();
        List<RuleFile> rules = new ArrayList<>();
        for (RuleFile file : config.all(RuleFile.class)) {
            Position here = config.positions().of(file, "id");
            Position before = first.putIfAbsent(file.id(), here);
            if (before == null) {
                rules.add(file);
            } else {
                problems.add(here.error(
                        "a second rule has the id '" + file.id() + "'",
                        "the first is at " + before.file() + ":" + before.line()));
            }
        }
        return rules;
    }

    private void checkHistorian(ConfigFolder.Config config, HistorianFile historian) {
        Historian.problemOf(historian.url())
                .ifPresent(message ->
                        problems.add(config.positions().of(historian, "url").error(message, "")));
        if (historian.batch() < 1) {
            problems.add(config.positions()
                    .of(historian, "batch")
                    .error("batch is " + historian.batch(), "at least 1; 10000 is quick"));
        }
    }

    private static String protocol(Record source) {
        return switch (source) {
            case OpcUaSourceFile s -> "opcua";
            case PlcSourceFile s -> "plc";
            case HttpSourceFile s -> "http";
            case FileSourceFile s -> "file";
            case SqlSourceFile s -> "sql";
            default -> "mqtt";
        };
    }

    /** Rule problems carry the rule's id and key; their file, line and column come from the loader. */
    private void place(ConfigFolder.Config config, List<RuleFile> files, List<RuleProblem> found) {
        Map<String, RuleFile> byId = new HashMap<>();
        files.forEach(file -> byId.putIfAbsent(file.id(), file));
        for (RuleProblem problem : found) {
            RuleFile file = byId.get(problem.ruleId());
            Position at = file == null
                    ? Position.UNKNOWN
                    : problem.offset() < 0
                            ? config.positions().of(file, problem.key())
                            : config.positions().within(file, problem.key(), problem.offset());
            problems.add(
                    problem.isError()
                            ? at.error(problem.message(), problem.hint())
                            : at.warning(problem.message(), problem.hint()));
        }
    }

    private void placeDerived(ConfigFolder.Config config, List<Compilation.DeriveProblem> found) {
        for (Compilation.DeriveProblem problem : found) {
            config.all(AssetFile.class).stream()
                    .filter(file -> file.id().equals(problem.asset()))
                    .findFirst()
                    .ifPresent(file -> {
                        String key = "tags." + problem.tag() + ".derive";
                        Position at = problem.offset() < 0
                                ? config.positions().of(file, key)
                                : config.positions().within(file, key, problem.offset());
                        problems.add(at.error(problem.message(), problem.hint()));
                    });
        }
    }
}
