package org.millrace.route;

import java.util.Set;

/**
 * What the routes of one home folder may do. Route YAML is code, so everything not named here is refused.
 *
 * @param write whether a route may write to a machine or publish to a broker ({@code plc4x}, {@code milo-client},
 *     {@code paho-mqtt5} as producers)
 * @param test whether {@code mock:} and {@code stub:} may be used
 * @param schemes component schemes a route may name
 * @param placeholders names allowed in {@code {{…}}}; Camel also looks up the environment under such a name, so there is
 *     no open door. {@code file-secret:NAME} is accepted only as the value of a user, password or token option
 * @param beans names of the hub's beans a route may refer to: data sources for {@code jdbc:}, {@code #name} in options,
 *     strategies in steps
 */
public record Rights(boolean write, boolean test, Set<String> schemes, Set<String> placeholders, Set<String> beans) {
    /** Schemes that every route may name; each is on the class path. */
    public static final Set<String> STANDARD_SCHEMES = Set.of(
            "hub",
            "direct",
            "seda",
            "timer",
            "scheduler",
            "log",
            "kamelet",
            "jdbc",
            "rest",
            "rest-api",
            "platform-http",
            "paho-mqtt5",
            "plc4x",
            "milo-client",
            "smtp",
            "smtps");

    public Rights {
        schemes = Set.copyOf(schemes);
        placeholders = Set.copyOf(placeholders);
        beans = Set.copyOf(beans);
    }

    /** Standard schemes, no writing to machines, no placeholders; the {@code historian} data source. */
    public static Rights standard() {
        return new Rights(false, false, STANDARD_SCHEMES, Set.of(), Set.of("historian"));
    }

    /** The same, with leave to write to machines. */
    public Rights withWrite() {
        return new Rights(true, test, schemes, placeholders, beans);
    }

    /** The same, with {@code mock:} and {@code stub:}. */
    public Rights withTest() {
        return new Rights(write, true, schemes, placeholders, beans);
    }

    /** The same, with these placeholder names. */
    public Rights withPlaceholders(Set<String> names) {
        return new Rights(write, test, schemes, names, beans);
    }

    /** The same, with these data sources for {@code jdbc:} beside the historian. */
    public Rights withDatabases(Set<String> ids) {
        Set<String> all = new java.util.TreeSet<>(beans);
        all.addAll(ids);
        return new Rights(write, test, schemes, placeholders, all);
    }

    boolean allowsScheme(String scheme) {
        return schemes.contains(scheme) || test && (scheme.equals("mock") || scheme.equals("stub"));
    }
}
