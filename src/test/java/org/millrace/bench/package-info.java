/**
 * Measurements, run by {@code ./hub bench NAME}; never part of the tests. Commands and last results: {@code
 * bench/README.md}. The speed of rules is measured by {@code org.millrace.rule.RuleBench}, next to what it measures.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.bench;
