package org.millrace.rule;

/** Outcome of a condition. A missing, stale, Bad or Uncertain input makes it UNKNOWN, never FALSE. */
public enum Truth {
    TRUE,
    FALSE,
    UNKNOWN
}
