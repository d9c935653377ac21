/**
 * Real systems of other people, started on loopback from Debian packages with a database of their own, for {@code hub test
 * --systems}: Request Tracker 5 and Tryton 6; and node-opcua from npm, below target/. What is not installed fails the test with the packages to install. Nothing
 * of an installed system's own configuration or data is read or changed.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.systems;
