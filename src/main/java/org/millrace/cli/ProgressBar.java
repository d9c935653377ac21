package org.millrace.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line that shows how far something has come; nothing at all where the output is no terminal. */
final class ProgressBar {
    private static final int WIDTH = 40;
    private static final long REDRAW_NANOS = 100_000_000L;

    private final PrintWriter out;
    private final boolean shown;
    private final LongSupplier nanos;
    private final long start;
    private long drawn;

    /** @param shown whether {@code out} is a terminal */
    ProgressBar(PrintWriter out, boolean shown, LongSupplier nanos) {
        this.out = out;
        this.shown = shown;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.drawn = start - REDRAW_NANOS;
    }

    /** The launcher knows: Java's own answer differs between versions. */
    static boolean isTerminal() {
        return Boolean.getBoolean("millrace.terminal");
    }

    /** @param done 0…1 */
    void at(double done) {
        long now = nanos.getAsLong();
        if (!shown || now - drawn < REDRAW_NANOS) {
            return;
        }
        drawn = now;
        int full = (int) (WIDTH * Math.clamp(done, 0, 1));
        long left = done <= 0 ? -1 : (long) ((now - start) / done * (1 - done) / 1e9);
        out.printf(
                Locale.ROOT,
                "\r[%s%s] %3.0f %% %s ",
                "#".repeat(full),
                " ".repeat(WIDTH - full),
                100 * done,
                left < 0 ? "" : left + " s left   ");
        out.flush();
    }

    /** Takes the line away. */
    void end() {
        if (shown) {
            out.print("\r" + " ".repeat(WIDTH + 30) + "\r");
            out.flush();
        }
    }
}
