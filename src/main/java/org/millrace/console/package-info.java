/**
 * HTTP: REST API, live events, web pages, metrics, health.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.console;
