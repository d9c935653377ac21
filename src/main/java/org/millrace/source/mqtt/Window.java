package org.millrace.source.mqtt;

/**
 * Bounds what a broker may have under way here where the receive maximum does not: MQTT 3.1.1 cannot tell it one, and
 * without a limit of its own it sends up to 65,535 messages; in MQTT 5 some brokers do not keep to it. Once the limit is reached the rest of the connection is passed
 * over, so that order is kept. When everything taken is acknowledged the connection has done its work: on the next one
 * the session sends what was passed over. Only for durable sessions. Thread-safe.
 */
final class Window {
    /** Passed over, and yet held by the client until the connection ends. */
    static final long MAX_PASSED_OVER = 32L * 1024 * 1024;

    enum Verdict {
        TAKE,
        PASS_OVER,
        /** End the connection now, before what is passed over fills the memory. */
        FLOOD
    }

    private final int limit;
    private int taken;
    private boolean full;
    private long passedOver;

    /** @param limit messages taken and not acknowledged, at least 1 */
    Window(int limit) {
        this.limit = limit;
    }

    synchronized Verdict arrived(int bytes) {
        if (!full && taken < limit) {
            taken++;
            return Verdict.TAKE;
        }
        full = true;
        passedOver += bytes;
        return passedOver > MAX_PASSED_OVER ? Verdict.FLOOD : Verdict.PASS_OVER;
    }

    /** One that was taken. Returns true when it was the last, and others have been passed over. */
    synchronized boolean acknowledged() {
        taken--;
        return full && taken == 0;
    }
}
