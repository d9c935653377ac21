package org.millrace.kpi;

/**
 * A machine in one state.
 *
 * @param from µs since the epoch, included; {@code to} not included
 * @param code the state as the machine says it; empty when unknown or inferred
 * @param reason as the reason tag had it; empty when it had none
 */
public record StateSpan(long from, long to, MachineState state, String code, String reason) {
    public long length() {
        return to - from;
    }

    boolean isStop() {
        return state == MachineState.DOWN || state == MachineState.IDLE;
    }
}
