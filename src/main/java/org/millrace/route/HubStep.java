package org.millrace.route;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The steps of a value that routes can name, and on which side of a route they stand. */
public enum HubStep {
    OPCUA("opcua", true, true),
    PLC("plc", true, true),
    MQTT("mqtt", true, true),
    HTTP("http", true, true),
    FILE("file", true, true),
    SQL("sql", true, true),
    JOURNAL("journal", true, true),
    KPI("kpi", true, true),
    EVENTS("events", true, false),
    RECEIVE("receive", false, false),
    PRODUCTION("production", true, false),
    DECODE("decode", false, true),
    INGEST("ingest", false, false),
    HISTORIAN("historian", false, false),
    CMMS("cmms", false, true),
    READINGS("readings", false, true),
    DOCUMENT("document", false, true),
    ERP("erp", false, true),
    B2MML("b2mml", false, true),
    TICKET("ticket", false, false),
    DEAD_LETTER("dead-letter", false, false);

    private final String word;
    private final boolean consumer;
    private final boolean named;

    HubStep(String word, boolean consumer, boolean named) {
        this.word = word;
        this.consumer = consumer;
        this.named = named;
    }

    public String word() {
        return word;
    }

    /** True for {@code from:}, false for {@code to:}. */
    public boolean isConsumer() {
        return consumer;
    }

    /** Whether a name follows: {@code hub:mqtt/<source>}. */
    public boolean isNamed() {
        return named;
    }

    public boolean isSource() {
        return this == OPCUA || this == PLC || this == MQTT || this == HTTP || this == FILE || this == SQL;
    }

    static Optional<HubStep> of(String word) {
        return Arrays.stream(values()).filter(step -> step.word.equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(HubStep::word).collect(Collectors.joining(", "));
    }
}
