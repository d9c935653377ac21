package org.millrace.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Restarts a source's counterpart many times: data must come again within 10 s, and nothing may grow. */
public final class Restarts {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Threads and sockets may come and go around a measurement; one a restart would be far more. */
    private static final int SLACK = 5;

    private static final double HEAP_GROWTH = 1.05;

    /** A counterpart that can be taken away and brought back. */
    public interface Counterpart {
        void stop() throws Exception;

        void start() throws Exception;
    }

    private record State(int threads, int sockets, long heap) {
        static State now() throws InterruptedException {
            long heap = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                System.gc();
                TimeUnit.MILLISECONDS.sleep(200);
                heap = Math.min(
                        heap,
                        Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory());
            }
            return new State(Thread.getAllStackTraces().size(), openSockets(), heap);
        }
    }

    private Restarts() {}

    /**
     * @param good how many values came so far
     * @return whether all was as it must be; what was measured is printed
     */
    public static boolean run(String name, int restarts, Counterpart counterpart, LongSupplier good) throws Exception {
        awaitMore(good, good.getAsLong());
        double[] seconds = new double[restarts];
        int warm = Math.max(1, restarts / 5);
        State before = State.now();
        for (int i = 0; i < restarts; i++) {
            if (i == warm) {
                before = State.now();
            }
            counterpart.stop();
            long seen = good.getAsLong();
            long start = System.nanoTime();
            counterpart.start();
            awaitMore(good, seen);
            seconds[i] = (System.nanoTime() - start) / 1e9;
            if ((i + 1) % 100 == 0) {
                System.out.printf("%s: %d restarts%n", name, i + 1);
            }
        }
        State after = State.now();
        Arrays.sort(seconds);
        double worst = seconds[restarts - 1];
        System.out.printf(
                "%s: %,d restarts; data again after p50 %.2f s, p99 %.2f s, worst %.2f s; from restart %d on: threads %d to %d,"
                        + " sockets %d to %d, heap %.1f to %.1f MB (%+.1f %%)%n",
                name,
                restarts,
                seconds[restarts / 2],
                seconds[restarts * 99 / 100],
                worst,
                warm,
                before.threads(),
                after.threads(),
                before.sockets(),
                after.sockets(),
                before.heap() / 1e6,
                after.heap() / 1e6,
                100.0 * (after.heap() - before.heap()) / before.heap());
        return worst <= LIMIT.toSeconds()
                && after.threads() <= before.threads() + SLACK
                && after.sockets() <= before.sockets() + SLACK
                && after.heap() <= before.heap() * HEAP_GROWTH;
    }

    private static void awaitMore(LongSupplier good, long than) {
        long deadline = System.nanoTime() + 6 * LIMIT.toNanos();
        while (good.getAsLong() <= than) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("no data for " + 6 * LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /** Of this process, the counterpart's included. */
    private static int openSockets() {
        File[] files = new File("/proc/self/fd").listFiles();
        if (files == null) {
            return 0;
        }
        int sockets = 0;
        for (File file : files) {
            try {
                if (Files.readSymbolicLink(file.toPath()).toString().startsWith("socket:")) {
                    sockets++;
                }
            } catch (IOException e) {
                // closed meanwhile
            }
        }
        return sockets;
    }
}
