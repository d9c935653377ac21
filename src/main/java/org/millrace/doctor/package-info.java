/**
 * {@code hub doctor}: looks at a data folder from outside, says what is well and what is not, and repairs a journal.
 *
 * <p>{@link org.millrace.doctor.Doctor} reads the files of journal, operational store and historian without changing
 * them, also while a hub runs; {@link org.millrace.doctor.Finding} is one line of what it says. It knows nothing of
 * configuration, sources or routes.
 *
 * <p>Invariants: an examination changes nothing; a repair keeps the damaged file under another name, refuses while a hub
 * runs, and says what was lost to the unit.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.doctor;
