package org.millrace.source.codec;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mozilla.javascript.BaseFunction;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.RhinoException;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Symbol;
import org.mozilla.javascript.SymbolKey;

/**
 * Stands before a built-in function that does in one step what could take any time and memory, such as {@code repeat} or
 * {@code concat}: the interpreter counts only its own steps. Looks at the size of what goes in, and of what would come
 * out where that can be much more.
 */
final class Guard extends BaseFunction {
    private static final long serialVersionUID = 1;

    private static final List<String> BUFFERS = List.of(
            "ArrayBuffer",
            "Int8Array",
            "Uint8Array",
            "Uint8ClampedArray",
            "Int16Array",
            "Uint16Array",
            "Int32Array",
            "Uint32Array",
            "Float32Array",
            "Float64Array");
    private static final Set<String> WEIGHED =
            Set.of("join", "toString", "toLocaleString", "flat", "stringify", "valueOf");
    private static final int MOST_WORK = 1 << 20;
    private static final int DEEPEST = 64;

    private final transient Function real;
    private final String name;

    private Guard(Function real, String name) {
        this.real = real;
        this.name = name;
    }

    /** Puts guards before all that need one. */
    static void install(Context cx, ScriptableObject scope) {
        constructor(scope, "Array");
        members(scope, "String", true);
        for (String buffer : BUFFERS) {
            constructor(scope, buffer);
        }
        wrapAll((ScriptableObject) ScriptableObject.getProperty(scope, "JSON"), scope);
        ScriptableObject functions = (ScriptableObject) ScriptableObject.getFunctionPrototype(scope);
        wrap(functions, "apply", scope);
        for (Object made : new Object[] {cx.newArray(scope, 0), "", "0"}) {
            iterator(cx, scope, made);
        }
        ScriptableObject view = (ScriptableObject)
                ScriptableObject.getProperty((Scriptable) ScriptableObject.getProperty(scope, "DataView"), "prototype");
        view.delete("getBigInt64");
        view.delete("getBigUint64");
    }

    private static void constructor(ScriptableObject scope, String name) {
        Function real = members(scope, name, true);
        Guard guard = new Guard(real, name);
        prepare(guard, scope);
        ScriptableObject prototype = (ScriptableObject) ScriptableObject.getProperty(real, "prototype");
        for (Object id : ((ScriptableObject) real).getAllIds()) {
            if (id instanceof String key && !guard.has(key, guard)) {
                guard.defineProperty(key, real.get(key, real), DONTENUM);
            }
        }
        guard.setPrototypeProperty(prototype);
        guard.defineProperty("prototype", prototype, DONTENUM | PERMANENT | READONLY);
        prototype.defineProperty("constructor", guard, DONTENUM);
        scope.defineProperty(name, guard, DONTENUM);
    }

    /** Guards the functions of a constructor and of its prototype, and of what that inherits apart from Object's. */
    private static Function members(ScriptableObject scope, String name, boolean statics) {
        Function real = (Function) ScriptableObject.getProperty(scope, name);
        if (statics) {
            wrapAll((ScriptableObject) real, scope);
        }
        Scriptable end = ScriptableObject.getObjectPrototype(scope);
        Scriptable prototype = (Scriptable) ScriptableObject.getProperty(real, "prototype");
        while (prototype instanceof ScriptableObject present && present != end) {
            wrapAll(present, scope);
            prototype = present.getPrototype();
        }
        return real;
    }

    private static void iterator(Context cx, ScriptableObject scope, Object of) {
        Scriptable iterable = Context.toObject(of, scope);
        Object make = ScriptableObject.getProperty(iterable, SymbolKey.ITERATOR);
        if (make instanceof Function function
                && function.call(cx, scope, iterable, new Object[0]) instanceof Scriptable made
                && made.getPrototype() instanceof ScriptableObject prototype) {
            wrap(prototype, "next", scope);
        }
    }

    private static void wrapAll(ScriptableObject object, ScriptableObject scope) {
        for (Object id : object.getAllIds()) {
            if (id instanceof String key && !key.equals("constructor")) {
                wrap(object, key, scope);
            }
        }
    }

    private static void wrap(ScriptableObject object, String key, ScriptableObject scope) {
        Object value;
        try {
            value = object.get(key, object);
        } catch (RhinoException e) { // a getter that works on instances only, such as byteLength
            return;
        }
        if (value instanceof Function real && !(value instanceof Guard)) {
            Guard guard = new Guard(real, key);
            prepare(guard, scope);
            object.defineProperty(key, guard, DONTENUM);
        }
    }

    private static void prepare(Guard guard, ScriptableObject scope) {
        guard.setParentScope(scope);
        guard.setPrototype(ScriptableObject.getFunctionPrototype(scope));
    }

    @Override
    public String getFunctionName() {
        return name;
    }

    @Override
    public int getLength() {
        return real instanceof BaseFunction base ? base.getLength() : 0;
    }

    @Override
    public Object call(Context cx, Scriptable scope, @Nullable Scriptable thisObj, Object[] args) {
        check(((Sandbox.Run) cx).meter(), thisObj, args);
        return real.call(cx, scope, thisObj, args);
    }

    @Override
    public Scriptable construct(Context cx, Scriptable scope, Object[] args) {
        check(((Sandbox.Run) cx).meter(), null, args);
        return real.construct(cx, scope, args);
    }

    private void check(Meter meter, @Nullable Object self, Object[] args) {
        meter.check();
        long own = size(meter, self);
        long all = own;
        for (Object arg : args) {
            all += size(meter, arg);
        }
        meter.length(all);
        switch (name) {
            case "repeat" -> meter.length((long) Math.min(number(args, 0) * own, Integer.MAX_VALUE));
            case "padStart", "padEnd" -> meter.length((long) number(args, 0));
            case "replace", "replaceAll" -> replaced(meter, own, args);
            default -> {
                if (name.equals("Array") || BUFFERS.contains(name)) {
                    meter.length((long) number(args, 0));
                } else if (WEIGHED.contains(name)) {
                    long separators = name.equals("join") && args.length > 0 ? own * size(meter, args[0]) : 0;
                    work(separators + weigh(self, 0) + (name.equals("stringify") ? weigh(first(args), 0) : 0));
                }
            }
        }
    }

    /** {@code $&} and its like bring the text itself in again. */
    private static void replaced(Meter meter, long own, Object[] args) {
        if (args.length > 1 && args[1] instanceof CharSequence by) {
            long dollars = by.chars().filter(c -> c == '$').count();
            work((own + 1) * (size(meter, by) + dollars * own));
        }
    }

    /** Before a value is written out as a whole. */
    static void checkWeight(Object value) {
        work(weigh(value, 0));
    }

    private static void work(long units) {
        if (units > MOST_WORK || units < 0) {
            throw Meter.exceeded("made a text of more than " + MOST_WORK + " characters");
        }
    }

    /** Characters and elements, counted as often as they are written out. */
    static long weigh(@Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            throw Meter.exceeded("nests lists or objects deeper than " + DEEPEST);
        }
        if (value instanceof CharSequence text) {
            return text.length();
        }
        if (!(value instanceof Scriptable object) || value instanceof Function) {
            return 1;
        }
        long sum = 1;
        for (Object id : object.getIds()) {
            Object member = id instanceof Integer index
                    ? object.get(index, object)
                    : id instanceof String key && !(object instanceof NativeArray) ? object.get(key, object) : null;
            sum += (id instanceof String key ? key.length() : 0) + weigh(member, depth + 1);
            if (sum > MOST_WORK) {
                break;
            }
        }
        return object instanceof NativeArray array ? Math.max(sum, array.getLength()) : sum;
    }

    /** Of a text, list or what passes for one; else 0. */
    static long size(Meter meter, @Nullable Object value) {
        if (value instanceof CharSequence text) {
            return text.length();
        }
        if (value instanceof NativeArray array) {
            return array.getLength();
        }
        if (value instanceof Symbol || !(value instanceof ScriptableObject object) || value instanceof Function) {
            return 0;
        }
        if (object.getGetterOrSetter("length", 0, object, false) instanceof Function) {
            throw Meter.exceeded("has an object with a computed length");
        }
        Object length = ScriptableObject.getProperty(object, "length");
        if (length instanceof Number number) {
            meter.length((long) Math.min(number.doubleValue(), Integer.MAX_VALUE));
            return number.longValue();
        }
        return 0;
    }

    private static double number(Object[] args, int index) {
        return index < args.length && args[index] instanceof Number n && n.doubleValue() > 0 ? n.doubleValue() : 0;
    }

    private static @Nullable Object first(Object[] args) {
        return args.length == 0 ? null : args[0];
    }
}
