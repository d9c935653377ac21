package org.millrace.check;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.millrace.config.ConfigFolder;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.connector.rest.ConnectorCheck;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.context.ContextFile;
import org.millrace.plant.Plant;

/** Sources of business context: one of sql and rest, a query that only reads, programs that compile, names that match. */
final class ContextCheck {
    private final Positions positions;
    private final Plant plant;
    private final Map<String, ConnectorFile> connectors = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    private ContextCheck(ConfigFolder.Config config, Plant plant) {
        this.positions = config.positions();
        this.plant = plant;
        config.all(ConnectorFile.class).forEach(file -> connectors.putIfAbsent(file.id(), file));
    }

    static List<Problem> problems(ConfigFolder.Config config, Plant plant) {
        ContextCheck check = new ContextCheck(config, plant);
        config.all(ContextFile.class).forEach(check::file);
        return check.problems;
    }

    private void file(ContextFile file) {
        if (!file.id().matches("[a-z0-9][a-z0-9_-]{0,63}")) {
            error(file, "id", "'" + file.id() + "' is not an id", "small letters, digits, - and _, e.g. mes");
        } else if (!ids.add(file.id())) {
            error(file, "id", "a second source of context has the id '" + file.id() + "'", "give it an id of its own");
        }
        if (file.sql().isPresent() == file.rest().isPresent()) {
            error(file, "id", "a source of context has sql or rest, not both and not none", "see docs/context.md");
        }
        positive(file, "every", file.every());
        positive(file, "stale_after", file.staleAfter());
        if (file.staleAfter().compareTo(file.every()) < 0) {
            error(file, "stale_after", "an answer is too old before the next is asked for", "more than every");
        }
        try {
            ZoneId.of(file.zone());
        } catch (DateTimeException e) {
            error(file, "zone", "'" + file.zone() + "' is not a time zone", "write an IANA name such as Europe/Paris");
        }
        if (file.fields().isEmpty()) {
            error(file, "fields", "fields is empty", "{ order: order_no, product: product, shift: shift }");
        }
        for (String name : file.fields().keySet()) {
            if (!name.matches("[a-z][a-z0-9_]{0,31}") || name.equals("stale")) {
                error(file, "fields." + name, "'" + name + "' is not a field's name", "small letters, digits and _");
            }
        }
        match(file);
        file.sql().ifPresent(this::sql);
        file.rest().ifPresent(rest -> rest(file, rest));
    }

    private void match(ContextFile file) {
        if (file.match().equals("id")) {
            return;
        }
        if (!file.match().matches("cmms\\.[A-Za-z0-9_-]+")) {
            error(
                    file,
                    "match",
                    "'" + file.match() + "' is no name of an asset",
                    "id, or a key of cmms: cmms.work_center");
            return;
        }
        String key = file.match().substring("cmms.".length());
        if (plant.assets().stream().noneMatch(asset -> asset.cmms().containsKey(key))) {
            problems.add(positions
                    .of(file, "match")
                    .warning("no asset has " + file.match(), "cmms: { " + key + ": … } in the asset files"));
        }
    }

    private void sql(ContextFile.Sql sql) {
        if (!sql.url().matches("jdbc:[a-z0-9]+:.+")) {
            error(
                    sql,
                    "url",
                    "'" + sql.url().replaceFirst("[?;].*", "…") + "' is not a JDBC URL",
                    "jdbc:postgresql://…");
        } else if (sql.url().toLowerCase(Locale.ROOT).matches(".*[?&;]password=.+")) {
            error(sql, "url", "a password must not stand in the URL", "password: \"{{file-secret:mes}}\"");
        }
        if (!sql.query().strip().toLowerCase(Locale.ROOT).matches("(?s)(select|with)\\b.*")) {
            error(sql, "query", "the query does not begin with SELECT or WITH", "the hub only reads there");
        }
        positive(sql, "timeout", sql.timeout());
    }

    private void rest(ContextFile file, ContextFile.Rest rest) {
        ConnectorFile connector = connectors.get(rest.connector());
        if (connector == null) {
            error(
                    rest,
                    "connector",
                    "there is no connector '" + rest.connector() + "'",
                    DidYouMean.hint(rest.connector(), connectors.keySet()));
            return;
        }
        Map<String, String> programs = new HashMap<>();
        programs.put("asset", file.asset());
        file.since().ifPresent(since -> programs.put("since", since));
        file.fields().forEach((name, text) -> programs.put("fields." + name, text));
        problems.addAll(ConnectorCheck.request(connector, rest.request(), file, programs, positions));
    }

    private void positive(Record of, String key, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            error(of, key, key + " must be longer than nothing", "e.g. 30s");
        }
    }

    private void error(Record of, String key, String message, String hint) {
        problems.add(positions.of(of, key).error(message, hint));
    }
}
