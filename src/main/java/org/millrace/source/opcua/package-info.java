/**
 * OPC UA client source on Milo: one session, one subscription per connection.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.opcua;
