/** The hub against real servers of other makers, started from their packages: {@code ./hub test --systems}. */
@org.jspecify.annotations.NullMarked
package org.millrace.systems;
