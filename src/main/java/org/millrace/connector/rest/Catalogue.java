package org.millrace.connector.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The connector files that come with the program. They are copied to a home folder and changed there, never loaded. */
public final class Catalogue {
    private static final List<String> IDS = List.of(
            "atlas",
            "erpnext",
            "fiix",
            "maintainx",
            "maximo",
            "odoo",
            "odoo-jsonrpc",
            "request-tracker",
            "sap-s4",
            "upkeep",
            "webhook");

    private Catalogue() {}

    /** In the order of the alphabet. */
    public static List<String> ids() {
        return IDS;
    }

    /** What people call the system. */
    public static String title(String id) {
        return title(text(id).orElse(""), id);
    }

    static String title(String yaml, String otherwise) {
        return yaml.lines()
                .filter(line -> line.startsWith("title: "))
                .map(line -> line.substring("title: ".length()))
                .findFirst()
                .orElse(otherwise);
    }

    /** The YAML of one; empty when there is none of that id. */
    public static Optional<String> text(String id) {
        return IDS.contains(id) ? Optional.of(resource("catalogue/" + id + ".yaml")) : Optional.empty();
    }

    static String resource(String resource) {
        try (InputStream in = Catalogue.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the program was built without " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
