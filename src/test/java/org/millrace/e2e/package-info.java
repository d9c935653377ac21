/** The main job on real processes: plant servers in the test, the hub in a JVM of its own that can be killed. */
@org.jspecify.annotations.NullMarked
package org.millrace.e2e;
