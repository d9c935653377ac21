package org.millrace.connector;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.millrace.connector.OrderClient.Draft;
import org.millrace.connector.OrderClient.RemoteOrder;
import org.millrace.connector.OrderClient.State;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAction;
import org.millrace.ticket.OrderAnswer;
import org.millrace.ticket.OrderAnswer.Kind;
import org.millrace.ticket.OrderAnswer.There;
import org.millrace.ticket.OrderNotes;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.OrderState;
import org.millrace.ticket.Ticket;

/** Carries out what an order needs, one {@link OrderClient} call each, and says in the ledger's terms what came of it. */
final class OrderCalls {
    private static final OrderAnswer DONE = new OrderAnswer.Done();

    private final OrderClient client;
    private final OrderTexts texts;

    OrderCalls(OrderClient client, OrderTexts texts) {
        this.client = client;
        this.texts = texts;
    }

    OrderAnswer perform(OrderRow row, OrderAction action, long now) {
        OrderNotes notes = texts.notes();
        return switch (action) {
            case OrderAction.Find find ->
                answer(
                        client.find(find.reference()),
                        orders -> new OrderAnswer.Found(
                                orders.stream().map(OrderCalls::there).toList()));
            case OrderAction.Create create -> create(row, create.severity());
            case OrderAction.Get get ->
                answer(client.get(get.id()), order -> new OrderAnswer.Stands(order.map(OrderCalls::there)));
            case OrderAction.Update update -> done(client.update(update.id(), draft(row, update.severity())));
            case OrderAction.Comment comment -> done(client.comment(comment.id(), notes.progress(row, now)));
            case OrderAction.Reopen reopen -> done(client.setState(reopen.id(), State.OPEN, notes.repeatFailure(row)));
            case OrderAction.Close close -> done(client.setState(close.id(), State.DONE, notes.closed()));
            case OrderAction.Attach attach -> attach(row, attach.id());
            case OrderAction.CancelDouble twin -> cancel(twin.id(), notes.doubled(twin.kept()));
        };
    }

    private OrderAnswer create(OrderRow row, Severity severity) {
        return answer(client.create(draft(row, severity)), order -> new OrderAnswer.Made(there(order)));
    }

    private OrderAnswer attach(OrderRow row, String id) {
        Ticket ticket = texts.write(row.facts().last());
        if (ticket.trendSvg().isEmpty()) {
            return DONE;
        }
        Optional<byte[]> png = texts.png(ticket);
        OrderAnswer first = png.map(bytes -> done(client.attach(id, "trend.png", "image/png", bytes)))
                .orElse(DONE);
        return first instanceof OrderAnswer.Failed
                ? first
                : done(client.attach(
                        id, "trend.svg", "image/svg+xml", ticket.trendSvg().getBytes(StandardCharsets.UTF_8)));
    }

    private OrderAnswer cancel(String id, String note) {
        if (client.capabilities().comments()) {
            OrderAnswer said = done(client.comment(id, note));
            if (said instanceof OrderAnswer.Failed failed && failed.kind() != Kind.PERMANENT) {
                return failed;
            }
        }
        return client.capabilities().state() ? done(client.setState(id, State.CANCELLED, note)) : DONE;
    }

    private Draft draft(OrderRow row, Severity severity) {
        AlarmEvent event = row.facts().last();
        Ticket ticket = texts.write(event);
        String link = texts.link(event);
        StringBuilder text = new StringBuilder();
        if (!row.id().repeatOf().isEmpty()) {
            text.append(texts.notes().repeatOf(row.id().repeatOf())).append("\n\n");
        }
        text.append(ticket.text());
        if (!client.capabilities().attachments() && !ticket.trendSvg().isEmpty() && !link.isEmpty()) {
            text.append(texts.notes().trendLink(link)).append('\n');
        }
        return new Draft(
                row.id().reference(),
                ticket.title(),
                text.toString(),
                severity,
                event.asset(),
                event.assetName(),
                event.assetPath(),
                event.failureMode(),
                texts.cmms(event.asset()),
                texts.assetDown(event),
                Micros.instant(event.since()),
                row.times().due() == 0
                        ? Optional.empty()
                        : Optional.of(Micros.instant(row.times().due())),
                link.isEmpty() ? Optional.empty() : Optional.of(link),
                attributes(row));
    }

    private static Map<String, String> attributes(OrderRow row) {
        AlarmEvent event = row.facts().last();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("key", event.key());
        all.put("episode", Integer.toString(row.id().episode()));
        all.put("incident", event.incident());
        all.put("rule", event.rule());
        all.put("level", event.level());
        all.put("tag", event.tag());
        all.put("value", Double.toString(event.value()));
        all.put("peak", Double.toString(row.facts().peak()));
        all.put("limit", Double.toString(event.limit()));
        all.put("unit", event.unit());
        all.put("repeatOf", row.id().repeatOf());
        return all;
    }

    static There there(RemoteOrder order) {
        return new There(
                order.id(), order.number(), OrderState.valueOf(order.state().name()), order.touched());
    }

    static OrderAnswer done(Answer<Void> answer) {
        return answer(answer, nothing -> DONE);
    }

    static <T> OrderAnswer answer(Answer<T> answer, Function<T, OrderAnswer> ok) {
        return switch (answer) {
            case Answer.Ok<T> done -> ok.apply(done.value());
            case Answer.Retryable<T> f -> failed(Kind.RETRYABLE, f.why(), 0);
            case Answer.Throttled<T> f ->
                failed(Kind.THROTTLED, f.why(), f.after().map(Micros::of).orElse(0L));
            case Answer.Unauthorized<T> f -> failed(Kind.UNAUTHORIZED, f.why(), 0);
            case Answer.Permanent<T> f -> failed(Kind.PERMANENT, f.why(), 0);
            case Answer.Unknown<T> f -> failed(Kind.UNKNOWN, f.why(), 0);
        };
    }

    private static OrderAnswer failed(Kind kind, String why, long after) {
        return new OrderAnswer.Failed(kind, why, after);
    }
}
