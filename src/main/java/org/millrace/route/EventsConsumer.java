package org.millrace.route;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.millrace.rule.AlarmEvent;
import org.millrace.store.AlarmEventJson;
import org.millrace.store.Outbox;

/**
 * {@code hub:events?name=<consumer>}: what the rules decided, in order, each until its route completes. Body = the event
 * as JSON text; headers {@code event}, {@code incident}, {@code rule}, {@code asset}, {@code criticality}, {@code
 * severity}, {@code level}, {@code title}, {@code subject}, {@code parent}, {@code group}, {@code notify} (of escalations)
 * serve choices without opening the body. What is only recorded (shelved, suppressed, told through a flood's parent) is
 * passed over. Business context of the asset as of the event's time stands in the JSON under {@code context}. Filters:
 * {@code type=raised,normal} or {@code type=alarm,maintenance-due,purchase-request}, {@code severity}, {@code asset},
 * {@code rule}, each a comma-separated list. {@code start=} standing (default), oldest or now: where a consumer begins
 * that was never seen before.
 */
final class EventsConsumer extends LoopConsumer {
    /** Exchange property holding the {@link AlarmEvent}, whatever a route makes of the body. */
    static final String EVENT = "millrace.event";

    private static final Duration WAIT = Duration.ofSeconds(1);

    private final Outbox outbox;
    private final String consumer;
    private final Outbox.Start start;
    private final List<String> types;
    private final List<String> severities;
    private final List<String> assets;
    private final List<String> rules;

    EventsConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.outbox = endpoint.port().events();
        this.consumer = endpoint.getName();
        this.start = endpoint.begins();
        this.types = list(endpoint.getType());
        this.severities = list(endpoint.getSeverity());
        this.assets = list(endpoint.getAsset());
        this.rules = list(endpoint.getRule());
    }

    @Override
    protected void doStart() throws Exception {
        outbox.register(consumer, start);
        super.doStart();
    }

    @Override
    String place() {
        return consumer;
    }

    @Override
    void step() throws Exception {
        Optional<Outbox.Row> next = outbox.next(consumer, WAIT);
        if (next.isEmpty()) {
            return;
        }
        Outbox.Row row = next.get();
        if (wanted(row.event())) {
            try {
                process(message(row.event()));
            } catch (Exception e) {
                trace(row.event(), "failed", e.toString());
                throw e;
            }
            trace(row.event(), "done", route());
        } else {
            trace(row.event(), "filtered", "by the filters of " + hub().getEndpointUri());
        }
        outbox.done(consumer, row);
    }

    private String route() {
        return "route " + getRouteId();
    }

    private void trace(AlarmEvent event, String outcome, String detail) {
        hub().port().routed(event, consumer, outcome, detail);
    }

    private Exchange message(AlarmEvent event) {
        Map<String, String> context = hub().port().context(event.asset(), event.time());
        Exchange exchange = exchange(AlarmEventJson.write(event, context));
        exchange.setProperty(EVENT, event);
        Message message = exchange.getMessage();
        message.setHeader("event", word(event.type()));
        message.setHeader("incident", event.incident());
        message.setHeader("rule", event.rule());
        message.setHeader("asset", event.asset());
        message.setHeader("criticality", hub().port().criticality(event.asset()));
        message.setHeader("severity", word(event.severity()));
        message.setHeader("level", event.level());
        message.setHeader("title", event.title());
        message.setHeader("parent", event.handling().parent());
        message.setHeader("group", event.handling().group());
        message.setHeader("notify", event.handling().recipient());
        message.setHeader("subject", subject(event));
        return exchange;
    }

    private boolean wanted(AlarmEvent event) {
        return event.handling().announced()
                && (types.isEmpty() || types.contains(word(event.type())) || types.contains(subject(event)))
                && matches(severities, word(event.severity()))
                && matches(assets, event.asset())
                && matches(rules, event.rule());
    }

    /** What the event asks for: {@code alarm}, {@code maintenance-due} or {@code purchase-request}. */
    private static String subject(AlarmEvent event) {
        return word(event.subject()).replace('_', '-');
    }

    private static boolean matches(List<String> wanted, String value) {
        return wanted.isEmpty() || wanted.contains(value);
    }

    private static List<String> list(String option) {
        return option.isBlank()
                ? List.of()
                : Arrays.stream(option.split(",")).map(String::trim).toList();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
