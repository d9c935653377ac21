/**
 * The operational store: rule state, outbox, work orders, in one transaction.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.store;
