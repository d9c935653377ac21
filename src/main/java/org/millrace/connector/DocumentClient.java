package org.millrace.connector;

import java.util.List;
import java.util.Set;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.DocumentThere;

/**
 * The single calls a system that takes documents offers: no memory, no retries. What makes one document out of many calls
 * stands above it, in {@link Documents}. Calls block; safe for several threads.
 */
public interface DocumentClient {
    String id();

    Set<DocumentKind> kinds();

    /** Those that carry exactly the document's reference; lowest id first. */
    Answer<List<DocumentThere>> find(BusinessDocument document);

    Answer<Created> create(BusinessDocument document);

    /** Takes the step that what was found needs next. */
    Answer<Void> proceed(BusinessDocument document, DocumentThere there);

    /** @param finished there is nothing to do after it */
    record Created(String id, String number, boolean finished) {}
}
