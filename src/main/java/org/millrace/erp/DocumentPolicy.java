package org.millrace.erp;

import java.time.Duration;

/**
 * How patient the hub is with a system.
 *
 * @param settle how long a system may need to carry out what it was sent: after a lost answer nothing is looked for sooner
 * @param firstPause after a call that was not carried out; doubles up to {@code longestPause}
 * @param recheck how often a document that its system cannot finish yet (no stock, closed period) is tried again
 * @param maxAttempts lost answers before a person must look
 */
public record DocumentPolicy(
        Duration settle, Duration firstPause, Duration longestPause, Duration recheck, int maxAttempts) {}
