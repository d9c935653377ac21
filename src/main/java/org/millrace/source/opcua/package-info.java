/**
 * OPC UA client source on Milo: one session and one subscription per connection.
 *
 * <p>{@link org.millrace.source.opcua.OpcUaSource} owns the life of the connection: connect, subscribe, watch, and on any loss
 * (session, subscription, silence) throw everything away and connect anew, with bounded backoff, for ever. A
 * {@code Connection} is one such life; it resolves nodes by namespace URI, so a restarted server with other indices is
 * just another connection. Milo's own reconnect is not used: one path, the one that also runs at start.
 *
 * <p>Invariants: values leave in the order the server sent them, one delivery in flight; nothing is dropped (a full
 * buffer holds back publishing); StatusCodes are passed on as they are; after a loss each tag gets one
 * Bad_NoCommunication, behind everything that was received; a node that does not exist never stops the others.
 * Knows nothing of assets beyond a tag's address, sampling interval and deadband.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.opcua;
