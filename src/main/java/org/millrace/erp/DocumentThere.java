package org.millrace.erp;

/**
 * A document as its system has it.
 *
 * @param id by which the system addresses it
 * @param number what people call it; the id where there is none
 * @param step the step it needs next; empty when it is finished
 * @param raw what the system showed of it, for the step's programs
 */
public record DocumentThere(String id, String number, String step, String raw) {}
