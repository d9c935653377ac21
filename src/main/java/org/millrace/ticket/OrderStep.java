package org.millrace.ticket;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one event, answer or look made of an order. Committed as a whole.
 *
 * @param row as it is now
 * @param successor the next episode, when this step began one
 * @param log what happened, for people
 * @param refused why the system will never take it: dead letters
 * @param doubles orders newly found to be doubles
 */
public record OrderStep(
        OrderRow row, Optional<OrderRow> successor, List<String> log, List<String> refused, int doubles) {
    static OrderStep of(OrderRow row, String... log) {
        return new OrderStep(row, Optional.empty(), List.of(log), List.of(), 0);
    }

    OrderStep then(OrderRow next) {
        return new OrderStep(row, Optional.of(next), log, refused, doubles);
    }

    OrderStep refused(String why) {
        List<String> all = new ArrayList<>(refused);
        all.add(why);
        return new OrderStep(row, successor, log, List.copyOf(all), doubles);
    }

    OrderStep doubled(int count) {
        return new OrderStep(row, successor, log, refused, doubles + count);
    }
}
