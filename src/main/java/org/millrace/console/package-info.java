/**
 * HTTP for people and programs: REST API, live events, web pages, metrics, health.
 *
 * <p>{@link org.millrace.console.ConsoleServer} owns the socket and the router; {@link org.millrace.console.ConsoleData}
 * is all it knows of the hub, implemented in the assembly. {@code openapi.yaml} describes every path, and a test holds
 * the server to it.
 *
 * <p>It must not know stores, SQL, Camel routes or protocols. Invariants: nothing that may block runs on an event loop;
 * an answer never carries a stack trace; every page is served from the class path under a policy that allows only this
 * origin; a request for a host name that is not this server's is refused (DNS rebinding); a slow reader of live events
 * loses events, is told so, and never holds anything up.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.console;
