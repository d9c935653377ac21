/**
 * Hand-over to work-order systems; the seam for the REST connector engine.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.connector;
