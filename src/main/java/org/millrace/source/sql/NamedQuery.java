package org.millrace.source.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A statement with {@code :cursor} and {@code :limit}, as JDBC's question marks. Texts, quoted names, comments and
 * {@code ::} of PostgreSQL are left alone.
 */
final class NamedQuery {
    private static final Set<String> NAMES = Set.of("cursor", "limit");

    private final String sql;
    private final List<String> names;
    private final String bare;

    private NamedQuery(String sql, List<String> names, String bare) {
        this.sql = sql;
        this.names = names;
        this.bare = bare;
    }

    /** @throws IllegalArgumentException for a name there is none of, a question mark, or a text without an end */
    static NamedQuery parse(String text) {
        StringBuilder sql = new StringBuilder();
        StringBuilder bare = new StringBuilder();
        List<String> names = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            int end = quoted(text, i);
            if (end > i) {
                sql.append(text, i, end);
                bare.append(' ');
                i = end;
                continue;
            }
            char c = text.charAt(i);
            if (c == '?') {
                throw new IllegalArgumentException("a question mark is no parameter here: write :cursor");
            }
            boolean cast = text.startsWith("::", i);
            if (c == ':' && !cast && i + 1 < text.length() && Character.isLetter(text.charAt(i + 1))) {
                int stop = i + 1;
                while (stop < text.length() && Character.isJavaIdentifierPart(text.charAt(stop))) {
                    stop++;
                }
                String name = text.substring(i + 1, stop);
                if (!NAMES.contains(name)) {
                    throw new IllegalArgumentException(":" + name + " is unknown: there are :cursor and :limit");
                }
                names.add(name);
                sql.append('?');
                bare.append(':').append(name);
                i = stop;
                continue;
            }
            int length = cast ? 2 : 1;
            sql.append(text, i, i + length);
            bare.append(text, i, i + length);
            i += length;
        }
        return new NamedQuery(
                sql.toString().strip(), List.copyOf(names), bare.toString().strip());
    }

    /** The end of the text, quoted name or comment that begins here; the same position when none does. */
    private static int quoted(String text, int from) {
        char c = text.charAt(from);
        if (c == '\'' || c == '"') {
            int end = text.indexOf(c, from + 1);
            if (end < 0) {
                throw new IllegalArgumentException("a quote is not closed");
            }
            return end + 1;
        }
        if (text.startsWith("--", from)) {
            int end = text.indexOf('\n', from);
            return end < 0 ? text.length() : end;
        }
        if (text.startsWith("/*", from)) {
            int end = text.indexOf("*/", from + 2);
            if (end < 0) {
                throw new IllegalArgumentException("a comment is not closed");
            }
            return end + 2;
        }
        return from;
    }

    /** Without texts, quoted names and comments: what keywords are looked for in. */
    String bare() {
        return bare;
    }

    boolean has(String name) {
        return names.contains(name);
    }

    PreparedStatement prepare(Connection connection, Object cursor, int limit) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i).equals("cursor")) {
                    statement.setObject(i + 1, cursor);
                } else {
                    statement.setInt(i + 1, limit);
                }
            }
            statement.setMaxRows(limit);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
