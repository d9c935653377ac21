/**
 * The REST connector engine: an {@link org.millrace.connector.OrderClient} made of one YAML file, without Java per
 * system.
 *
 * <p>{@link org.millrace.connector.rest.ConnectorFile} is the file, {@link org.millrace.connector.rest.ConnectorCheck}
 * what can be told of it offline, {@link org.millrace.connector.rest.RestConnector} the client,
 * {@link org.millrace.connector.rest.Transport} the seam to HTTP, {@link org.millrace.connector.rest.Catalogue} the
 * shipped files, {@link org.millrace.connector.rest.Probe} the trial without creating anything. It knows no Camel, no
 * store and no incident: one call in, one {@link org.millrace.connector.Answer} out.
 *
 * <p>{@link org.millrace.connector.rest.ErpConnectorFile} and {@link org.millrace.connector.rest.RestDocuments} are the same
 * for documents of an ERP; what both share is {@link org.millrace.connector.rest.SystemFile}.
 *
 * <p>Invariants: a request that may have been carried out is never sent twice (the one exception: the server refused the
 * login); a failure before sending is Retryable, after it Unknown; many callers share one login; no secret is in a
 * message or a log line; jq sees neither environment nor files; requests go to the base URL only, redirects are not
 * followed.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.connector.rest;
