package org.millrace.erp;

import java.util.List;
import org.millrace.erp.BusinessDocument.ProductionConfirmation;
import org.millrace.kpi.ShiftCalendar.Shift;

/** What one machine's shift came to. @param documents none when nothing ran */
public record ShiftDocuments(String report, Shift shift, List<ProductionConfirmation> documents) {}
