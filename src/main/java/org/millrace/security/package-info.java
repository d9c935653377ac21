/**
 * Secrets by reference: {@link org.millrace.security.Secrets} reads them when a connection needs them. Certificates in
 * folders: {@link org.millrace.security.CertificateFolders} is who is trusted, who was refused, and moving one to the
 * other; {@link org.millrace.security.KnownCertificate} is one of them. What makes a certificate good for a protocol is
 * decided by that protocol's package.
 *
 * <p>Invariants: the plain text of a secret is in no record, log, message or file that the hub writes; private keys are
 * readable by the owner alone; nothing becomes trusted without a person.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.security;
