/** Assembly: {@code Hub} wires the parts by hand, in one place. */
@org.jspecify.annotations.NullMarked
package org.millrace;
