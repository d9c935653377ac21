/**
 * The durable log between intake and consumers, its cursors and the counters of the ledger.
 *
 * <p>Invariant: accepted = on disk; received = accepted + filtered + rejected.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.journal;
