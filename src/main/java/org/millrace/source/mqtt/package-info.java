/**
 * MQTT 5 source on the HiveMQ client: durable session, acknowledged when journalled.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.mqtt;
