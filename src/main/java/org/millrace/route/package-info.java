/**
 * The hub in Camel: component {@code hub:}, the check of route files, kamelets, loading of routes.
 *
 * <p>Route YAML is code to Camel. {@link org.millrace.route.RouteGuard} makes it data: a file is read by us first, and what
 * is not on the lists of {@code Allowed} never reaches Camel. {@link org.millrace.route.RouteCheck} is the guard with
 * Camel's schema ({@link org.millrace.route.RouteSchema}), the endpoints ({@link org.millrace.route.EndpointCheck}) and what
 * holds between files; it starts nothing and touches no network. {@link org.millrace.route.Rights} says what one home folder
 * may do, {@link org.millrace.route.Known} what its routes may name.
 *
 * <p>{@link org.millrace.route.CamelRoutes} runs the routes, {@link org.millrace.route.RouteSwap} exchanges those of changed files.
 *
 * <p>{@link org.millrace.route.Databases} holds the databases that {@code jdbc:} may name beside the historian.
 *
 * <p>Invariants: what {@code RouteCheck} passes, Camel loads; a file is bounded in size and depth before a tree is built; a
 * finding has file, line and column. Knows no source's, connector's or store's insides.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.route;
