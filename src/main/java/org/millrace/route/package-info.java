/**
 * The hub in Camel: component hub:, RouteGuard, loading of routes and kamelets.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.route;
