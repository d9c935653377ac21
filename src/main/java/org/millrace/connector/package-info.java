/**
 * Hand-over of incidents to work-order systems; the seam for the REST connector engine.
 *
 * <p>{@link org.millrace.connector.WorkOrderSystem} is the contract, {@link org.millrace.connector.Desk} the built-in
 * desk for plants without a CMMS. It knows events and tickets, not how rules found them nor which route brought them.
 *
 * <p>Invariants: the same event may be delivered any number of times; one open order per incident key; severity only
 * rises while an order is open; only a person closes an order.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.connector;
