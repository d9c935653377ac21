package org.millrace.route;

import java.util.Map;
import java.util.Set;

/** What a route may say. Lists of what is allowed, so that what a later Camel adds is refused until someone has read it. */
final class Allowed {
    static final Set<String> TOP = Set.of(
            "route", "from", "onException", "onCompletion", "errorHandler", "rest", "routeConfiguration");

    static final Set<String> STEPS = Set.of(
            "aggregate", "choice", "convertBodyTo", "convertHeaderTo", "convertVariableTo", "delay", "doTry", "enrich",
            "filter", "idempotentConsumer", "kamelet", "loop", "log", "marshal", "multicast", "pipeline", "poll",
            "pollEnrich", "recipientList", "removeHeader", "removeHeaders", "removeProperties", "removeProperty",
            "removeVariable", "resequence", "rollback", "routingSlip", "sample", "setBody", "setExchangePattern",
            "setHeader", "setHeaders", "setProperty", "setVariable", "setVariables", "sort", "split", "step", "stop",
            "threads", "throttle", "throwException", "to", "toD", "transform", "unmarshal", "validate", "wireTap");

    /** Every step of Camel that has a name, for telling "not allowed" from "unknown". */
    static final Set<String> REFUSED_STEPS = Set.of(
            "bean", "process", "script", "policy", "transacted", "saga", "circuitBreaker", "claimCheck",
            "dynamicRouter", "loadBalance", "pausable", "resumable", "serviceCall", "tokenizer", "transformDataType");

    static final Set<String> REFUSED_TOP = Set.of(
            "beans", "dataFormats", "intercept", "interceptFrom", "interceptSendToEndpoint", "restConfiguration",
            "routeTemplate", "templatedRoute");

    /** Keys that run code or make objects, wherever they stand outside {@code parameters}. */
    static final Set<String> REFUSED_KEYS = Set.of(
            "beans", "bean", "beanType", "beanName", "script", "scriptLanguage", "method", "class", "ref", "process",
            "dynamicRouter", "refErrorHandler", "jtaTransactionErrorHandler", "springTransactionErrorHandler",
            "moduleClassNames", "moduleRefs", "allowUnmarshallType", "allowJmsType", "schemaResolver",
            "constructors", "factoryBean", "factoryMethod", "initMethod", "destroyMethod", "outputClass");

    static final Set<String> REFUSED_LANGUAGES = Set.of(
            "csimple", "datasonnet", "groovy", "hl7terser", "java", "joor", "js", "jsonpath", "language", "method",
            "mvel", "ognl", "python", "ref", "spel", "wasm", "xpath", "xquery", "xtokenize");

    static final Set<String> LANGUAGES =
            Set.of("simple", "constant", "header", "exchangeProperty", "variable", "jq", "tokenize");

    /** Keys whose value names a bean of the hub. */
    static final Set<String> BEAN_KEYS = Set.of(
            "aggregationStrategy", "aggregationRepository", "aggregateController", "executorService",
            "timeoutCheckerExecutorService", "onPrepare", "processor", "idempotentRepository", "comparator",
            "customLoadBalancer", "routePolicy", "objectMapper", "logger", "resumeStrategy");

    static final Set<String> TYPE_KEYS =
            Set.of("type", "resultType", "unmarshalType", "collectionType", "outType", "fromType", "toType");

    /** Types that are plain values; the last line is the places of a REST parameter. */
    static final Set<String> TYPES = Set.of(
            "String", "java.lang.String", "byte[]", "Integer", "int", "java.lang.Integer", "Long", "long",
            "java.lang.Long", "Double", "double", "java.lang.Double", "Boolean", "boolean", "java.lang.Boolean",
            "java.math.BigDecimal", "java.util.Map", "java.util.List", "java.util.LinkedHashMap",
            "java.util.ArrayList", "com.fasterxml.jackson.databind.JsonNode", "body", "query", "path", "header",
            "formData");

    static final Set<String> NAME_KEYS = Set.of("name", "toName", "variableReceive", "key");

    static final Set<String> FUNCTIONS = Set.of(
            "body", "bodyAs", "mandatoryBodyAs", "bodyOneLine", "prettyBody", "toJsonBody", "toPrettyJsonBody",
            "header", "headers", "headerAs", "in", "exchangeProperty", "variable", "variables", "variableAs", "date",
            "date-with-timezone", "random", "uuid", "exchangeId", "id", "routeId", "fromRouteId", "stepId",
            "exception", "collate", "skip", "iif", "substring", "substringBefore", "substringAfter",
            "substringBetween", "trim", "uppercase", "lowercase", "capitalize", "concat", "join", "replace", "length",
            "size", "isEmpty", "isNumeric", "jq", "hash", "abs", "floor", "ceil", "round", "sum", "min", "max", "avg",
            "average", "quote", "unquote", "safeQuote", "empty", "list", "map", "range", "null", "contains", "split",
            "distinct", "reverse", "normalizeWhitespace", "pad", "val", "originalBody");

    /** Methods that may be called in {@code ${body.method()}}: they read and cannot reach anything else. */
    static final Set<String> METHODS = Set.of(
            "size", "length", "isEmpty", "toString", "trim", "toLowerCase", "toUpperCase", "contains", "startsWith",
            "endsWith", "substring", "get", "keySet", "values", "name", "intValue", "longValue", "doubleValue");

    /** Options that name a class, read the disk or reach into a library, by scheme. */
    static final Map<String, Set<String>> REFUSED_OPTIONS = Map.of(
            "jdbc", Set.of("outputClass", "beanRowMapper", "connectionStrategy", "prepareStatementStrategy"),
            "paho-mqtt5", Set.of("filePersistenceDirectory", "customWebSocketHeaders", "socketFactory"),
            "milo-client", Set.of("keyStoreUrl"),
            "smtp", Set.of("javaMailProperties", "additionalJavaMailProperties", "javaMailSender", "session"),
            "smtps", Set.of("javaMailProperties", "additionalJavaMailProperties", "javaMailSender", "session"));

    static final Set<String> MACHINE_WRITERS = Set.of("plc4x", "milo-client", "paho-mqtt5");

    private Allowed() {}
}
