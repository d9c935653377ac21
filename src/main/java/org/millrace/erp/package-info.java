/**
 * What the plant tells the ERP: production confirmations, purchase requests, reservations of spare parts. Pure: shift
 * reports and alarm events in, documents out; knows no Camel, SQL, HTTP or clock.
 *
 * <p>A {@link org.millrace.erp.BusinessDocument} carries a reference that is made of what it is about (site, machine, shift,
 * order; or the incident), never of the moment it was made: the same facts give the same reference, so an ERP that has it
 * has the document. {@link org.millrace.erp.Confirmations} makes them of a {@link org.millrace.erp.ProductionSpec} and its
 * shifts, {@link org.millrace.erp.EventDocuments} of events; {@link org.millrace.erp.DocumentJson} is their one JSON form,
 * {@link org.millrace.erp.B2mml} what an MES reads.
 *
 * <p>{@link org.millrace.erp.DocumentRow} is one document on its way to one system; {@link
 * org.millrace.erp.DocumentSteps} says what it needs next and what an answer makes of it.
 *
 * <p>Invariants: a creation is wanted only after a find that found nothing since the last one was sent; a row that was
 * given an id is never created again; what is done or refused wants nothing any more.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.erp;
