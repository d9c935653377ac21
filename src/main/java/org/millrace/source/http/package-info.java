/**
 * Messages that devices and gateways send by HTTP POST to {@code /ingest/<source>}.
 *
 * <p>{@link org.millrace.source.http.HttpSource} says whether a request may come in, hands its body over and answers when
 * it is durable; the web server itself stands elsewhere. Must not know what a payload means, nor any web framework.
 *
 * <p>Invariants: nothing of a request is read before its token is known; tokens are compared in constant time and never
 * logged; 202 only when the receiver said that the message is durable; a message id that was answered 202 is answered so
 * again, also after a restart, and not handed over twice.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.http;
