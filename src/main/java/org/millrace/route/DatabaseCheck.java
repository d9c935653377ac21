package org.millrace.route;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.config.Positions;
import org.millrace.config.Problem;

/** What can be told of database files without their databases. */
public final class DatabaseCheck {
    private static final int MOST_CONNECTIONS = 50;

    private DatabaseCheck() {}

    /** @param taken names that routes have already: the historian and the hub's own */
    public static List<Problem> problems(List<DatabaseFile> files, Set<String> taken, Positions positions) {
        List<Problem> problems = new ArrayList<>();
        Set<String> ids = new HashSet<>(taken);
        for (DatabaseFile file : files) {
            if (!file.id().matches("[a-z][a-z0-9-]*")) {
                problems.add(positions
                        .of(file, "id")
                        .error("'" + file.id() + "' is not an id", "small letters, digits and hyphens, e.g. erp"));
            } else if (!ids.add(file.id())) {
                problems.add(positions
                        .of(file, "id")
                        .error(
                                taken.contains(file.id())
                                        ? "'" + file.id() + "' is a name of the hub's own"
                                        : "a second database has the id '" + file.id() + "'",
                                "give it an id of its own"));
            }
            url(file).forEach(message -> problems.add(positions.of(file, "url").error(message.get(0), message.get(1))));
            if (file.connections() < 1 || file.connections() > MOST_CONNECTIONS) {
                problems.add(positions
                        .of(file, "connections")
                        .error("connections is " + file.connections(), "1 to " + MOST_CONNECTIONS));
            }
        }
        return problems;
    }

    /** Message and hint of what is wrong. */
    private static List<List<String>> url(DatabaseFile file) {
        String url = file.url();
        if (!url.startsWith("jdbc:")) {
            return List.of(
                    List.of("'" + url + "' is not a JDBC address", "e.g. jdbc:postgresql://erp.example/staging"));
        }
        if (url.toLowerCase(java.util.Locale.ROOT).contains("password=")) {
            return List.of(
                    List.of("a password must not stand in url", "password: \"{{file-secret:" + file.id() + "}}\""));
        }
        String kind = url.split(":", 3)[1];
        if (driver(url).isEmpty()) {
            String there = DriverManager.drivers()
                    .map(driver -> driver.getClass().getPackageName())
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(", "));
            return List.of(List.of(
                    "there is no driver for jdbc:" + kind,
                    "put its jar beside the hub's libraries; there are drivers of " + there));
        }
        return List.of();
    }

    private static java.util.Optional<Driver> driver(String url) {
        try {
            return java.util.Optional.of(DriverManager.getDriver(url));
        } catch (SQLException e) {
            return java.util.Optional.empty();
        }
    }
}
