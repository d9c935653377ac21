package org.millrace.ticket;

import java.util.Optional;

/** Who asks whether somebody already works on a thing: an alarm about it needs no horn and no second message. */
@FunctionalInterface
public interface WorkUnderWay {
    /** The number of the order in progress for this failure mode of the asset; empty when nobody works on it. */
    Optional<String> order(String asset, String failureMode);
}
