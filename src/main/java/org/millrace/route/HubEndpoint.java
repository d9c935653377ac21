package org.millrace.route;

import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.millrace.store.Outbox;

/** One {@code hub:} address in a route. Options are set by Camel from the URI. */
public final class HubEndpoint extends DefaultEndpoint {
    private final HubStep step;
    private final String path;
    private final HubPort port;

    private String name = "";
    private String type = "";
    private String severity = "";
    private String asset = "";
    private String rule = "";
    private String start = "standing";
    private String source = "";
    private String document = "";
    private String period = KpiConsumer.SHIFT;
    private String id = "";
    private int maxSamples;
    private long flushEvery;

    HubEndpoint(String uri, Component component, HubStep step, String path, HubPort port) {
        super(uri, component);
        this.step = step;
        this.path = path;
        this.port = port;
        this.maxSamples = port.batch(path);
        this.flushEvery = port.flushEvery(path).toMillis();
    }

    /** Refuses what no route can mean, at load, with the address and a hint. */
    void check() {
        if (step.isNamed() && path.isEmpty()) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": a name must follow, e.g. hub:" + step.word() + "/<name>");
        }
        if (!step.isNamed() && !path.isEmpty()) {
            throw new IllegalArgumentException(getEndpointUri() + ": hub:" + step.word() + " takes no name");
        }
        if ((step == HubStep.EVENTS || step == HubStep.PRODUCTION) && name.isEmpty()) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": give the consumer a name (?name=work-orders); its place is kept under it");
        }
        begins();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        HubConsumer consumer = switch (step) {
            case OPCUA, PLC, MQTT, HTTP, FILE, SQL -> new SourceConsumer(this, processor);
            case JOURNAL -> new JournalConsumer(this, processor);
            case KPI -> new KpiConsumer(this, processor);
            case EVENTS -> new EventsConsumer(this, processor);
            case PRODUCTION -> new ProductionConsumer(this, processor);
            case RECEIVE, DECODE, INGEST, HISTORIAN, CMMS, READINGS, DOCUMENT, ERP, B2MML, TICKET, DEAD_LETTER ->
                throw new IllegalArgumentException(getEndpointUri() + " takes messages: use it in to:, not in from:");
        };
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        return switch (step) {
            case RECEIVE -> new ReceiveProducer(this);
            case DECODE -> HubProducers.decode(this);
            case INGEST -> HubProducers.ingest(this);
            case HISTORIAN -> HubProducers.historian(this);
            case CMMS -> HubProducers.cmms(this);
            case READINGS -> HubProducers.readings(this);
            case DOCUMENT -> DocumentProducers.document(this);
            case ERP -> DocumentProducers.erp(this);
            case B2MML -> DocumentProducers.b2mml(this);
            case TICKET -> new TicketProducer(this);
            case DEAD_LETTER -> HubProducers.deadLetter(this);
            case OPCUA, PLC, MQTT, HTTP, FILE, SQL, JOURNAL, KPI, EVENTS, PRODUCTION ->
                throw new IllegalArgumentException(getEndpointUri() + " gives messages: use it in from:, not in to:");
        };
    }

    HubStep step() {
        return step;
    }

    /** What follows the step: source id, cursor, decoder or connector. */
    String path() {
        return path;
    }

    HubPort port() {
        return port;
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getType() {
        return type;
    }

    public void setType(String type) {
        this.type = type;
    }

    public String getSeverity() {
        return severity;
    }

    public void setSeverity(String severity) {
        this.severity = severity;
    }

    public String getAsset() {
        return asset;
    }

    public void setAsset(String asset) {
        this.asset = asset;
    }

    public String getRule() {
        return rule;
    }

    public void setRule(String rule) {
        this.rule = rule;
    }

    public String getStart() {
        return start;
    }

    public void setStart(String start) {
        this.start = start;
    }

    /** Where a consumer of events begins that was never seen before. */
    Outbox.Start begins() {
        return begins(start);
    }

    /** @throws IllegalArgumentException with what is possible */
    static Outbox.Start begins(String start) {
        return switch (start) {
            case "standing" -> Outbox.Start.STANDING;
            case "oldest" -> Outbox.Start.FIRST_KEPT;
            case "now" -> Outbox.Start.NOW;
            default ->
                throw new IllegalArgumentException(
                        "start is one of standing (the incidents that are not over, then what"
                                + " comes), oldest (all that is kept) and now; not '" + start + "'");
        };
    }

    public String getSource() {
        return source;
    }

    public void setSource(String source) {
        this.source = source;
    }

    public String getDocument() {
        return document;
    }

    public void setDocument(String document) {
        this.document = document;
    }

    public String getPeriod() {
        return period;
    }

    public void setPeriod(String period) {
        this.period = period;
    }

    public String getId() {
        return id;
    }

    public void setId(String id) {
        this.id = id;
    }

    public int getMaxSamples() {
        return maxSamples;
    }

    public void setMaxSamples(int maxSamples) {
        this.maxSamples = maxSamples;
    }

    public long getFlushEvery() {
        return flushEvery;
    }

    public void setFlushEvery(long flushEvery) {
        this.flushEvery = flushEvery;
    }
}
