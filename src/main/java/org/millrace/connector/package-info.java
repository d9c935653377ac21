/**
 * Hand-over of incidents to work-order systems, the hub's own desk and remote ones.
 *
 * <p>{@link org.millrace.connector.WorkOrderSystem} is the contract, {@link org.millrace.connector.Desk} the built-in
 * desk. {@link org.millrace.connector.Orders} keeps the orders of one remote system through an {@link
 * org.millrace.connector.OrderClient}, whose calls are single requests without memory; what one order makes of many calls
 * (ledger, find before create, reconciliation) is decided by the pure core in {@code org.millrace.ticket} and carried out
 * here. It knows events and tickets, not how rules found them nor which route brought them.
 *
 * <p>{@link org.millrace.connector.Documents} does the same for documents of an ERP, through a {@link
 * org.millrace.connector.DocumentClient}; {@link org.millrace.connector.FolderDocuments} is one that writes files.
 *
 * <p>Invariants: the same event may be delivered any number of times; a ledger row is durable before any call; a creation
 * is never sent without a find since the last one; one thread calls a system; one open order per incident key; severity
 * only rises while an order is open.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.connector;
