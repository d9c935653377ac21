/**
 * Servers that behave as real work-order systems do, bad manners included. {@link org.millrace.connector.stub.AtlasStub}
 * does what was seen of Atlas CMMS: no idempotency, texts escaped for HTML, a PATCH that is not partial, 403 for
 * everything, a limit of 30 orders, 429 without Retry-After, times without milliseconds that find nothing.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.connector.stub;
