/**
 * The simulated plant: real protocol servers on loopback. Never on the path of hub run.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.demo;
