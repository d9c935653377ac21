/**
 * OPC UA client source on Milo: one session and one subscription per connection.
 *
 * <p>{@link org.millrace.source.opcua.OpcUaSource} owns the life of the connection: connect, subscribe, watch, and on a
 * loss for good connect anew, with bounded backoff, for ever. A {@code Connection} is one such life; a
 * {@code ConnectionWatch} stays with it: a session that is only away is resumed by Milo with its subscription, everything
 * else ends the life. {@code NodeStates} knows each node over all lives, {@code Backfill} reads the server's history
 * after a gap and what its full queues dropped ({@code Holes}). {@code Conditions} makes alarms, conditions and events into
 * readings of the tags that name a selection. {@code Endpoints} and {@code ServerTrust} decide whom to connect, over the
 * folders of the package security. {@link org.millrace.source.opcua.ServerInquiry} asks a server what it has, for commands.
 *
 * <p>Invariants: values leave in the order the server sent them, history before what came after it, one delivery in
 * flight; nothing is dropped (a full buffer holds back publishing); StatusCodes are passed on as they are; after a loss
 * each tag gets one Bad_NoCommunication at the start of the gap; a condition's tag is Bad, not false, until the server has
 * told all conditions; an event is told once; a node that does not exist never stops the others; no secret is sent to a
 * server whose certificate was not accepted. Knows nothing of assets beyond a tag's address, sampling interval and deadband.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.opcua;
