/**
 * Secrets by reference: {@link org.millrace.security.Secrets} reads them when a connection needs them.
 *
 * <p>Invariant: the plain text of a secret is in no record, log, message or file that the hub writes.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.security;
