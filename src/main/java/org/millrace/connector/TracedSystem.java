package org.millrace.connector;

import java.util.function.LongSupplier;
import org.millrace.rule.AlarmEvent;
import org.millrace.store.Trace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A work-order system whose answers are kept for {@code hub why}. A trace that cannot be written never stops an order. */
public final class TracedSystem implements WorkOrderSystem {
    private static final Logger LOG = LoggerFactory.getLogger(TracedSystem.class);

    private final WorkOrderSystem system;
    private final Trace trace;
    private final LongSupplier now;

    /** @param now µs since the epoch */
    public TracedSystem(WorkOrderSystem system, Trace trace, LongSupplier now) {
        this.system = system;
        this.trace = trace;
        this.now = now;
    }

    @Override
    public String id() {
        return system.id();
    }

    @Override
    public Delivery deliver(AlarmEvent event) {
        Delivery delivery;
        try {
            delivery = system.deliver(event);
        } catch (RuntimeException e) {
            record(event, "failed", e.toString());
            throw e;
        }
        switch (delivery) {
            case Delivery.Created c -> record(event, "created", c.number());
            case Delivery.Updated u -> record(event, "updated", u.number());
            case Delivery.Queued q -> record(event, "queued", q.reference());
            case Delivery.Unchanged u -> record(event, "unchanged", u.why());
            case Delivery.Deferred d -> record(event, "deferred", d.why());
            case Delivery.Rejected r -> record(event, "rejected", r.why());
        }
        return delivery;
    }

    private void record(AlarmEvent event, String outcome, String detail) {
        try {
            trace.record(now.getAsLong(), event, Trace.Step.CALL, system.id(), outcome, detail);
        } catch (RuntimeException e) {
            LOG.warn("the answer of {} to event {} is not in the trace: {}", system.id(), event.id(), e.toString());
        }
    }
}
