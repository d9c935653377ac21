package org.millrace.route;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for what runs or leaks inside a text: functions of Camel's simple language, {@code #class:}, external resources,
 * jq's view of the environment.
 */
final class TextScan {
    private static final Pattern FUNCTION = Pattern.compile("\\$(?:simple)?\\{\\s*([A-Za-z][A-Za-z-]*)?");
    private static final Pattern MAKES_OBJECT =
            Pattern.compile("#\\s*(class|type|valueas|property|autowired)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern RESOURCE = Pattern.compile("^\\s*resource\\s*:", Pattern.CASE_INSENSITIVE);
    private static final Pattern REACHES_OUT = Pattern.compile(
            "[.\\s]\\??(get)?(class|classloader|camelcontext|exchange|context|runtime|module)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern CALL = Pattern.compile("\\.\\s*([A-Za-z_]\\w*)\\s*\\(");
    private static final Pattern CAST =
            Pattern.compile("^(mandatoryBodyAs|bodyAs|headerAs|variableAs)\\s*\\(([^)]*)\\)");
    private static final Pattern JQ_ENVIRONMENT = Pattern.compile(
            "\\$ENV\\b|\\$__prog_args\\b|(?<![.\\w\"'$-])(env|import|include|input_filename|inputs?|debug|stderr)\\b(?!\\s*:|\")");

    private TextScan() {}

    /** Why a text is refused, and what to do. */
    record Finding(String message, String hint) {}

    static Optional<Finding> scan(String raw) {
        String joined = Endpoints.joined(raw);
        String plain = joined.equals(raw) ? raw : raw + "\n" + joined;
        String text = raw.contains("%") ? plain + "\n" + Endpoints.decode(joined) : plain;
        Matcher object = MAKES_OBJECT.matcher(text);
        if (object.find()) {
            return found(
                    "'#" + object.group(1) + ":' makes a Java object and is not allowed",
                    "refer to what the hub offers by its name");
        }
        if (RESOURCE.matcher(text).find()) {
            return found("'resource:' reads a file and is not allowed", "write the text into the route");
        }
        if (text.toLowerCase(Locale.ROOT).contains("$init{")) {
            return found("'$init{' blocks are not allowed", "use setVariable");
        }
        Matcher function = FUNCTION.matcher(text);
        while (function.find()) {
            Optional<Finding> finding = function(text, function);
            if (finding.isPresent()) {
                return finding;
            }
        }
        return Optional.empty();
    }

    private static Optional<Finding> function(String text, Matcher at) {
        String name = at.group(1);
        if (name == null) {
            return found("'${' is not followed by a function's name", "for example ${body} or ${header.name}");
        }
        if (!Allowed.FUNCTIONS.contains(name)) {
            String hint = switch (name) {
                case "env", "sysenv", "sys", "properties" ->
                    "routes cannot read the environment; put the value into hub.yaml";
                case "bean", "type", "ref", "method" -> "routes cannot call Java code; use jq or simple";
                case "camelContext", "exchange" -> "use ${body}, ${header.name} or ${exchangeProperty.name}";
                default -> Closest.hint(name, Allowed.FUNCTIONS, "use ${body}, ${header.name} or jq");
            };
            return found("the function '${" + name + "}' is not allowed in a route", hint);
        }
        String expression = text.substring(at.start(1), end(text, at.start(1)));
        Matcher cast = CAST.matcher(expression);
        if (cast.find()) {
            String[] arguments = cast.group(2).split(",", -1);
            String type = arguments[arguments.length - 1].strip().replaceAll("['\"]|\\.class$", "");
            if (!Allowed.TYPES.contains(type)) {
                return found("a message cannot be converted to '" + type + "' in a route", "use String or Map");
            }
        }
        if (name.equals("jq")) {
            return jq(expression);
        }
        String plain = expression.replaceAll("'[^']*'|\"[^\"]*\"", "''");
        if (!name.startsWith("date") && REACHES_OUT.matcher(plain).find()) {
            return found(
                    "'${" + expression + "}' reaches for Java's own objects and is not allowed",
                    "for a field of that name use jq: jq: \".asset.class\"");
        }
        Matcher call = CALL.matcher(plain);
        while (call.find()) {
            if (!Allowed.METHODS.contains(call.group(1))) {
                return found(
                        "the method call '." + call.group(1) + "(' is not allowed in a route",
                        "read fields without parentheses, or use jq");
            }
        }
        return Optional.empty();
    }

    /** Extra rule for jq: its {@code env} and {@code $ENV} show the hub's environment, {@code import} reads files. */
    static Optional<Finding> jq(String program) {
        Matcher m = JQ_ENVIRONMENT.matcher(program);
        return m.find()
                ? found("'" + m.group() + "' is not allowed in jq", "a field of that name is read as .[\"name\"]")
                : Optional.empty();
    }

    /** Index of the brace that closes the function which starts at {@code from}. */
    private static int end(String text, int from) {
        int open = 1;
        for (int i = from; i < text.length(); i++) {
            open += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (open == 0) {
                return i;
            }
        }
        return text.length();
    }

    /** Rules for {@code {{name}}}: the name must be one of these, nothing nested, no function, no split of a function. */
    static Optional<Finding> placeholders(String text, Set<String> names, boolean secretAllowed) {
        int open = text.indexOf("{{");
        if (open < 0) {
            return Optional.empty();
        }
        if (text.contains("}}{{") || text.contains("${{") || text.contains("{{{") || text.contains("#")) {
            return found("a placeholder next to another, or next to '$' or '#', is not allowed", "use one placeholder");
        }
        while (open >= 0) {
            int close = text.indexOf("}}", open);
            String inside = close < 0 ? "" : text.substring(open + 2, close);
            String name = inside.startsWith("?") || inside.startsWith("!") ? inside.substring(1) : inside;
            boolean secret = name.startsWith("file-secret:");
            int colon = name.indexOf(':');
            String bare = secret || colon < 0 ? name : name.substring(0, colon);
            if (secret && names.contains(name) && !secretAllowed) {
                return found(
                        "a secret may be given only to a user, password or token option of an endpoint",
                        "move it into parameters:");
            }
            if (!names.contains(bare)) {
                return found(
                        "the placeholder '{{" + inside + "}}' is not allowed in this file",
                        "Camel reads the environment under such a name; "
                                + Closest.hint(bare, names, "write the value out"));
            }
            open = close < 0 ? -1 : text.indexOf("{{", close);
        }
        return Optional.empty();
    }

    private static Optional<Finding> found(String message, String hint) {
        return Optional.of(new Finding(message, hint));
    }
}
