/**
 * MQTT source on the HiveMQ client, in version 5 or 3.1.1: durable session, acknowledged when journalled.
 *
 * <p>{@link org.millrace.source.mqtt.MqttSource} keeps one connection alive for ever; {@code BrokerLink} is one
 * connection, a fresh client object each time, so that an acknowledgement can never reach another connection than the
 * one its message came by; {@code Wire} is what the two versions say differently, and nothing else; {@code Window} bounds
 * what is under way where the broker can't be told; {@code Loss} says why a connection ended; {@code Intake} gathers
 * messages into deliveries and acknowledges them. Must not know what a payload means; formats with a memory are heard
 * by their {@code Conversation} in order of arrival.
 *
 * <p>Invariants: PUBACK only after the receiver is done; one delivery in flight; order of arrival kept; what is not
 * acknowledged stays with the broker, which holds back at the receive maximum. Duplicates happen after a lost
 * connection (MQTT 5 §4.4), losses do not.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.mqtt;
