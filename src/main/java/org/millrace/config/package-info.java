/**
 * YAML with positions, bound to records; problems with file:line:column and hint. Knows no kind by name.
 *
 * <p>The way of a file: {@link org.millrace.config.YamlReader} (text to nodes with places) →
 * {@link org.millrace.config.RecordBinder} (nodes to records, all problems) → {@link org.millrace.config.Positions}
 * (places of bound records, for checks across files). {@link org.millrace.config.ConfigFolder} does this for a folder.
 * {@link org.millrace.config.JsonSchema} describes the same records to editors.
 *
 * <p>Invariants: binder and schema read a record's shape in one place; nothing stops at the first problem; a secret is
 * never resolved here and its text never stands in a message.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.config;
