package org.millrace.erp;

import java.util.List;
import org.millrace.ticket.OrderAnswer;

/** What came of a {@link DocumentAction}. */
public sealed interface DocumentAnswer {
    /** Those that carry exactly the reference, lowest id first. */
    record Found(List<DocumentThere> there) implements DocumentAnswer {}

    /** @param finished nothing is to be done after the creation */
    record Made(String id, String number, boolean finished) implements DocumentAnswer {}

    /** The step was taken. */
    record Stepped() implements DocumentAnswer {}

    /** In the classes that work orders have. */
    record Failed(OrderAnswer.Failed failure) implements DocumentAnswer {}
}
