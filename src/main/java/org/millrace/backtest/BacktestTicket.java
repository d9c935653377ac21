package org.millrace.backtest;

import java.util.OptionalLong;
import org.millrace.rule.RuleFile.Severity;

/**
 * One work order that would have been opened: an incident, and those that followed on the same matter while the order
 * was open.
 *
 * @param key what it is about: asset path / failure mode / rule
 * @param title as first raised
 * @param severity the worst reached
 * @param level the level that went with it
 * @param since event time of the first breach, µs
 * @param raised event time at which the order would have been opened, µs
 * @param cleared event time of the last return to normal, µs; empty when it stood at the end
 * @param peak furthest value, NaN when none was good
 * @param unit UCUM unit of the peak
 * @param incidents how many incidents it took
 */
public record BacktestTicket(
        String key,
        String rule,
        String asset,
        String title,
        Severity severity,
        String level,
        long since,
        long raised,
        OptionalLong cleared,
        double peak,
        String unit,
        int incidents) {}
