package org.millrace.source.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CodecTest {
    private static final long TIME = 1_795_000_000_123_456L;
    /** Wide in time, so that a slow machine never decides a test that is not about time. */
    private static final Limits WIDE = new Limits(Duration.ofSeconds(20), 64_000_000);

    private static Codec codec(String text) {
        return codec(text, WIDE);
    }

    private static Codec codec(String text, Limits limits) {
        try {
            return Codec.compile("assets/x.js", text, limits);
        } catch (CodecException e) {
            throw new AssertionError(e);
        }
    }

    private static Codec.Outcome run(String body) {
        return codec("function decodeUplink(input) {\n" + body + "\n}")
                .decode(new Codec.Uplink(HexFormat.of().parseHex("01ff80"), 85, TIME, Map.of("k", "v")));
    }

    private static String json(Codec.Outcome outcome) {
        assertThat(outcome).isInstanceOf(Codec.Outcome.Data.class);
        return ((Codec.Outcome.Data) outcome).json();
    }

    private static String failure(Codec.Outcome outcome) {
        assertThat(outcome).isInstanceOf(Codec.Outcome.Failed.class);
        return ((Codec.Outcome.Failed) outcome).detail();
    }

    @Test
    void bytesPortTimeAndVariablesAreGiven() {
        assertThat(json(run("return { data: { b: input.bytes, p: input.fPort, t: input.recvTime.toISOString(),"
                        + " v: input.variables.k, n: input.bytes.length } };")))
                .isEqualTo("{\"b\":[1,255,128],\"p\":85,\"t\":\"2026-11-18T11:06:40.123Z\",\"v\":\"v\",\"n\":3}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "function Decode(fPort, bytes, variables) { return { v: bytes[1] + fPort }; } | {\"v\":340}",
                "function Decoder(bytes, port) { var decoded = {}; decoded.v = bytes.length * port; return decoded; } | {\"v\":255}",
                "var decodeUplink = function (i) { return { data: { v: 1 } }; } | {\"v\":1}",
                "const decodeUplink = (i) => ({ data: { v: 2 } }); | {\"v\":2}",
                "let decodeUplink = (i) => ({ data: { v: 3 } }); | {\"v\":3}",
                "decodeUplink = function (i) { return { data: { v: 4 } }; }; | {\"v\":4}",
                "function Decoder(b) { return 0; } function decodeUplink(i) { return { data: { v: 5 } }; } | {\"v\":5}"
            })
    void entriesOfThreeNetworkServersAreCalled(String text, String expected) {
        assertThat(json(codec(text).decode(new Codec.Uplink(new byte[] {1, -1, 3}, 85, TIME, Map.of()))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "var s = 'a'; s += 1; s += 'b'; return { data: { v: s + 2 + 3 } }; | {\"v\":\"a1b23\"}",
                "var o = { p: 1, q: [1, 2] }; o.p += 2; o['q'][1] += 5; return { data: { p: o.p, q: o.q } }; | {\"p\":3,\"q\":[1,7]}",
                "var n = 0; var o = {}; function k() { n++; return 'k'; } o[k()] = 1; o[k()] += 1; return { data: { k: o.k, n: n } }; | {\"k\":2,\"n\":2}",
                "var i = 0; var a = [5]; a[i++] += i; return { data: { a: a, i: i } }; | {\"a\":[6],\"i\":1}",
                "return { data: { v: `p${input.fPort}q${1 + 1}` } }; | {\"v\":\"p85q2\"}",
                "var a = [1, 2]; return { data: { w: [...a, 3] } }; | {\"w\":[1,2,3]}",
                "return { data: { v: new Float32Array(new Uint8Array([0, 0, 128, 63]).buffer)[0] } }; | {\"v\":1}",
                "var d = new DataView(new ArrayBuffer(4)); d.setUint8(0, 1); return { data: { v: d.getInt16(0) } }; | {\"v\":256}",
                "return { data: { v: input.bytes.slice(1).map(function (b) { return ('0' + b.toString(16)).slice(-2); }).join('') } }; | {\"v\":\"ff80\"}",
                "return { data: { v: String.fromCharCode.apply(null, [72, 105]) } }; | {\"v\":\"Hi\"}",
                "return { data: { v: 'a-b-a'.replace(/a/g, 'x$&').split('-').concat(['c']) } }; | {\"v\":[\"xa\",\"b\",\"xa\",\"c\"]}"
            })
    void ordinaryCodeMeansWhatItSays(String body, String expected) {
        assertThat(json(run(body))).isEqualTo(expected);
    }

    @Test
    void arraysAreStillArrays() {
        assertThat(json(run("""
                var a = new Array(3); var b = Array.of(1, 2); var u = new Uint8Array([1, 2]);
                return { data: {
                  a: a.length, i: a instanceof Array, c: [].constructor === Array, s: Array.isArray(b),
                  f: Array.from(u), n: Array.prototype.slice.call(u, 1), u: u instanceof Uint8Array,
                  z: Uint8Array.BYTES_PER_ELEMENT, p: Array.prototype === Object.getPrototypeOf(b),
                  k: Object.keys({ x: 1 }), e: Array(2).fill(0), t: String([1, [2]]), j: JSON.parse('{"q":[1]}').q
                } };""")))
                .isEqualTo("{\"a\":3,\"i\":true,\"c\":true,\"s\":true,\"f\":[1,2],\"n\":[2],\"u\":true,\"z\":1,"
                        + "\"p\":true,\"k\":[\"x\"],\"e\":[0,0],\"t\":\"1,2\",\"j\":[1]}");
    }

    @Test
    void theSameBytesGiveTheSameValuesWheneverTheyAreRead() {
        String first = json(run("globalCount = typeof globalCount === 'undefined' ? 1 : globalCount + 1;"
                + "Array.prototype.mine = (Array.prototype.mine || 0) + 1;"
                + "return { data: { now: Date.now(), d: new Date().getTime(), s: String(new Date(0)),"
                + " u: Date.UTC(2026, 0, 1), h: new Date(2026, 5, 1).toISOString(), c: globalCount, m: [].mine,"
                + " i: new Date() instanceof Date } };"));
        assertThat(first)
                .contains("\"now\":1795000000123,\"d\":1795000000123")
                .contains("\"h\":\"2026-06-01T00:00:00.000Z\",\"c\":1,\"m\":1,\"i\":true");
        assertThat(failure(run("return { data: { v: Math.random() } };"))).contains("Math.random");
    }

    @Test
    void warningsComeWithTheDataAndErrorsInsteadOfIt() {
        assertThat(run("return { data: { a: 1 }, warnings: ['low battery'], errors: [] };"))
                .isEqualTo(new Codec.Outcome.Data("{\"a\":1}", java.util.List.of("low battery")));
        assertThat(failure(run("return { data: { a: 1 }, errors: ['unknown port ' + input.fPort] };")))
                .isEqualTo("assets/x.js: unknown port 85");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "var a = 1;\\nreturn a.b.c; | assets/x.js:3: TypeError",
                "\\n\\nthrow new Error('no header'); | assets/x.js:4: Error: no header",
                "throw 'plain'; | assets/x.js:2: plain",
                "return missing; | assets/x.js:2: ReferenceError",
                "return 5; | decodeUplink returned 5",
                "return { data: [1] }; | returned no object with data",
                "return {}; | returned no object with data",
                "return null; | decodeUplink returned null",
                "return { data: { get x() { throw new Error('late'); } } }; | Error: late",
                "var a = {}; a.a = a; return { data: a }; | nests lists or objects deeper"
            })
    void aFailureNamesTheLine(String body, String expected) {
        assertThat(failure(run(body.replace("\\n", "\n")))).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) {}",
                "for (;;) { try { while (true) {} } catch (e) {} }",
                "try { while (true) {} } finally { while (true) {} }",
                "return /^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')",
                "[1].forEach(function f() { while (true) {} })",
                "var m = new Map(); for (var i = 0; ; i++) { m.set(1, i); }",
                "var g = (function* () { while (true) yield 1; })(); for (var x of g) {}",
            })
    void anEndlessCodecIsEndedWithItsLine(String body) {
        Codec endless = codec(
                "function decodeUplink(input) {\n" + body + "\n}", new Limits(Duration.ofMillis(200), 1_000_000_000L));
        assertThat(failure(endless.decode(new Codec.Uplink(new byte[0], 1, TIME, Map.of()))))
                .matches("assets/x.js:2: the codec ran for more than 200 ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "var a = []; while (true) { a.push({}); }",
                "var a = []; while (true) { a = [a, a, 'x']; a.y = new Uint8Array(60000); }",
                "var s = 'x'; while (true) { s += s; }",
                "var s = 'x'; while (true) { s = s + s; }",
                "var s = 'x'; while (true) { s = `${s}${s}`; }",
                "var o = { s: 'x' }; while (true) { o.s += o.s; }",
                "var o = ['x']; while (true) { o[0] += o[0]; }",
                "var s = 'x'; while (true) { s = s.concat(s); }",
                "var s = 'x'; while (true) { s = [s, s].join(''); }",
                "var s = 'x'; while (true) { s = s.replace(/^/, s); }",
                "var s = 'x'; while (true) { s = JSON.stringify([s, s]); }",
                "return 'x'.repeat(1e9);",
                "return 'x'.padStart(1e9);",
                "return 'xxxxxxxx'.repeat(8000).replace(/x/g, 'y'.repeat(60000));",
                "return 'xxxxxxxx'.repeat(8000).replace(/x/g, '$`$`');",
                "return 'x'.repeat(60000).split('').join('y'.repeat(60000));",
                "return new Array(1e9).join('x');",
                "return Array(4294967295).fill(0);",
                "var a = []; a.length = 4294967295; return a.indexOf(3);",
                "var a = []; a[4294967290] = 1; return a.sort();",
                "var a = []; a.length = 4294967295; return [...a];",
                "var a = []; a.length = 4294967295; return new Set(a);",
                "var a = []; a.length = 4294967295; return new Uint8Array(a);",
                "return Array.from({ length: 4e9 });",
                "return Array.prototype.fill.call({ length: 4e9 }, 1);",
                "var n = 0; return Array.prototype.fill.call({ get length() { return n++ ? 4e9 : 1; } }, 1);",
                "return Math.max.apply(null, { length: 2e9 });",
                "return new ArrayBuffer(2e9);",
                "return new Uint8Array(2e9);",
                "return new (new Uint8Array(1)).constructor(2e9);",
                "return new ([].constructor)(4e9).fill(1);",
                "var a = [0]; for (;;) a = a.concat(a);",
                "var a = ['xxxxxxxxxx']; for (var i = 0; i < 40; i++) a = [a, a]; return '' + a;",
                "var a = ['xxxxxxxxxx']; for (var i = 0; i < 40; i++) a = [a, a]; return a.flat(100);",
                "var a = ['xxxxxxxxxx']; for (var i = 0; i < 40; i++) a = [a, a]; return { data: { a: a } };",
                "var a = ['xxxxxxxxxx']; for (var i = 0; i < 40; i++) a = [a, a]; return JSON.stringify(a);",
                "function f() { return [1].map(f); } return f();",
                "function f(x) { return f(x + 1) + 1; } return f(0);",
                "var o = { toString: function () { return '' + o; } }; return '' + o;",
            })
    void aCodecThatGrowsIsEndedBeforeItHurts(String body) {
        assertThat(failure(run(body)))
                .containsAnyOf(
                        "memory",
                        "made a text or list",
                        "made a text",
                        "computed length",
                        "too deep",
                        "stack depth",
                        "deeper",
                        "array length");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.System.exit(1)",
                "Packages.java.lang.System.exit(1)",
                "getClass()",
                "({}).getClass()",
                "''.getClass()",
                "input.bytes.getClass().forName('java.lang.Runtime')",
                "input.constructor.constructor('return java')()",
                "decodeUplink.constructor('return this')()",
                "(function* () {}).constructor('yield 1')",
                "eval('1')",
                "(0, eval)('1')",
                "new Function('return 1')()",
                "JavaAdapter",
                "JavaImporter()",
                "importClass(java.io.File)",
                "new Proxy({}, {})",
                "Reflect.construct(Array, [1])",
                "BigInt(2)",
                "new DataView(new ArrayBuffer(8)).getBigInt64(0)",
                "load('/etc/passwd')",
                "require('fs')"
            })
    void nothingOfJavaAndNoOtherCodeIsReachable(String expression) {
        assertThat(failure(run("return { data: { v: " + expression + " } };")))
                .contains("assets/x.js:2: ")
                .containsAnyOf("is not defined", "is not a function", "Cannot find function", "cannot make code");
    }

    @Test
    void noGlobalIsAJavaObject() {
        assertThat(json(run("""
                var seen = [];
                Object.getOwnPropertyNames(this).forEach(function (n) {
                  var v = this[n];
                  if (Object.prototype.toString.call(v).indexOf('Java') >= 0 || typeof v === 'object' && String(v).indexOf('Java') >= 0) seen.push(n);
                }, this);
                return { data: { seen: seen } };"""))).isEqualTo("{\"seen\":[]}");
    }

    @Test
    void theHubsOwnFunctionsCannotBeReplaced() {
        assertThat(failure(run("this['a + b'] = function (a, b) { return a; };"
                        + "var s = 'x'; for (var i = 0; i < 40; i++) { s = s + s; } return s;")))
                .contains("made a text");
    }

    @Test
    void whatCannotBeCompiledIsToldWithItsPlace() {
        assertThatThrownBy(
                        () -> Codec.compile("assets/x.js", "function decodeUplink(i) {\n  return { data: ];\n}", WIDE))
                .isInstanceOfSatisfying(CodecException.class, e -> {
                    assertThat(e.line()).isEqualTo(2);
                    assertThat(e.column()).isEqualTo(18);
                    assertThat(e.getMessage()).contains("  return { data: ];\n").endsWith("                 ^");
                });
        assertThatThrownBy(() -> Codec.compile("x.js", "function other() {}", WIDE))
                .hasMessageContaining("no function decodeUplink(input)");
        assertThatThrownBy(() -> Codec.compile("x.js", "function decodeUplink() {\n return 12n; }", WIDE))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.line()).isEqualTo(2))
                .hasMessageContaining("BigInt");
        assertThatThrownBy(() -> Codec.compile("x.js", "var decodeUplink = " + "(".repeat(100_000), WIDE))
                .isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Codec.compile("x.js", "x".repeat(Codec.LONGEST_SOURCE + 1), WIDE))
                .hasMessageContaining("characters");
    }

    @Test
    void oneCodecServesManyThreads() throws Exception {
        Codec codec = codec("var k = 3; function scale(b) { return b * k; }"
                + "function decodeUplink(i) { k = 2; var s = ''; for (var n = 0; n < 200; n++) { s += scale(i.bytes[0]); }"
                + " return { data: { v: scale(i.bytes[0]), n: s.length } }; }");
        try (var threads = Executors.newFixedThreadPool(4)) {
            var answers = threads.invokeAll(IntStream.range(0, 200)
                    .<java.util.concurrent.Callable<String>>mapToObj(i -> () ->
                            json(codec.decode(new Codec.Uplink(new byte[] {(byte) (10 + i % 30)}, 1, TIME, Map.of()))))
                    .toList());
            for (int i = 0; i < answers.size(); i++) {
                Future<String> answer = answers.get(i);
                int twice = 2 * (10 + i % 30);
                assertThat(answer.get()).startsWith("{\"v\":" + twice + ",");
            }
        }
    }
}
