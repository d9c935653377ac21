package org.millrace.source.opcua;

import java.util.List;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.UaServiceFaultException;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.millrace.signal.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks each connection for its events when a tag wants any, and says what a server does not do. */
final class EventIntake {
    private static final Logger log = LoggerFactory.getLogger(EventIntake.class);

    private final OpcUaSourceFile file;
    private final Conditions conditions;
    private String trouble = "";

    EventIntake(OpcUaSourceFile file, Conditions conditions) {
        this.file = file;
        this.conditions = conditions;
    }

    /**
     * A connection begins.
     *
     * @param now µs by the server's clock
     * @return Bad readings of all tags when the server has no events to give
     */
    List<Reading> begin(EventItem item, long now) throws UaException {
        if (!conditions.wanted()) {
            return List.of();
        }
        String notifier = file.events().orElseThrow().notifier();
        StatusCode status;
        try {
            conditions.begin(item.subtypes(conditions.types()));
            status = item.monitor(notifier);
        } catch (UaServiceFaultException e) {
            status = e.getStatusCode();
        }
        if (status.isGood()) {
            trouble = "";
            refresh(item);
            return List.of();
        }
        trouble("; no events: the server refuses those of " + notifier + ": " + Endpoints.text(status));
        return conditions.refused(now, (int) status.value());
    }

    /** After an overflow, a resumed session, or at the server's wish. */
    void refreshIfWanted(EventItem item) throws UaException {
        if (conditions.takeRefreshWanted()) {
            refresh(item);
        }
    }

    private void refresh(EventItem item) throws UaException {
        StatusCode status;
        try {
            status = item.refresh();
        } catch (UaServiceFaultException e) {
            status = e.getStatusCode(); // a small server may not know the service
        }
        if (!status.isGood() && status.value() != StatusCodes.Bad_RefreshInProgress) {
            trouble("; the server cannot tell its conditions anew (" + Endpoints.text(status)
                    + "): one that was active before is not known");
            conditions.unrefreshable();
        }
    }

    private void trouble(String text) {
        if (!text.equals(trouble)) {
            log.warn("{}{}", file.id(), text);
        }
        trouble = text;
    }

    /** To be added to the source's detail; empty while all is well. */
    String trouble() {
        return trouble;
    }
}
