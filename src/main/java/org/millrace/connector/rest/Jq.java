package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** One jq program of a connector file, compiled once. Thread-safe. */
final class Jq {
    /** A program that cannot be used. @param offset of the place in the program, 0 when not known */
    static final class BadJq extends Exception {
        private static final long serialVersionUID = 1L;

        final int offset;

        BadJq(String message, int offset) {
            super(message);
            this.offset = offset;
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** A program that failed on what it was given. */
    static final class JqFailed extends Exception {
        private static final long serialVersionUID = 1L;

        JqFailed(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** What would let a file see the machine it runs on, or give another result the next time. */
    private static final List<String> WITHHELD =
            List.of("env/0", "hostname/0", "hostname/1", "debug_scope/0", "random/0", "uuid4/0", "timestamp/0");

    private static final Pattern PLACE = Pattern.compile("at line (\\d+), column (\\d+)");
    private static final Pattern ENCOUNTERED = Pattern.compile("Encountered \"? ?\"?(.*?)\"? at line", Pattern.DOTALL);
    private static final Scope BUILTINS = builtins();

    private final String text;
    private final JsonQuery query;

    private Jq(String text, JsonQuery query) {
        this.text = text;
        this.query = query;
    }

    /** Names of the functions a program may call. */
    static Set<String> functions() {
        Set<String> names = new TreeSet<>();
        BUILTINS.getLocalFunctions().keySet().stream()
                .filter(name -> !WITHHELD.contains(name))
                .forEach(name -> names.add(name.substring(0, name.lastIndexOf('/'))));
        return names;
    }

    static Jq compile(String text) throws BadJq {
        try {
            return new Jq(text, JsonQuery.compile(text, Versions.JQ_1_7));
        } catch (JsonQueryException e) {
            throw bad(text, e.getCause() == null ? e : e.getCause());
        } catch (Error e) { // the generated lexer throws errors for characters it does not know
            if (e instanceof VirtualMachineError) {
                throw e;
            }
            throw bad(text, e);
        }
    }

    private static BadJq bad(String text, Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        Matcher place = PLACE.matcher(said);
        if (!place.find()) {
            return new BadJq("not jq: " + said.lines().findFirst().orElse(""), 0);
        }
        int line = Integer.parseInt(place.group(1));
        int column = Integer.parseInt(place.group(2));
        int offset = 0;
        for (int i = 1; i < line; i++) {
            offset = text.indexOf('\n', offset) + 1;
        }
        offset = Math.min(offset + Math.max(0, column - 1), text.length());
        Matcher met = ENCOUNTERED.matcher(said);
        String found = offset >= text.length() || said.contains("\"<EOF>\" at line")
                ? "the program ends too early"
                : "'" + (met.find() ? met.group(1).split("\"", -1)[0].strip() : text.substring(offset, offset + 1))
                        + "' is not expected here";
        return new BadJq("not jq: " + found + " (character " + (offset + 1) + ")", offset);
    }

    /** A scope for the programs of one connector: jq's own functions without a look around, and the given clock. */
    static Scope scope(InstantSource clock) {
        Scope scope = Scope.newChildScope(BUILTINS);
        scope.addFunction(
                "now",
                0,
                (s, args, in, path, output, version) ->
                        output.emit(DoubleNode.valueOf(clock.instant().toEpochMilli() / 1000.0), null));
        return scope;
    }

    /** Everything that comes out. */
    List<JsonNode> all(Vars vars, JsonNode input) throws JqFailed {
        List<JsonNode> results = new ArrayList<>();
        try {
            query.apply(vars.scope(), input, results::add);
        } catch (JsonQueryException e) {
            throw new JqFailed(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            throw new JqFailed("the program calls itself without end");
        }
        return results;
    }

    /** The first thing that comes out; null node when nothing does. */
    JsonNode one(Vars vars, JsonNode input) throws JqFailed {
        List<JsonNode> results = all(vars, input);
        return results.isEmpty() ? NullNode.getInstance() : results.getFirst();
    }

    /** The first thing as text: numbers and truths as written, null and failures as empty. */
    String text(Vars vars, JsonNode input) {
        try {
            JsonNode found = one(vars, input);
            return found.isNull() ? "" : found.isValueNode() ? found.asText() : found.toString();
        } catch (JqFailed e) {
            return "";
        }
    }

    /** Whether true comes out; a program that fails says no. */
    boolean holds(Vars vars, JsonNode input) {
        try {
            return one(vars, input).asBoolean(false);
        } catch (JqFailed e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return text;
    }

    private static Scope builtins() {
        Scope scope = Scope.newEmptyScope();
        BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_7, scope);
        for (String name : WITHHELD) {
            int slash = name.indexOf('/');
            String bare = name.substring(0, slash);
            scope.addFunction(
                    bare, Integer.parseInt(name.substring(slash + 1)), (s, args, in, path, output, version) -> {
                        throw new JsonQueryException(bare + " is not available to connectors");
                    });
        }
        return scope;
    }
}
