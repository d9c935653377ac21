package org.millrace;

import java.util.List;
import java.util.Optional;
import org.millrace.alarm.AlarmBoard;
import org.millrace.connector.Orders;
import org.millrace.journal.Journal;
import org.millrace.plant.UnmappedRegistry.Unmapped;
import org.millrace.source.Source;
import org.millrace.source.SourceStatus;
import org.millrace.why.WhyNot;

/** What the running hub knows and no store has. */
record Present(Hub hub) implements WhyNot.Present {
    private static final int MOST_LETTERS = 1_000;

    @Override
    public List<Unmapped> unmapped() {
        return hub.binder().unmapped().list();
    }

    @Override
    public List<SourceStatus> sources() {
        return hub.sources().stream().map(Source::status).toList();
    }

    @Override
    public List<Journal.StoredDeadLetter> deadLetters() {
        return hub.journal().deadLetters(MOST_LETTERS);
    }

    @Override
    public Optional<String> trouble(String consumer) {
        return hub.routes().loops().stream()
                .filter(loop -> loop.queue().equals("events") && loop.name().equals(consumer) && !loop.up())
                .map(loop -> loop.lastError())
                .findFirst();
    }

    @Override
    public Optional<String> connectorTrouble(String system) {
        return hub.remoteOrders()
                .system(system)
                .map(Orders::status)
                .filter(status -> !status.up())
                .map(Orders.Status::lastError);
    }

    @Override
    public AlarmBoard alarms() {
        return hub.alarmBoard();
    }
}
