/**
 * Values as they travel: readings, samples, batches, quality, and times in µs. Pure: knows no Camel, SQL, HTTP or clock.
 *
 * <p>Invariant: a sample is in its tag's unit; Bad quality is never a number.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.signal;
