package org.millrace.source.codec;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mozilla.javascript.CompilerEnvirons;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.EcmaError;
import org.mozilla.javascript.ErrorReporter;
import org.mozilla.javascript.EvaluatorException;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.IRFactory;
import org.mozilla.javascript.Interpreter;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.NativeJSON;
import org.mozilla.javascript.Node;
import org.mozilla.javascript.Parser;
import org.mozilla.javascript.RhinoException;
import org.mozilla.javascript.Script;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;
import org.mozilla.javascript.ast.Assignment;
import org.mozilla.javascript.ast.AstRoot;
import org.mozilla.javascript.ast.BigIntLiteral;
import org.mozilla.javascript.ast.ExpressionStatement;
import org.mozilla.javascript.ast.FunctionNode;
import org.mozilla.javascript.ast.Name;
import org.mozilla.javascript.ast.VariableDeclaration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One codec, compiled. Thread-safe.
 *
 * <p>Its entry is {@code decodeUplink({bytes, fPort, recvTime, variables})}, which returns {@code {data, errors,
 * warnings}}, as The Things Stack v3 and ChirpStack v4 have it; or {@code Decode(fPort, bytes, variables)} of ChirpStack
 * v3; or {@code Decoder(bytes, port)} of The Things Network v2. The latter two return the data itself.
 */
public final class Codec {
    /** Longest source, in characters. */
    public static final int LONGEST_SOURCE = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Codec.class);
    private static final int MOST_TOLD = 50;
    private static final List<String> ENTRIES = List.of("decodeUplink", "Decode", "Decoder");

    /** What a device has sent. @param time µs since the epoch, UTC: the codec's present */
    public record Uplink(byte[] bytes, int fPort, long time, Map<String, String> variables) {}

    /** What has come of it. */
    public sealed interface Outcome {
        /** @param json the data, an object */
        record Data(String json, List<String> warnings) implements Outcome {}

        /** @param detail begins with the file and line, where there is one */
        record Failed(String detail) implements Outcome {}
    }

    record Program(Script script) {
        /** Code of the hub's own. */
        static Program trusted(String text) {
            try (Context compiling = Sandbox.context()) {
                CompilerEnvirons environs = environs(compiling);
                return new Program(compiled(environs, new Parser(environs).parse(text, "sandbox", 1), text));
            }
        }
    }

    private static final Map<String, Program> FIND = Map.of(
            "decodeUplink", Program.trusted("typeof decodeUplink === 'function' ? decodeUplink : null"),
            "Decode", Program.trusted("typeof Decode === 'function' ? Decode : null"),
            "Decoder", Program.trusted("typeof Decoder === 'function' ? Decoder : null"));

    private final String name;
    private final String entry;
    private final Program program;
    private final Limits limits;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private Codec(String name, String entry, Program program, Limits limits) {
        this.name = name;
        this.entry = entry;
        this.program = program;
        this.limits = limits;
    }

    /**
     * Compiles, but runs nothing.
     *
     * @param name of its file, as errors are to name it
     * @throws CodecException with the place
     */
    public static Codec compile(String name, String text, Limits limits) throws CodecException {
        if (text.length() > LONGEST_SOURCE) {
            throw new CodecException(0, 0, "a codec has up to " + LONGEST_SOURCE + " characters");
        }
        try (Context compiling = Sandbox.context()) { // expressions in /…/ ask for one
            CompilerEnvirons environs = environs(compiling);
            AstRoot root = new Parser(environs).parse(text, name, 1);
            refuseBigNumbers(root);
            String entry = ENTRIES.stream()
                    .filter(declared(root)::contains)
                    .findFirst()
                    .orElseThrow(() -> new CodecException(
                            1, 1, "there is no function decodeUplink(input), nor Decode or Decoder"));
            Bounded.rewrite(root);
            return new Codec(name, entry, new Program(compiled(environs, root, text)), limits);
        } catch (EvaluatorException e) {
            throw new CodecException(e.lineNumber(), Math.max(0, e.columnNumber()), caret(e));
        } catch (StackOverflowError e) {
            throw new CodecException(0, 0, "its expressions are nested too deep");
        }
    }

    /** The file, as errors name it. */
    public String name() {
        return name;
    }

    /** Never throws for what the codec does. */
    public Outcome decode(Uplink uplink) {
        if (uplink.bytes().length > Meter.LONGEST) {
            return new Outcome.Failed(name + ": a codec takes up to " + Meter.LONGEST + " bytes");
        }
        try {
            return Sandbox.run(limits, Math.floorDiv(uplink.time(), 1_000L), (cx, scope) -> {
                Bounded.install(scope);
                program.script().exec(cx, scope, scope);
                return call(cx, scope, uplink);
            });
        } catch (Exceeded e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        } catch (RhinoException e) {
            return new Outcome.Failed(place(e) + what(e));
        } catch (StackOverflowError e) {
            return new Outcome.Failed(name + ": its functions call each other too deep");
        } catch (RuntimeException e) { // a fault of the engine: this payload is lost to it, the others are not
            return new Outcome.Failed(name + ": " + e);
        }
    }

    private Outcome call(Context cx, ScriptableObject scope, Uplink uplink) {
        Object found =
                java.util.Objects.requireNonNull(FIND.get(entry)).script().exec(cx, scope, scope);
        if (!(found instanceof Function function)) {
            return new Outcome.Failed(name + ": " + entry + " is not a function");
        }
        Object[] values = new Object[uplink.bytes().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(uplink.bytes()[i]);
        }
        Scriptable bytes = cx.newArray(scope, values);
        Scriptable variables = cx.newObject(scope);
        uplink.variables().forEach((key, value) -> variables.put(key, variables, value));
        Object[] arguments = switch (entry) {
            case "Decode" -> new Object[] {uplink.fPort(), bytes, variables};
            case "Decoder" -> new Object[] {bytes, uplink.fPort()};
            default -> new Object[] {input(cx, scope, bytes, variables, uplink)};
        };
        Object result = function.call(cx, scope, scope, arguments);
        if (!entry.equals("decodeUplink")) {
            return data(cx, scope, result, List.of());
        }
        if (!(result instanceof Scriptable object)) {
            return new Outcome.Failed(
                    name + ": decodeUplink returned " + Context.toString(result) + "; it is to return { data: { … } }");
        }
        List<String> errors = texts(ScriptableObject.getProperty(object, "errors"));
        return errors.isEmpty()
                ? data(
                        cx,
                        scope,
                        ScriptableObject.getProperty(object, "data"),
                        texts(ScriptableObject.getProperty(object, "warnings")))
                : new Outcome.Failed(name + ": " + String.join("; ", errors));
    }

    private static Scriptable input(
            Context cx, ScriptableObject scope, Scriptable bytes, Scriptable variables, Uplink uplink) {
        Scriptable input = cx.newObject(scope);
        double millis = Math.floorDiv(uplink.time(), 1_000L);
        input.put("bytes", input, bytes);
        input.put("fPort", input, uplink.fPort());
        input.put("recvTime", input, cx.newObject(scope, "Date", new Object[] {millis}));
        input.put("variables", input, variables);
        return input;
    }

    /** Once each: a device that warns does so with every message. */
    private void tell(List<String> warnings) {
        for (String warning : warnings) {
            if (told.size() < MOST_TOLD && told.add(warning)) {
                LOG.warn("{} warns: {}", name, warning);
            }
        }
    }

    private Outcome data(Context cx, ScriptableObject scope, Object data, List<String> warnings) {
        if (!(data instanceof Scriptable) || data instanceof NativeArray || data instanceof Function) {
            return new Outcome.Failed(name + ": " + entry + " returned no object with data");
        }
        Guard.checkWeight(data);
        tell(warnings);
        Object json = NativeJSON.stringify(cx, scope, data, null, null);
        return new Outcome.Data(json == Undefined.instance ? "{}" : json.toString(), warnings);
    }

    private static List<String> texts(Object of) {
        if (of == Scriptable.NOT_FOUND || of == null || Undefined.isUndefined(of)) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        if (of instanceof NativeArray list) {
            for (int i = 0; i < Math.min(list.getLength(), 20); i++) {
                texts.add(brief(list.get(i, list)));
            }
        } else {
            texts.add(brief(of));
        }
        return texts;
    }

    private static String brief(@Nullable Object value) {
        String text = Context.toString(value);
        return text.length() > 500 ? text.substring(0, 500) + "…" : text;
    }

    static String place(RhinoException e) {
        String source = e.sourceName();
        return source == null ? "" : source + (e.lineNumber() > 0 ? ":" + e.lineNumber() : "") + ": ";
    }

    private static String what(RhinoException e) {
        String text = e instanceof EcmaError ecma ? ecma.getName() + ": " + ecma.getErrorMessage() : e.details();
        return text.length() > 500 ? text.substring(0, 500) + "…" : text;
    }

    private static String caret(EvaluatorException e) {
        String line = e.lineSource();
        if (line == null || line.isBlank() || line.length() > 200 || e.columnNumber() < 1) {
            return e.details();
        }
        String before =
                line.substring(0, Math.min(line.length(), e.columnNumber() - 1)).replaceAll("[^\t]", " ");
        return e.details() + "\n    " + line + "\n    " + before + "^";
    }

    private static Script compiled(CompilerEnvirons environs, AstRoot root, String text) {
        Interpreter interpreter = new Interpreter();
        var tree = new IRFactory(environs, root.getSourceName(), text, environs.getErrorReporter()).transformTree(root);
        return interpreter.createScriptObject(interpreter.compile(environs, tree, text, false), null);
    }

    private static CompilerEnvirons environs(Context compiling) {
        CompilerEnvirons environs = new CompilerEnvirons();
        environs.initFromContext(compiling);
        environs.setGeneratingSource(false);
        environs.setErrorReporter(new Strict());
        return environs;
    }

    /** Stops at the first error; warnings are for other engines. */
    private static final class Strict implements ErrorReporter {
        @Override
        public void warning(String message, String source, int line, String lineSource, int column) {}

        @Override
        public void error(String message, String source, int line, String lineSource, int column) {
            throw runtimeError(message, source, line, lineSource, column);
        }

        @Override
        public EvaluatorException runtimeError(String message, String source, int line, String lineSource, int column) {
            return new EvaluatorException(message, source, line, lineSource, column);
        }
    }

    private static Set<String> declared(AstRoot root) {
        Set<String> names = new LinkedHashSet<>();
        for (Node node : root) {
            switch (node) {
                case FunctionNode function -> names.add(function.getName());
                case VariableDeclaration declaration ->
                    declaration.getVariables().forEach(variable -> {
                        if (variable.getTarget() instanceof Name target) {
                            names.add(target.getIdentifier());
                        }
                    });
                case ExpressionStatement statement -> {
                    if (statement.getExpression() instanceof Assignment assignment
                            && assignment.getLeft() instanceof Name target) {
                        names.add(target.getIdentifier());
                    }
                }
                default -> {}
            }
        }
        return names;
    }

    /** One multiplication of them may take for ever. */
    private static void refuseBigNumbers(AstRoot root) throws CodecException {
        List<BigIntLiteral> found = new ArrayList<>();
        root.visit(node -> {
            if (node instanceof BigIntLiteral literal) {
                found.add(literal);
            }
            return found.isEmpty();
        });
        if (!found.isEmpty()) {
            BigIntLiteral first = found.getFirst();
            throw new CodecException(
                    first.getLineno(), Math.max(0, first.getColumn()), "BigInt is not available in codecs");
        }
    }
}
