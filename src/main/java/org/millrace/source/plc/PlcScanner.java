package org.millrace.source.plc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.plc.PlcValues.Blame;
import org.millrace.source.plc.PlcValues.Result;

/** The scans of one connection: what is read together, and what is found out about addresses that spoil a request. */
final class PlcScanner {
    /** What the source wants to know. */
    interface Listener {
        /** One scan's readings; returns when they are durable. */
        void scanned(List<Reading> readings) throws InterruptedException;

        /** The device answers. */
        void alive();

        /** @param sentence what is wrong with the address, to be told once */
        void wrong(String address, String sentence);

        /** The address has a value. */
        void right(String address);

        void skipped(long scans);
    }

    /**
     * Why a connection ended.
     *
     * @param again whether only one request is at fault: the next connection is made at once, and no tag is lost yet
     */
    record End(String reason, boolean again) {}

    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient End end;

        Ended(End end) {
            super(end.reason(), null, false, false);
            this.end = end;
        }
    }

    /** What taking a request apart brought. */
    private static final class Found {
        private final List<ReadPlan.Unit> refused = new ArrayList<>();
        private int largest;
    }

    private final PlcSourceFile file;
    private final PlcAddresses addresses;
    private final List<ScanClass> classes;
    private final Faults faults;
    private final LongSupplier micros;
    private final Listener listener;
    private final PlcLink link;
    /** Requests answered on this connection, in whatever way, and those answered with a value. */
    private final Set<ReadPlan.Unit> answered = new HashSet<>();

    private final Set<ReadPlan.Unit> good = new HashSet<>();
    private final Set<String> devices = new HashSet<>();
    private boolean replan;

    PlcScanner(
            PlcSourceFile file,
            PlcAddresses addresses,
            List<ScanClass> classes,
            Faults faults,
            LongSupplier micros,
            Listener listener,
            PlcLink link) {
        this.file = file;
        this.addresses = addresses;
        this.classes = classes;
        this.faults = faults;
        this.micros = micros;
        this.listener = listener;
        this.link = link;
    }

    /** Scans until the connection is of no use. @param rotation which request comes first */
    End run(int rotation) throws InterruptedException {
        List<Reading> readings = understand();
        plan();
        rotate(rotation);
        long start = System.nanoTime();
        faults.connected(start);
        classes.forEach(scan -> scan.due(start));
        while (true) {
            ScanClass next = next(start);
            if (next == null) {
                deliver(readings);
                return new End("no address that this driver can read", false);
            }
            TimeUnit.NANOSECONDS.sleep(next.due() - System.nanoTime());
            long skipped = next.advance(System.nanoTime());
            if (skipped > 0) {
                listener.skipped(skipped);
            }
            if (!link.connected()) {
                return new End("the device closed the connection", false);
            }
            End end = null;
            try {
                for (ReadPlan.Unit unit : next.units()) {
                    read(unit, readings);
                }
            } catch (Ended e) {
                end = e.end;
            }
            if (!answered.isEmpty() && (end == null || end.again())) {
                listener.alive();
            }
            deliver(readings);
            readings = new ArrayList<>();
            if (end != null) {
                return end;
            }
            if (faults.anySuspects() && allAnswered()) {
                faults.acquit();
                replan = true;
            }
            if (replan) {
                plan();
            }
        }
    }

    /** @return readings of addresses that this driver can't make sense of */
    private List<Reading> understand() {
        List<Reading> misread = new ArrayList<>();
        for (ScanClass scan : classes) {
            List<String> readable = new ArrayList<>();
            for (String address : scan.addresses()) {
                String problem = addresses.problem(address);
                String own = addresses.driversOwn(address);
                if (problem.isEmpty() && (own.isEmpty() || link.understands(own))) {
                    readable.add(address);
                } else {
                    faults.bad(address);
                    listener.wrong(
                            address,
                            problem.isEmpty()
                                    ? "is not an address of this driver; see its syntax in docs/sources/plc.md"
                                    : "is not readable: " + problem);
                    misread.add(bad(address, Quality.BAD_CONFIGURATION_ERROR));
                }
            }
            scan.readable(readable);
        }
        return misread;
    }

    private void plan() {
        replan = false;
        classes.forEach(scan -> scan.plan(addresses.plan(scan.readable(), faults::alone, faults::limits)));
    }

    /** Another request first: what is silent must not hide the others for ever. */
    private void rotate(int rotation) {
        for (ScanClass scan : classes) {
            List<ReadPlan.Unit> units = new ArrayList<>(scan.units());
            if (!units.isEmpty()) {
                Collections.rotate(units, -(rotation % units.size()));
                scan.plan(units);
            }
        }
    }

    private @Nullable ScanClass next(long start) {
        return classes.stream()
                .filter(scan -> !scan.units().isEmpty())
                .min(Comparator.comparingLong(scan -> scan.due() - start))
                .orElse(null);
    }

    private boolean allAnswered() {
        long now = System.nanoTime();
        return classes.stream()
                .flatMap(scan -> scan.units().stream())
                .allMatch(unit ->
                        answered.contains(unit) || faults.resting(unit, now).isPresent());
    }

    private void deliver(List<Reading> readings) throws InterruptedException {
        if (!readings.isEmpty()) {
            listener.scanned(List.copyOf(readings));
        }
    }

    private void read(ReadPlan.Unit unit, List<Reading> readings) throws Ended, InterruptedException {
        OptionalInt resting = faults.resting(unit, System.nanoTime());
        if (resting.isPresent()) {
            unit.addresses().forEach(a -> readings.add(bad(a, resting.getAsInt())));
            return;
        }
        Map<String, Result> results = ask(unit, readings);
        Blame blame = common(results);
        boolean smallest = unit.halves().isEmpty();
        if (blame == Blame.NONE || smallest || blame == Blame.DEVICE && !findable(unit, readings)) {
            take(unit, results, readings);
            if (smallest && blame == Blame.ADDRESS && devices.contains(unit.device())) {
                refuse(unit, results);
            }
            return;
        }
        Found found = new Found();
        takeApart(unit, found, readings);
        if (found.refused.isEmpty()) {
            faults.tooMuch(unit, found.largest);
        }
        replan = true;
    }

    /** Asks for parts, and parts of them, until each address that is refused is known. */
    private void takeApart(ReadPlan.Unit unit, Found found, List<Reading> readings) throws Ended, InterruptedException {
        for (ReadPlan.Unit half : unit.halves()) {
            Map<String, Result> results = ask(half, readings);
            boolean failed = common(results) != Blame.NONE;
            if (failed && !half.halves().isEmpty()) {
                takeApart(half, found, readings);
                continue;
            }
            take(half, results, readings);
            if (failed) {
                found.refused.add(half);
                refuse(half, results);
            } else {
                found.largest = Math.max(
                        found.largest,
                        half instanceof ReadPlan.Block block
                                ? block.count()
                                : half.addresses().size());
            }
        }
    }

    private void refuse(ReadPlan.Unit unit, Map<String, Result> results) {
        int quality = results.values().iterator().next().quality();
        faults.refused(unit, quality, System.nanoTime());
    }

    /** Whether a device that reports a failure may mean one address: it answered other requests, or parts of this. */
    private boolean findable(ReadPlan.Unit unit, List<Reading> readings) throws Ended, InterruptedException {
        if (good.contains(unit)) {
            return false; // it worked before: the device is in trouble, not the request
        }
        if (devices.contains(unit.device())) {
            return true;
        }
        if (!faults.mayProbe(unit.device(), System.nanoTime())) {
            return false;
        }
        return common(ask(smallest(unit, true), readings)) == Blame.NONE
                || common(ask(smallest(unit, false), readings)) == Blame.NONE;
    }

    private static ReadPlan.Unit smallest(ReadPlan.Unit unit, boolean first) {
        ReadPlan.Unit part = unit;
        List<ReadPlan.Unit> halves = part.halves();
        while (!halves.isEmpty()) {
            part = first ? halves.getFirst() : halves.getLast();
            halves = part.halves();
        }
        return part;
    }

    /** What all results blame alike, else nothing. */
    private static Blame common(Map<String, Result> results) {
        List<Blame> kinds =
                results.values().stream().map(Result::blame).distinct().toList();
        return kinds.size() == 1 && kinds.getFirst() != Blame.LATER ? kinds.getFirst() : Blame.NONE;
    }

    private Map<String, Result> ask(ReadPlan.Unit unit, List<Reading> readings) throws Ended, InterruptedException {
        Map<String, Result> results;
        try {
            results = link.read(unit);
        } catch (TimeoutException e) {
            throw new Ended(timedOut(unit, readings));
        } catch (IOException e) {
            throw new Ended(new End("lost: " + PlcLink.text(e), false));
        }
        answered.add(unit);
        if (results.values().stream().anyMatch(r -> r.blame() == Blame.NONE)) {
            good.add(unit);
            devices.add(unit.device());
            faults.deviceAnswered(unit.device());
        }
        return results;
    }

    private void take(ReadPlan.Unit unit, Map<String, Result> results, List<Reading> readings) {
        long time = micros.getAsLong();
        results.forEach((address, result) -> {
            readings.add(new Reading("", address, result.value(), time, result.quality()));
            if (result.why().isEmpty()) {
                replan |= faults.answered(address);
                listener.right(address);
            } else if (result.blame() != Blame.LATER) {
                faults.bad(address);
                listener.wrong(address, result.why());
            }
        });
    }

    /**
     * Some devices, and some drivers, never answer a request for what is not there (S7: a missing data block). So the
     * addresses of a silent request are asked one by one on the next connection; one that is silent while others are
     * answered is left out. A request that was answered before on this connection is not at fault: the device is gone.
     */
    private End timedOut(ReadPlan.Unit unit, List<Reading> readings) {
        String reason = "no answer within " + file.timeout().toMillis() + " ms";
        if (answered.contains(unit)) {
            return new End(reason, false);
        }
        long now = System.nanoTime();
        if (!devices.isEmpty() && !devices.contains(unit.device())) {
            faults.silentDevice(unit.device(), now);
            unit.addresses().forEach(a -> listener.wrong(a, "is never answered by its unit, while others answer"));
        } else if (!unit.halves().isEmpty()) {
            faults.suspect(unit.addresses());
        } else if (!answered.isEmpty()) {
            faults.silent(unit, now);
            unit.addresses()
                    .forEach(a -> listener.wrong(
                            a, "is never answered; it is left out and tried again, first after a minute"));
        }
        unit.addresses().forEach(a -> {
            faults.bad(a);
            readings.add(bad(a, Quality.BAD_TIMEOUT));
        });
        return new End(reason, !answered.isEmpty());
    }

    private Reading bad(String address, int quality) {
        return new Reading("", address, Value.NONE, micros.getAsLong(), quality);
    }
}
