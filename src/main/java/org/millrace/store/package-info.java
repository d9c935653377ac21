/**
 * The operational store: what rules remember, the events they have raised and who has had them, the alarms as they
 * stand, work orders of the built-in desk, and the audit trail.
 *
 * <p>{@link org.millrace.store.OperationalStore} opens it and commits the rules' step: state, cursor and events in ONE
 * transaction, which is where "exactly one" comes from. {@link org.millrace.store.Outbox} hands the events to named
 * consumers, {@link org.millrace.store.Alarms} and {@link org.millrace.store.Audit} are for people,
 * {@link org.millrace.store.WorkOrders} keeps the desk's tables, {@link org.millrace.store.TicketLedger} the orders of
 * remote systems. It knows no journal, no route and no connector; its SQL
 * is kept to what PostgreSQL understands too.
 *
 * <p>Invariants: an event id is stored once; a consumer gets events in order and each until it says done; at most one
 * work order per incident key is open; audit rows are only ever added.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.store;
