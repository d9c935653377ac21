package org.millrace.source.codec;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mozilla.javascript.Callable;
import org.mozilla.javascript.CompilerEnvirons;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ContextFactory;
import org.mozilla.javascript.ErrorReporter;
import org.mozilla.javascript.Evaluator;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;

/**
 * Where codecs run: the standard objects without Java, made anew for each run, with a clock that stands at the uplink's
 * time, no chance, no code from text, and every built-in function that can do much with little watched by a {@link
 * Guard}.
 */
final class Sandbox extends ContextFactory {
    private static final Sandbox FACTORY = new Sandbox();
    private static final Limits SETUP = new Limits(Duration.ofMinutes(1), 1_000_000_000);
    private static final int OBSERVE_EVERY = 500;
    private static final int DEEPEST = 400;
    private static final List<String> WITHOUT = List.of(
            "BigInt", "BigInt64Array", "BigUint64Array", "Proxy", "Reflect", "SharedArrayBuffer", "Atomics", "eval");

    /** The time is the uplink's in UTC, so that a replay gives the same values on any machine. */
    private static final Codec.Program PRELUDE = Codec.Program.trusted("""
            (function (global, millis) {
              var Real = Date;
              function Fixed(a, b, c, d, e, f, g) {
                if (!(this instanceof Fixed)) return new Real(millis).toString();
                switch (arguments.length) {
                  case 0: return new Real(millis);
                  case 1: return new Real(a);
                  case 2: return new Real(a, b);
                  case 3: return new Real(a, b, c);
                  case 4: return new Real(a, b, c, d);
                  case 5: return new Real(a, b, c, d, e);
                  case 6: return new Real(a, b, c, d, e, f);
                  default: return new Real(a, b, c, d, e, f, g);
                }
              }
              Fixed.prototype = Real.prototype;
              Real.prototype.constructor = Fixed;
              Fixed.UTC = Real.UTC;
              Fixed.parse = Real.parse;
              Fixed.now = function () { return millis; };
              global.Date = Fixed;
              Math.random = function () {
                throw new TypeError('Math.random: the same bytes must give the same values');
              };
              function silent() {}
              global.console = { log: silent, info: silent, warn: silent, error: silent, debug: silent };
            })
            """);

    /** A thread's context while it runs a codec. */
    static final class Run extends Context {
        @Nullable
        Meter meter;

        Run(ContextFactory factory) {
            super(factory);
        }

        Meter meter() {
            Meter present = meter;
            if (present == null) {
                throw new IllegalStateException("no codec runs");
            }
            return present;
        }

        /** {@code eval} and {@code Function}: what they compile would not be watched. */
        @Override
        protected Object compileImpl(
                Scriptable scope,
                String source,
                String sourceName,
                int line,
                Object securityDomain,
                boolean returnFunction,
                Evaluator compiler,
                ErrorReporter reporter,
                Consumer<CompilerEnvirons> environs) {
            throw Context.reportRuntimeError("a codec cannot make code from text (eval, Function)");
        }
    }

    private Sandbox() {}

    /** To compile in; nothing may run in it. */
    static Context context() {
        return FACTORY.enterContext();
    }

    /** What is done inside. */
    @FunctionalInterface
    interface Body<T> {
        T run(Run cx, ScriptableObject scope);
    }

    /** @param millis since the epoch: the time it is for the codec */
    static <T> T run(Limits limits, long millis, Body<T> body) {
        try (Run cx = (Run) FACTORY.enterContext()) {
            cx.meter = new Meter(SETUP);
            ScriptableObject scope = cx.initSafeStandardObjects();
            AtomicReference<@Nullable T> result = new AtomicReference<>();
            Callable inside = (same, top, self, none) -> {
                WITHOUT.forEach(scope::delete);
                Function prelude = (Function) PRELUDE.script().exec(cx, scope, scope);
                prelude.call(cx, scope, scope, new Object[] {scope, (double) millis});
                Guard.install(cx, scope);
                cx.meter = new Meter(limits); // what the hub does before is not the codec's
                result.set(body.run(cx, scope));
                return Undefined.instance;
            };
            ScriptRuntime.doTopCall(inside, cx, scope, scope, new Object[0], false);
            return Objects.requireNonNull(result.get());
        }
    }

    @Override
    protected Context makeContext() {
        Run cx = new Run(this);
        cx.setInterpretedMode(true);
        cx.setLanguageVersion(Context.VERSION_ECMASCRIPT);
        cx.setInstructionObserverThreshold(OBSERVE_EVERY);
        cx.setMaximumInterpreterStackDepth(DEEPEST);
        cx.setClassShutter(name -> false);
        cx.setTimeZone(TimeZone.getTimeZone("UTC"));
        cx.setLocale(Locale.ROOT);
        return cx;
    }

    @Override
    protected boolean hasFeature(Context cx, int feature) {
        return switch (feature) {
            case Context.FEATURE_E4X, Context.FEATURE_ENHANCED_JAVA_ACCESS -> false;
            case Context.FEATURE_LITTLE_ENDIAN -> true; // typed arrays as on every machine a codec was written on
            default -> super.hasFeature(cx, feature);
        };
    }

    @Override
    protected void observeInstructionCount(Context cx, int count) {
        ((Run) cx).meter().check();
    }
}
