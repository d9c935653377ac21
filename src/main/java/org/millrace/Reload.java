package org.millrace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.check.HubFile;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.console.ConsoleData.ConfigurationView;
import org.millrace.route.RouteSwap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the home folder's present files in force while the hub runs, all of them or none: they are read and checked as at
 * a start; with a single error nothing is touched. What did not change goes on without a break. Each attempt that is not
 * a repetition is a row of the audit trail, with the version before and after.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    /** How long an answer waits for the rules, which may have a backlog of journal entries to go through first. */
    private static final long RULES_SECONDS = 30;

    private final Hub hub;
    private final Path home;
    private final Placeholders placeholders;
    private final ReentrantLock one = new ReentrantLock();
    private volatile ConfigurationView last;

    Reload(Hub hub, Path home, Placeholders placeholders) {
        this.hub = hub;
        this.home = home;
        this.placeholders = placeholders;
        this.last = new ConfigurationView(
                hub.configuration().version(), hub.now(), "started", "", "", 0, "", List.of(), List.of());
    }

    /** What is in force, and what became of the last attempt to change it. */
    ConfigurationView view() {
        return last;
    }

    /** Reads, checks and, if all is well, changes; one at a time. Returns when the new configuration is at work. */
    ConfigurationView run(String user) {
        if (!one.tryLock()) {
            return attempt(
                    user, "busy", "", "another reload is at work; ask again when it is done", List.of(), List.of());
        }
        try {
            ConfigurationView view = change(user);
            last = view;
            if (!view.state().equals("unchanged")) {
                hub.store().audit().record(hub.now(), user, "configuration." + view.state(), detail(view));
            }
            return view;
        } finally {
            one.unlock();
        }
    }

    private ConfigurationView change(String user) {
        Configuration before = hub.configuration();
        Configuration next;
        try {
            next = HomeFolder.read(home, placeholders);
        } catch (IOException e) {
            return attempt(user, "refused", "", "the folder can't be read: " + e.getMessage(), List.of(), List.of());
        }
        List<Problem> errors = new ArrayList<>(next.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .toList());
        if (errors.isEmpty()) {
            errors.addAll(needRestart(before, next));
        }
        if (!errors.isEmpty()) {
            LOG.warn(
                    "configuration {} is refused, {} goes on: {}", next.version(), before.version(), errors.getFirst());
            return attempt(
                    user,
                    "refused",
                    next.version(),
                    "the files have errors; the configuration before goes on",
                    List.of(),
                    errors);
        }
        if (next.version().equals(before.version())) {
            return attempt(user, "unchanged", next.version(), "", List.of(), List.of());
        }
        return put(user, before, next);
    }

    private ConfigurationView put(String user, Configuration before, Configuration next) {
        Set<String> sources = changedSources(before, next);
        List<String> changes = changes(before, next, sources);
        try {
            String late = apply(before, next, sources);
            LOG.info("configuration {} is in force, was {}: {}", next.version(), before.version(), changes);
            return attempt(user, "applied", next.version(), late, changes, next.problems());
        } catch (Exception e) {
            LOG.error("configuration {} could not be put in force", next.version(), e);
            return attempt(user, "failed", next.version(), back(before, next, sources, e), List.of(), List.of());
        }
    }

    /** @return a sentence when something is still to come, else empty */
    private String apply(Configuration before, Configuration next, Set<String> sources) throws Exception {
        hub.prepare(next); // before the routes that may name a new one
        RouteSwap swap = hub.routes().swap(before.routes(), next.routes());
        swap.pause(sources);
        var rules = hub.adopt(next, sources);
        List<String> late = new ArrayList<>(swap.resume());
        hub.settle();
        try {
            rules.get(RULES_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            late.add("the rules have a backlog and change when they are through with it");
        }
        return String.join("; ", late);
    }

    private String back(Configuration before, Configuration next, Set<String> sources, Exception failure) {
        String why = String.valueOf(failure.getMessage());
        try {
            apply(next, before, sources);
            return why + "; the configuration before is in force again";
        } catch (Exception e) {
            LOG.error("configuration {} could not be put back", before.version(), e);
            return why + "; putting back the one before failed too (" + e.getMessage() + "): restart the hub";
        }
    }

    private ConfigurationView attempt(
            String user, String state, String version, String detail, List<String> changes, List<Problem> problems) {
        return new ConfigurationView(
                hub.configuration().version(),
                state.equals("applied") ? hub.now() : last.since(),
                state,
                version,
                user,
                hub.now(),
                detail,
                changes,
                problems);
    }

    private static String detail(ConfigurationView view) {
        return "in force " + view.version() + ", tried " + view.tried()
                + (view.detail().isEmpty() ? "" : ": " + view.detail())
                + (view.problems().isEmpty() ? "" : ": " + view.problems().getFirst())
                + (view.changes().isEmpty() ? "" : ": " + String.join(", ", view.changes()));
    }

    /** Ports, stores and the clock's settings are taken up once, at start. */
    private static List<Problem> needRestart(Configuration before, Configuration next) {
        List<Problem> problems = new ArrayList<>();
        HubFile was = before.hub();
        HubFile is = next.hub();
        Map<String, Boolean> settings = Map.of(
                "http", was.http().equals(is.http()),
                "journal", was.journal().equals(is.journal()),
                "time_zone", was.timeZone().equals(is.timeZone()),
                "tick_every", was.tickEvery().equals(is.tickEvery()));
        settings.forEach((key, same) -> {
            if (!same) {
                problems.add(restart("connectors-config/hub.yaml", "'" + key + "' of the hub was changed"));
            }
        });
        if (!before.historian().equals(next.historian())) {
            problems.add(restart("connectors-config/historian.yaml", "the historian's settings were changed"));
        }
        problems.addAll(RouteSwap.needRestart(before.routes(), next.routes()));
        return problems;
    }

    private static Problem restart(String file, String what) {
        return new Problem(
                Problem.Severity.ERROR,
                file,
                0,
                0,
                what,
                "restart the hub for this change, or take it back; nothing was changed");
    }

    /** Sources whose file changed, came or went, and of those that ask for tags one by one, whose tags did. */
    private static Set<String> changedSources(Configuration before, Configuration next) {
        Map<String, Object> was = settings(before);
        Map<String, Object> is = settings(next);
        Set<String> changed = new LinkedHashSet<>(was.keySet());
        changed.addAll(is.keySet());
        changed.removeIf(id -> was.containsKey(id) && was.get(id).equals(is.get(id)));
        return changed;
    }

    private static Map<String, Object> settings(Configuration configuration) {
        Map<String, Object> settings = new HashMap<>();
        configuration.mqtt().forEach(file -> settings.put(file.id(), file));
        configuration.http().forEach(file -> settings.put(file.id(), file));
        configuration.files().forEach(file -> settings.put(file.id(), List.of(file, tags(configuration, file.id()))));
        configuration.sql().forEach(file -> settings.put(file.id(), List.of(file, tags(configuration, file.id()))));
        configuration.opcUa().forEach(file -> settings.put(file.id(), List.of(file, tags(configuration, file.id()))));
        configuration.plc().forEach(file -> settings.put(file.id(), List.of(file, tags(configuration, file.id()))));
        return settings;
    }

    private static Object tags(Configuration configuration, String source) {
        return configuration.plant().tagsOf(source).toList();
    }

    private static List<String> changes(Configuration before, Configuration next, Set<String> sources) {
        List<String> changes = new ArrayList<>();
        sources.forEach(id -> changes.add("source " + id));
        if (!before.plant().assets().equals(next.plant().assets())) {
            changes.add("tags " + before.plant().tags().size() + " -> "
                    + next.plant().tags().size());
        }
        if (!before.ruleFiles().equals(next.ruleFiles())) {
            changes.add("rules " + before.ruleFiles().size() + " -> "
                    + next.ruleFiles().size());
        }
        if (!before.connectors().equals(next.connectors())) {
            changes.add("connectors " + before.connectors().size() + " -> "
                    + next.connectors().size());
        }
        Map<String, String> codecs = new HashMap<>(before.codecs().files());
        next.codecs().files().forEach((path, text) -> {
            if (!text.equals(codecs.remove(path))) {
                changes.add(path);
            }
        });
        codecs.keySet().forEach(path -> changes.add(path + " removed"));
        Map<String, String> texts = new HashMap<>();
        before.routes().forEach(file -> texts.put(file.path(), file.text()));
        next.routes().forEach(file -> {
            if (!file.text().equals(texts.remove(file.path()))) {
                changes.add(file.path());
            }
        });
        texts.keySet().forEach(path -> changes.add(path + " removed"));
        return changes;
    }
}
