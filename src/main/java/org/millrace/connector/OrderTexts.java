package org.millrace.connector;

import java.util.Map;
import java.util.Optional;
import org.millrace.rule.AlarmEvent;
import org.millrace.ticket.OrderNotes;
import org.millrace.ticket.Ticket;

/** What orders of one system say, in its language. */
public interface OrderTexts {
    /** Never fails: an order without a picture is better than none. */
    Ticket write(AlarmEvent event);

    OrderNotes notes();

    /** The ticket's trend as a PNG; empty when there is none, or this machine can't draw. */
    Optional<byte[]> png(Ticket ticket);

    /** How the system knows an asset of the hub, from its file. */
    Map<String, String> cmms(String asset);

    /** Whether the machine stands still at the event's level, as its rule says. */
    boolean assetDown(AlarmEvent event);

    /** Where the console shows the incident; empty when the console has no address people can reach. */
    String link(AlarmEvent event);
}
