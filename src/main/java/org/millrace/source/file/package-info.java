/**
 * A folder of CSV files, read line by line from where it stood.
 *
 * <p>{@link org.millrace.source.file.FileSourceFile} is the configuration, {@link
 * org.millrace.source.file.FileSourceCheck} what can be told of it offline, {@link
 * org.millrace.source.file.FolderInquiry} what the folder adds. {@link org.millrace.source.file.FileSource} polls; {@link
 * org.millrace.source.file.FolderScan} says which files are there, whole, or were renamed; {@link
 * org.millrace.source.file.FileReading} reads one on; {@link org.millrace.source.file.FilePlace} is where it stands in
 * one. Camel's file component takes whole files and keeps no place inside of them, and is on no class path here because
 * any route could then read any file; so this stands beside it.
 *
 * <p>Invariants: a line is in the journal once, see {@link org.millrace.source.Places}; a line that cannot be read is a
 * dead letter with {@code file:line:column} and the next one is read; what was read is recognised by its bytes, never by
 * its name or time alone; nothing outside the folder is touched.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.file;
