package org.millrace.kpi;

/** What a machine does with its time, in the terms of ISO 22400-2 (OPC 40001-1 Annex C.2). */
public enum MachineState {
    /** Makes pieces: actual production time, APT. */
    PRODUCING,
    /** Is set up: actual unit set-up time, AUST. */
    SETUP,
    /** Has a fault: actual down time, ADOT. */
    DOWN,
    /** Could, but does not: actual delay time, ADET. */
    IDLE,
    /** Is not meant to: outside the planned busy time. */
    PLANNED_STOP,
    /** Nobody knows: no good data. */
    UNKNOWN
}
