package org.millrace.erp;

/** One call that a document needs of its system. */
public sealed interface DocumentAction {
    /** Looks for it by its reference. */
    record Find() implements DocumentAction {}

    /** Creates it; only after a find that found nothing. */
    record Create() implements DocumentAction {}

    /** Brings what is there a step nearer to its end. @param there as it was found a moment ago */
    record Proceed(DocumentThere there) implements DocumentAction {}
}
