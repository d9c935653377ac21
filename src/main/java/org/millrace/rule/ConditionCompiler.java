package org.millrace.rule;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;

/**
 * Parses and type-checks CEL against the tags of an asset. Every tag is a variable under its own, possibly dotted,
 * name: a number, or a text when it has states. There are no macros, no functions of our own and no way to Java. Safe
 * for use by any number of threads.
 *
 * @see <a href="https://github.com/google/cel-spec/blob/master/doc/langdef.md">CEL language definition</a>
 */
public final class ConditionCompiler {
    /** One thing CEL refused. */
    public record Fault(int offset, String message, String hint) {}

    /** Either a condition or at least one fault. */
    public sealed interface Result {
        record Compiled(Condition condition) implements Result {}

        record Refused(List<Fault> faults) implements Result {}
    }

    private static final int LONGEST = 4000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'");
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true) // speed > 100 for a real number
            .maxExpressionCodePointSize(LONGEST)
            .build();

    private static final Set<CelKind> NUMBERS = Set.of(CelKind.BOOL, CelKind.DOUBLE, CelKind.INT, CelKind.UINT);

    private record Checked(Program program, Set<String> names) {}

    private final Map<String, Checked> checked = new ConcurrentHashMap<>();
    private final Map<String, Cel> environments = new ConcurrentHashMap<>();

    /** A tag is a text in conditions when its values are states, else a number. */
    static boolean isText(Tag tag) {
        return !tag.states().isEmpty();
    }

    /** A condition: true or false. @param asset whose tags the expression may name */
    public Result compile(String text, Asset asset) {
        return compile(text, asset.tags(), true);
    }

    /** An expression that comes to a number, or to true or false. */
    Result compileNumber(String text, List<Tag> tags) {
        return compile(text, tags, false);
    }

    private Result compile(String text, List<Tag> tags, boolean truth) {
        if (text.isBlank()) {
            return refused(0, "the condition is empty", "leave the key out, or write e.g. state == 'RUN'");
        }
        Map<String, Tag> byName = new TreeMap<>();
        tags.forEach(tag -> byName.put(tag.name(), tag));
        String signature = signature(byName, truth);
        Checked known = checked.get(signature + text); // one rule on a thousand machines of a kind is checked once
        if (known != null) {
            return new Result.Compiled(new Condition(text, referenced(known.names(), byName), known.program()));
        }
        Cel cel = environment(signature, byName, truth);
        try {
            CelValidationResult result = cel.compile(text);
            if (result.hasError()) {
                return new Result.Refused(result.getErrors().stream()
                        .map(issue -> fault(issue, text, byName))
                        .toList());
            }
            CelAbstractSyntaxTree ast = result.getAst();
            if (!truth && !NUMBERS.contains(ast.getResultType().kind())) {
                return refused(
                        -1,
                        "expected a number, or true or false, but found "
                                + ast.getResultType().name(),
                        "a derived tag is a number: compare a text with something, e.g. state == 'RUN'");
            }
            Set<String> names = ast.getReferenceMap().values().stream()
                    .map(reference -> reference.name())
                    .collect(Collectors.toUnmodifiableSet());
            Checked good = new Checked(cel.createProgram(ast), names);
            checked.put(signature + text, good);
            return new Result.Compiled(new Condition(text, referenced(names, byName), good.program()));
        } catch (CelValidationException | CelEvaluationException e) {
            return refused(-1, "the condition cannot be used: " + e.getMessage(), "");
        }
    }

    private static List<Tag> referenced(Set<String> names, Map<String, Tag> byName) {
        return byName.values().stream()
                .filter(tag -> names.contains(tag.name()))
                .toList();
    }

    private static String signature(Map<String, Tag> tags, boolean truth) {
        StringBuilder signature = new StringBuilder(truth ? "? " : "# ");
        tags.values().forEach(t -> signature.append(t.name()).append(isText(t) ? ":s " : ":n "));
        return signature.toString();
    }

    private Cel environment(String signature, Map<String, Tag> tags, boolean truth) {
        return environments.computeIfAbsent(signature, key -> {
            CelBuilder builder = CelFactory.plannerCelBuilder().setOptions(OPTIONS);
            if (truth) {
                builder.setResultType(SimpleType.BOOL);
            }
            for (Tag tag : tags.values()) {
                if (NAME.matcher(tag.name()).matches()) {
                    builder.addVar(tag.name(), isText(tag) ? SimpleType.STRING : SimpleType.DOUBLE);
                }
            }
            return builder.build();
        });
    }

    private static Result refused(int offset, String message, String hint) {
        return new Result.Refused(List.of(new Fault(offset, message, hint)));
    }

    private static Fault fault(CelIssue issue, String text, Map<String, Tag> tags) {
        int offset = offset(issue, text);
        Matcher undeclared = UNDECLARED.matcher(issue.getMessage());
        if (undeclared.find()) {
            String name = wholeName(text, offset, undeclared.group(1));
            int at = text.startsWith(name, Math.max(0, offset)) ? offset : Math.max(0, text.indexOf(name));
            if (text.startsWith("(", at + name.length())) {
                return new Fault(
                        at, "there is no function '" + name + "'", "conditions compare tags; they cannot call Java");
            }
            return new Fault(at, "'" + name + "' is not a tag of this asset", unknownHint(name, tags));
        }
        return new Fault(offset, plain(issue.getMessage()), hint(issue.getMessage(), text, offset, tags));
    }

    /** Without the parser's list of everything else that would have been possible. */
    private static String plain(String message) {
        if (message.contains("'<EOF>'")) {
            return "the condition ends too early";
        }
        return message.replaceFirst("(?s) \\(candidates: .*", "").replaceFirst("(?s) expecting \\{.*", "");
    }

    /** CEL sees {@code vibration.velocity_rsm} as a field of an undeclared {@code vibration}: give the whole name. */
    private static String wholeName(String text, int offset, String reported) {
        Matcher name = NAME.matcher(text);
        int from = offset >= 0 && offset < text.length() ? offset : 0;
        return name.find(from) && name.group().startsWith(reported) ? name.group() : reported;
    }

    private static String unknownHint(String name, Map<String, Tag> tags) {
        if (name.equals("quality")) {
            return "quality needs no test: a bad or missing input makes the condition unknown";
        }
        for (String tag : tags.keySet()) {
            if (!NAME.matcher(tag).matches() && tag.startsWith(name)) {
                return "the tag '" + tag + "' has characters a condition cannot use; rename it with letters, digits, _";
            }
        }
        return NameHint.hint(name, tags.keySet(), "tag");
    }

    private static String hint(String message, String text, int offset, Map<String, Tag> tags) {
        if (Pattern.compile("[^=!<>]=[^=]").matcher(text).find()) {
            return "write == to compare";
        }
        if (Pattern.compile("\\b(and|or|not|AND|OR|NOT)\\b").matcher(text).find()) {
            return "write && for and, || for or, ! for not";
        }
        if (message.contains("expected type 'bool'")) {
            return "the condition must be true or false: compare with something, e.g. > 5 or == 'RUN'";
        }
        if (message.contains("no matching overload") && message.contains("string")) {
            List<String> texts = new ArrayList<>();
            tags.values().stream().filter(ConditionCompiler::isText).forEach(t -> texts.add(t.name()));
            return "a number is compared with a number, a text with a text; texts here: "
                    + (texts.isEmpty() ? "none" : String.join(", ", texts));
        }
        if (message.contains("no matching overload") && message.contains("int")) {
            return "tags are real numbers: write 2.0 instead of 2 in arithmetic";
        }
        return "";
    }

    private static int offset(CelIssue issue, String text) {
        int line = issue.getSourceLocation().getLine();
        int column = issue.getSourceLocation().getColumn();
        if (line < 1 || column < 0) {
            return -1;
        }
        int start = 0;
        for (int i = 1; i < line; i++) {
            start = text.indexOf('\n', start) + 1;
        }
        return start + column;
    }
}
